import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { POST_KEY_PARTS, postList } from './post-list.ts'
import { isNotHidden } from './post-row.ts'
import type { Reader } from './reader.ts'

export const NEWEST_POSTS: ListOrder = { name: 'posts', parts: POST_KEY_PARTS }

/** The newest posts, replies and retwists: of everybody, or of the users named. */
export function newestPosts(sql: Reader, users: readonly string[], request: PageRequest): Promise<Page<PostView>> {
  const ofUsers = users.length === 0 ? sql`` : sql`and p.username = any(${[...users]}::text[])`
  const source = sql`userpost p where p.kind in ('post', 'reply', 'retwist') and ${isNotHidden(sql)} ${ofUsers}`
  return postList(sql, { order: NEWEST_POSTS, sequence: 'newest-first', source, table: sql`p` }, request)
}
