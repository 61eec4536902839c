import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { POST_KEY_PARTS, postList, stepsOfPosts } from './post-list.ts'
import { isNotHidden } from './post-row.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const NEWEST_POSTS: ListOrder = { name: 'posts', parts: POST_KEY_PARTS }

/** The newest posts, replies and retwists: of everybody, or of the users named. */
export function newestPosts(sql: Reader, users: readonly string[], request: PageRequest): Promise<Page<PostView>> {
  const shown = sql`p.kind in ('post', 'reply', 'retwist') and ${isNotHidden(sql)}`
  const list = { order: NEWEST_POSTS, sequence: 'newest-first', table: sql`p` } as const
  if (users.length === 0) return postList(sql, { ...list, source: sql`userpost p where ${shown}` }, request)
  // The newest of each, merged: in the list of everybody, those of somebody quiet may be anywhere.
  const steps = stepsOfPosts(sql, list.sequence, request)
  const source = sql`
    unnest(${[...users]}::text[]) one (username) cross join lateral (
      select p.* from userpost p where p.username = one.username and ${shown} ${steps.after(list.table)}
      order by ${steps.order(list.table)} ${rowLimit(sql, request)}
    ) p where true`
  return postList(sql, { ...list, source }, request)
}
