import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import type { PostView } from '../../db/views.ts'
import { Pager } from './pager.tsx'
import { PostRow } from './post-row.tsx'

interface PostListProps {
  page: Page<PostView>
  path: string
  keep?: Record<string, string | undefined>
  now: number
  empty: string
}

export function PostList({ page, path, keep, now, empty }: PostListProps): ReactNode {
  if (page.items.length === 0) return <p className="empty">{empty}</p>
  return (
    <>
      <div className="list">
        {page.items.map((post) => (
          <PostRow key={`${post.n}/${post.k}`} post={post} now={now} />
        ))}
      </div>
      <Pager page={page} path={path} keep={keep} nextLabel="Older posts" prevLabel="Newer posts" />
    </>
  )
}
