import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import type { PostView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { LivePlace } from './live-place.tsx'
import { Pager } from './pager.tsx'
import { PostRow } from './post-row.tsx'

interface PostListProps {
  page: Page<PostView>
  path: string
  keep?: Record<string, string | undefined>
  now: number
  empty: ReactNode
  /** Of a list that grows at its top: the filters of the stream that tell of posts which belong here. */
  live?: Readonly<Record<string, string>>
}

export function PostList({ page, path, keep, now, empty, live }: PostListProps): ReactNode {
  const offer = live === undefined || page.prev !== undefined ? undefined : <LivePlace filters={live} />
  if (page.items.length === 0) {
    return (
      <>
        {offer}
        <p className="empty">{empty}</p>
      </>
    )
  }
  return (
    <>
      {offer}
      <div className="list h-feed">
        {page.items.map((post) => (
          <PostRow key={`${post.n}/${post.k}`} post={post} now={now} />
        ))}
      </div>
      <Pager page={page} path={path} keep={keep} nextLabel={words('post.older')} prevLabel={words('post.newer')} />
    </>
  )
}
