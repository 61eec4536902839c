import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import type { PostView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { Pager } from './pager.tsx'
import { PostRow } from './post-row.tsx'

interface PostListProps {
  page: Page<PostView>
  path: string
  keep?: Record<string, string | undefined>
  now: number
  empty: ReactNode
  /** Filters of the stream that tell of posts which belong here, for the first page of a list that grows. */
  live?: string
}

export function PostList({ page, path, keep, now, empty, live }: PostListProps): ReactNode {
  if (page.items.length === 0) return <p className="empty">{empty}</p>
  return (
    <>
      <div className="list h-feed" data-live={page.prev === undefined ? live : undefined}>
        {page.items.map((post) => (
          <PostRow key={`${post.n}/${post.k}`} post={post} now={now} />
        ))}
      </div>
      <Pager page={page} path={path} keep={keep} nextLabel={words('post.older')} prevLabel={words('post.newer')} />
    </>
  )
}
