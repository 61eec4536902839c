import type { ReactNode } from 'react'
import { MENTIONS_OF_USER, mentionsOfUser } from '../../../../db/queries/mentions-of-user.ts'
import { userByName } from '../../../../db/queries/user.ts'
import { type PageProps, pageRequest, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { isolated, nameInText, personOf, titleOf } from '../../../_lib/user-name.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { FeedLinks, FeedList } from '../../../_ui/feeds.tsx'
import { NotFound } from '../../../_ui/not-found.tsx'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { PostList } from '../../../_ui/post-list.tsx'
import { BriefCard } from '../../../_ui/profile-card.tsx'
import { AroundTabs } from '../../../_ui/profile-tabs.tsx'
import { UserSharing } from '../../../_ui/sharing.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import { words } from '../../../_words/words.ts'

export const GET = pageRoute(MentionsPage)

/** Posts that name somebody. */
async function MentionsPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await searchParams, MENTIONS_OF_USER)
  const path = `/@${username}/mentions`
  if (request === undefined) return <BadAddress back={path} />
  const [user, page] = await Promise.all([userByName(reader, username), mentionsOfUser(reader, username, request)])
  if (user === undefined) return <UnknownName username={username} />
  const name = nameInText(personOf(user))
  return (
    <Shell
      title={words('profile.mentionsTitle', { name: titleOf(user) })}
      card={<BriefCard user={user} more={<FeedList page={path} json={`${path}.json`} />} />}
      head={
        <>
          <UserSharing user={user} />
          <FeedLinks page={path} />
        </>
      }
    >
      <h1>{words('profile.mentionsTitle', { name })}</h1>
      <AroundTabs user={user} current="mentions" />
      <p className="note">{words('profile.mentionsNote', { name: isolated(`@${username}`) })}</p>
      <PostList page={page} path={path} now={clock.now()} empty={words('profile.noMentions', { name })} />
    </Shell>
  )
}
