import type { ReactNode } from 'react'
import type { AuthorPlaceView, PostDetailView, PostView, ThreadNode, ThreadView } from '../../db/views.ts'
import { formatDate, formatTime } from '../_lib/format.ts'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'
import { FeedList } from './feeds.tsx'
import { Avatar, ShortName } from './person.tsx'

interface ThreadFactsProps {
  thread: ThreadView
  post: PostDetailView
  place: AuthorPlaceView
}

/** What stands beside a thread: how large it is, where its author goes on, and the same as data. */
export function ThreadFacts({ thread, post, place }: ThreadFactsProps): ReactNode {
  const { n, k } = post
  return (
    <>
      <section>
        <h2>{words('thread.facts')}</h2>
        <ThreadNumbers thread={thread} post={post} />
      </section>
      <section>
        <h2>{words('thread.sameAuthor')}</h2>
        <ul className="pairs">
          <li>
            <Avatar person={post.author} side={32} />
            <a href={`/@${n}`}>
              <ShortName person={post.author} />
            </a>
            <span>{words('thread.posts', { count: place.postCount })}</span>
          </li>
        </ul>
        <p className="ways">
          {place.prev === undefined ? undefined : (
            <a rel="prev" href={`/@${n}/${place.prev}`}>
              {words('thread.previous', { k: place.prev })}
            </a>
          )}
          {place.next === undefined ? undefined : (
            <a rel="next" href={`/@${n}/${place.next}`}>
              {words('thread.next', { k: place.next })}
            </a>
          )}
          <a href={`/@${n}/${k}/read`}>{words('thread.read')}</a>
        </p>
      </section>
      <FeedList page={`/@${n}/${k}`} json={`/@${n}/${k}/thread.json`} />
      <section>
        <h2>{words('share.elsewhere')}</h2>
        <p className="ways">
          <a href={`/embed/@${n}/${k}`}>{words('share.frame')}</a>
          <a href={`/@${n}/${k}.json`}>{words('share.data')}</a>
        </p>
      </section>
    </>
  )
}

function ThreadNumbers({ thread, post }: { thread: ThreadView; post: PostDetailView }): ReactNode {
  const [top] = thread.ancestors
  const posts = [
    ...thread.ancestors.flatMap((one) => (one.kind === 'post' ? [one.post] : [])),
    post,
    ...postsOf(thread),
  ]
  const missing = top?.kind === 'missing' && !top.isHidden ? 1 : 0
  const root = top === undefined ? post : top.kind === 'post' ? top.post : undefined
  const latest = posts.reduce((one, other) => (other.time > one.time ? other : one))
  const count = posts.length + missing
  return (
    <dl className="facts">
      {root === undefined ? undefined : (
        <>
          <dt>{words('thread.began')}</dt>
          <dd>
            {richWords('thread.beganBy', {
              date: formatDate(root.time),
              name: (
                <a href={`/@${root.n}/${root.k}`} dir="ltr">
                  @{root.n}
                </a>
              ),
            })}
          </dd>
        </>
      )}
      <dt>{words('thread.size')}</dt>
      <dd>{missing === 0 ? formatNumber(count) : words('thread.sizeUnseen', { count, missing })}</dd>
      <dt>{words('thread.people')}</dt>
      <dd>{formatNumber(new Set(posts.map((one) => one.n)).size)}</dd>
      {posts.length === 1 ? undefined : (
        <>
          <dt>{words('thread.latest')}</dt>
          <dd>
            <a href={`/@${latest.n}/${latest.k}`}>{formatTime(latest.time)}</a>
          </dd>
        </>
      )}
    </dl>
  )
}

function postsOf(thread: ThreadView): PostView[] {
  const nodes: ThreadNode[] = [...thread.replies]
  for (const node of nodes) nodes.push(...node.replies)
  return nodes.map((node) => node.post)
}
