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
  sequence?: 'newest-first' | 'oldest-first'
}

export function PostList({ page, path, keep, now, empty, sequence }: PostListProps): ReactNode {
  if (page.items.length === 0) return <p className="empty">{empty}</p>
  return (
    <>
      <div className="list h-feed">
        {page.items.map((post) => (
          <PostRow key={`${post.n}/${post.k}`} post={post} now={now} />
        ))}
      </div>
      {sequence === 'oldest-first' ? (
        <Pager page={page} path={path} keep={keep} nextLabel={words('post.later')} prevLabel={words('post.earlier')} />
      ) : (
        <Pager page={page} path={path} keep={keep} nextLabel={words('post.older')} prevLabel={words('post.newer')} />
      )}
    </>
  )
}
