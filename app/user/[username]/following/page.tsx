import type { ReactNode } from 'react'
import { FOLLOWING_OF, followingOf } from '../../../../db/queries/people.ts'
import { userByName } from '../../../../db/queries/user.ts'
import { type PageProps, pageRequest, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { FollowPage } from '../../../_ui/follow-page.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import NotFound from '../../../not-found.tsx'

/** Whom somebody publicly follows. */
export default async function FollowingPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await searchParams, FOLLOWING_OF)
  if (request === undefined) return <BadAddress back={`/@${username}/following`} />
  const [user, page] = await Promise.all([userByName(reader, username), followingOf(reader, username, request)])
  if (user === undefined) return <UnknownName username={username} />
  return (
    <FollowPage
      username={username}
      tab="following"
      count={user.counts.following}
      page={page}
      note="The public list that this user signed. A user may follow others in private, which nobody can see."
    />
  )
}
