import type { ReactNode } from 'react'
import { postPresence } from '../../../../db/queries/post-presence.ts'
import { threadOf } from '../../../../db/queries/thread.ts'
import { userByName } from '../../../../db/queries/user.ts'
import type { PostDetailView, ThreadView } from '../../../../db/views.ts'
import { plural } from '../../../_lib/format.ts'
import { displayName } from '../../../_lib/names.ts'
import { type PageProps, postNumberParam, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { Absent, Sealed } from '../../../_ui/absent.tsx'
import { Ancestors } from '../../../_ui/ancestors.tsx'
import { FocusedPost } from '../../../_ui/focused-post.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { ThreadTree } from '../../../_ui/thread-tree.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import { plainText } from '../../../_ui/user-text.tsx'
import { formatNumber } from '../../../_words/numbers.ts'
import NotFound from '../../../not-found.tsx'

/** A post with everything above and below it. */
export default async function PostPage({ params }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const raw = await params
  const username = usernameParam(raw)
  const k = postNumberParam(raw)
  if (username === undefined || k === undefined) return <NotFound />
  const thread = await threadOf(reader, username, k)
  if (thread.post === undefined) return <AbsentPost username={username} k={k} thread={thread} />
  const { post } = thread
  const now = clock.now()
  return (
    <Shell title={titleOf(post)} aside={<ThreadFacts thread={thread} post={post} />}>
      <Ancestors ancestors={thread.ancestors} now={now} />
      <FocusedPost post={post} now={now} />
      <Replies thread={thread} now={now} />
    </Shell>
  )
}

function Replies({ thread, now }: { thread: ThreadView; now: number }): ReactNode {
  return (
    <section aria-labelledby="replies">
      <div className="replies-head">
        <h2 id="replies">
          {thread.replyCount === 0 ? 'No replies seen' : plural(thread.replyCount, 'reply', 'replies')}
        </h2>
      </div>
      <ThreadTree nodes={thread.replies} now={now} />
      {thread.isTruncated ? (
        <p className="empty">There are more replies than this page shows. Open one of the last ones to go on.</p>
      ) : undefined}
    </section>
  )
}

function ThreadFacts({ thread, post }: { thread: ThreadView; post: PostDetailView }): ReactNode {
  const top = thread.ancestors[0]
  const missing = top?.kind === 'missing' ? 1 : 0
  const above = thread.ancestors.filter((ancestor) => ancestor.kind === 'post').length
  return (
    <>
      <section>
        <h2>Thread</h2>
        <dl className="facts">
          <dt>Posts</dt>
          <dd>
            {formatNumber(above + 1 + thread.replyCount)} here
            {missing === 0 ? undefined : ', and one above them not seen'}
          </dd>
          <dt>Below this</dt>
          <dd>{plural(thread.replyCount, 'reply', 'replies')}</dd>
        </dl>
      </section>
      <section>
        <h2>By the same author</h2>
        <p>
          <a href={`/@${post.n}`}>All posts of @{post.n}</a>
          {post.lastk === undefined ? undefined : (
            <>
              {' · '}
              <a href={`/@${post.n}/${post.lastk}`}>The one before, {formatNumber(post.lastk)}</a>
            </>
          )}
        </p>
      </section>
      <section>
        <h2>As data</h2>
        <p>
          <a href={`/api/v1/posts/${post.n}/${post.k}`}>JSON</a> ·{' '}
          <a href={`/api/v1/posts/${post.n}/${post.k}/thread`}>Thread</a> ·{' '}
          <a href={`/api/v1/posts/${post.n}/${post.k}/raw`}>Signed bytes</a>
        </p>
      </section>
    </>
  )
}

/** A number that cannot be shown: why, and what is known of it all the same. */
async function AbsentPost(props: { username: string; k: number; thread: ThreadView }): Promise<ReactNode> {
  const { username, k, thread } = props
  const { reader, clock } = currentSite()
  const [presence, user] = await Promise.all([postPresence(reader, username, k), userByName(reader, username)])
  if (user === undefined && thread.replyCount === 0) return <UnknownName username={username} />
  const label = `Post ${formatNumber(k)} of @${username}`
  if (presence.kind === 'encrypted') {
    return (
      <Shell title={`${label} is encrypted`} status={404}>
        <h1>{label} is encrypted</h1>
        <Sealed>
          It is a direct message or a private favourite: only whom it is for can read it. This site counts such posts
          and never shows them. <a href={`/@${username}`}>Posts of @{username}</a>
        </Sealed>
      </Shell>
    )
  }
  return (
    <Shell title={`${label} has not been seen`} status={thread.replyCount === 0 ? 404 : undefined} isUnlisted>
      <h1>{label} has not been seen by this node</h1>
      <Absent>{absenceWords(username, k, presence, thread.replyCount)}</Absent>
      <p>
        <a href={`/@${username}`}>Posts of @{username}</a>
      </p>
      {thread.replyCount === 0 ? undefined : <Replies thread={thread} now={clock.now()} />}
    </Shell>
  )
}

function absenceWords(
  username: string,
  k: number,
  presence: { isRegistered: boolean; isFollowed: boolean; knownK?: number },
  replyCount: number,
): string {
  const parts: string[] = []
  if (!presence.isRegistered) parts.push(`The chain holds no name @${username}.`)
  else if (!presence.isFollowed) parts.push(`The node of this site does not follow the swarm of @${username}.`)
  else if (presence.knownK !== undefined && k > presence.knownK) {
    parts.push(`The highest number known of @${username} is ${formatNumber(presence.knownK)}.`)
  } else parts.push(`Higher numbers of @${username} are known, but no peer has offered this one so far.`)
  if (replyCount > 0) parts.push(`It is named by ${plural(replyCount, 'post')} below.`)
  return parts.join(' ')
}

const MAX_TITLE = 70

function titleOf(post: PostDetailView): string {
  const name = displayName(post.author.fullname) ?? `@${post.n}`
  const characters = [...plainText(post.msg + post.msg2)]
  const words = characters.length > MAX_TITLE ? `${characters.slice(0, MAX_TITLE).join('')}…` : characters.join('')
  return words === '' ? `Post ${post.k} of ${name}` : `${name}: ${words}`
}
