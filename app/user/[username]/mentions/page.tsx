import type { ReactNode } from 'react'
import { MENTIONS_OF_USER, mentionsOfUser } from '../../../../db/queries/mentions-of-user.ts'
import { userByName } from '../../../../db/queries/user.ts'
import { type PageProps, pageRequest, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { PostList } from '../../../_ui/post-list.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import NotFound from '../../../not-found.tsx'

/** Posts that name somebody. */
export default async function MentionsPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await searchParams, MENTIONS_OF_USER)
  if (request === undefined) return <BadAddress back={`/@${username}/mentions`} />
  const [user, page] = await Promise.all([userByName(reader, username), mentionsOfUser(reader, username, request)])
  if (user === undefined) return <UnknownName username={username} />
  return (
    <Shell title={`Mentions of @${username}`}>
      <h1>
        Mentions of <a href={`/@${username}`}>@{username}</a>
      </h1>
      <p className="note">Posts with this name in their text, by people whose swarms this site reads.</p>
      <PostList
        page={page}
        path={`/@${username}/mentions`}
        now={clock.now()}
        empty={`No post that names @${username} is known here.`}
      />
    </Shell>
  )
}
