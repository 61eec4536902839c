import type { ReactNode } from 'react'
import { FOLLOWING_OF, followingOf } from '../../../../db/queries/people.ts'
import { peopleToFollow } from '../../../../db/queries/people-to-follow.ts'
import { userByName } from '../../../../db/queries/user.ts'
import type { SuggestedPersonView, UserView } from '../../../../db/views.ts'
import { type PageProps, pageRequest, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { nameInText, personOf } from '../../../_lib/user-name.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { FollowPage } from '../../../_ui/follow-page.tsx'
import { NotFound } from '../../../_ui/not-found.tsx'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { PeopleList } from '../../../_ui/people-list.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import { formatNumber } from '../../../_words/numbers.ts'
import { words } from '../../../_words/words.ts'

const SUGGESTED = 8

export const GET = pageRoute(FollowingPage)

/** Whom somebody publicly follows. */
async function FollowingPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await searchParams, FOLLOWING_OF)
  if (request === undefined) return <BadAddress back={`/@${username}/following`} />
  const [user, page, suggested] = await Promise.all([
    userByName(reader, username),
    followingOf(reader, username, request),
    peopleToFollow(reader, username),
  ])
  if (user === undefined) return <UnknownName username={username} />
  return <FollowPage user={user} tab="following" page={page} more={<Suggested user={user} people={suggested} />} />
}

function Suggested({ user, people }: { user: UserView; people: readonly SuggestedPersonView[] }): ReactNode {
  return (
    <PeopleList
      title={words('profile.suggested')}
      people={people.slice(0, SUGGESTED).map((person) => ({ person, value: formatNumber(person.listCount) }))}
      note={words('profile.suggestedNote', { name: nameInText(personOf(user)) })}
    />
  )
}
