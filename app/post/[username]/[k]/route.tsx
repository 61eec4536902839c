import type { ReactNode } from 'react'
import { authorPlace } from '../../../../db/queries/author-place.ts'
import { whyMissing } from '../../../../db/queries/missing.ts'
import { favouritesOf, retwistsOf } from '../../../../db/queries/posts-about-post.ts'
import { registrationsOf } from '../../../../db/queries/registrations.ts'
import { threadOf } from '../../../../db/queries/thread.ts'
import { hiddenReplies } from '../../../../db/queries/thread-hidden.ts'
import type { MissingWhy, PostDetailView, ThreadView } from '../../../../db/views.ts'
import { type PageProps, postNumberParam, single, usernameParam } from '../../../_lib/params.ts'
import { titleOfPost } from '../../../_lib/post-title.ts'
import { currentSite } from '../../../_lib/site.ts'
import { parseThreadOrder } from '../../../_lib/thread-order.ts'
import { AbsentPost } from '../../../_ui/absent-post.tsx'
import { Ancestors } from '../../../_ui/ancestors.tsx'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { FeedLinks } from '../../../_ui/feeds.tsx'
import { FocusedPost } from '../../../_ui/focused-post.tsx'
import { NotFound } from '../../../_ui/not-found.tsx'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { MAX_REACTIONS, type Reactions } from '../../../_ui/reaction-names.tsx'
import { Replies } from '../../../_ui/replies.tsx'
import { PostSharing } from '../../../_ui/sharing.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { ThreadFacts } from '../../../_ui/thread-facts.tsx'

export const GET = pageRoute(PostPage)

/** A post with everything above and below it. */
async function PostPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const raw = await params
  const username = usernameParam(raw)
  const k = postNumberParam(raw)
  if (username === undefined || k === undefined) return <NotFound />
  const order = parseThreadOrder(single(await searchParams, 'order'))
  if (order === undefined) return <BadAddress back={`/@${username}/${k}`} />
  const thread = await threadOf(reader, username, k)
  const { post } = thread
  if (post === undefined) return <AbsentPost username={username} k={k} thread={thread} order={order} />
  const [hidden, place, keys, reactions, why] = await Promise.all([
    hiddenReplies(reader, thread, post),
    authorPlace(reader, username, k),
    registrationsOf(reader, username),
    reactionsTo(post),
    whyNoRoot(thread),
  ])
  return (
    <Shell
      title={titleOfPost(post)}
      head={
        <>
          <PostSharing post={post} />
          <FeedLinks page={`/@${username}/${k}`} />
        </>
      }
      aside={<ThreadFacts thread={thread} post={post} place={place} />}
      isUnlisted={order !== 'oldest'}
    >
      <Ancestors ancestors={thread.ancestors} why={why} beside={post.time} />
      <div className="h-entry" itemScope itemType="https://schema.org/DiscussionForumPosting">
        <FocusedPost post={post} keys={keys} reactions={reactions} />
        <Replies parent={post} thread={thread} hidden={hidden} order={order} beside={post.time} />
      </div>
    </Shell>
  )
}

async function reactionsTo({ n, k, counts }: PostDetailView): Promise<Reactions> {
  const { reader } = currentSite()
  const few = { limit: MAX_REACTIONS }
  const [retwists, favourites] = await Promise.all([
    counts.retwists === 0 ? undefined : retwistsOf(reader, n, k, few),
    counts.favourites === 0 ? undefined : favouritesOf(reader, n, k, few),
  ])
  return { retwists: retwists?.items ?? [], favourites: favourites?.items ?? [] }
}

async function whyNoRoot({ ancestors: [root] }: ThreadView): Promise<MissingWhy | undefined> {
  if (root?.kind !== 'missing' || root.isHidden || root.isPromoted) return undefined
  return whyMissing(currentSite().reader, root.n, root.k)
}
