import type { AuthorPlaceView } from '../views.ts'
import { isOwnPostShown, isUserShown } from './hidden.ts'
import { SHOWN_KINDS } from './posts-of-user.ts'
import type { Fragment, Reader } from './reader.ts'
import { show } from './topics.ts'

/** Where a post stands among those of its author that are shown, and how many these are. */
export async function authorPlace(sql: Reader, username: string, k: number): Promise<AuthorPlaceView> {
  show.author(username)
  // The nearest of each kind: the primary key would have to pass over what is not shown, however many.
  const nearest = (comparison: Fragment, direction: Fragment) => sql`
    select each.k from unnest(${[...SHOWN_KINDS]}::text[]) one (kind)
    cross join lateral (
      select p.k from userpost p
      where p.username = ${username} and p.kind = one.kind and p.k ${comparison} ${k}::int
        and ${isOwnPostShown(sql, sql`p.username`, sql`p.k`)}
      order by p.k ${direction} limit 1
    ) each
    where ${isUserShown(sql, sql`${username}::text`)}
    order by each.k ${direction} limit 1`
  const rows = await sql<{ prev: number | null; next: number | null; count: number | null }[]>`
    select (${nearest(sql`<`, sql`desc`)}) as prev, (${nearest(sql`>`, sql`asc`)}) as next,
      (select plain_count + reply_count + retwist_count + favourite_count + custom_count from user_state
        where username = ${username} and ${isUserShown(sql, sql`user_state.username`)}) as count`
  return { prev: rows[0]?.prev ?? undefined, next: rows[0]?.next ?? undefined, postCount: rows[0]?.count ?? 0 }
}
