import type { ReactNode } from 'react'
import { FOLLOWERS_OF, followersOf } from '../../../../db/queries/people.ts'
import { userByName } from '../../../../db/queries/user.ts'
import { type PageProps, pageRequest, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { FollowPage } from '../../../_ui/follow-page.tsx'
import { NotFound } from '../../../_ui/not-found.tsx'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'

export const GET = pageRoute(FollowersPage)

/** Whose public lists name somebody. */
async function FollowersPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await searchParams, FOLLOWERS_OF)
  if (request === undefined) return <BadAddress back={`/@${username}/followers`} />
  const [user, page] = await Promise.all([userByName(reader, username), followersOf(reader, username, request)])
  if (user === undefined) return <UnknownName username={username} />
  return <FollowPage user={user} tab="followers" page={page} />
}
