import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { isOwnPostShown, isUserShown } from './hidden.ts'
import { POST_KEY_PARTS, postList, stepsOfPosts } from './post-list.ts'
import { isNotHidden } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import { show } from './topics.ts'

export const NEWEST_POSTS: ListOrder = { name: 'posts', parts: POST_KEY_PARTS }

/** The newest posts, replies and retwists: of everybody, or of the users named. */
export function newestPosts(sql: Reader, users: readonly string[], request: PageRequest): Promise<Page<PostView>> {
  return newestOfKind(sql, users, sql`p.kind in ('post', 'reply', 'retwist')`, request)
}

/** The same without replies and retwists. */
export function newestOriginals(sql: Reader, users: readonly string[], request: PageRequest): Promise<Page<PostView>> {
  return newestOfKind(sql, users, sql`p.kind = 'post'`, request)
}

function newestOfKind(
  sql: Reader,
  users: readonly string[],
  isOfKind: Fragment,
  request: PageRequest,
): Promise<Page<PostView>> {
  if (users.length === 0) show.newest()
  for (const username of users) show.author(username)
  const list = { order: NEWEST_POSTS, sequence: 'newest-first' } as const
  if (users.length === 0) {
    const source = sql`userpost p where ${isOfKind} and ${isNotHidden(sql)}`
    return postList(sql, { ...list, source, table: sql`p` }, request)
  }
  // The newest of each, merged: in the list of everybody, those of somebody quiet may be anywhere.
  const steps = stepsOfPosts(sql, list.sequence, request)
  const source = sql`
    (
      select each.* from unnest(${[...users]}::text[]) one (username)
      cross join lateral (
        select p.username, p.k, p.sort_time from userpost p
        where p.username = one.username and ${isOfKind} and ${isOwnPostShown(sql, sql`p.username`, sql`p.k`)}
          ${steps.after(sql`p`)}
        order by ${steps.order(sql`p`)} ${rowLimit(sql, request)}
      ) each
      where ${isUserShown(sql, sql`one.username`)}
      order by ${steps.order(sql`each`)} ${rowLimit(sql, request)}
    ) newest join userpost p on p.username = newest.username and p.k = newest.k where true`
  return postList(sql, { ...list, source, table: sql`newest` }, request)
}
