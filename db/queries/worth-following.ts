import type { SuggestedPersonView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import type { Reader } from './reader.ts'

/** Of a list the first hundred names A–Z are looked at, so that a look costs ten thousand rows at most. */
const LISTS_READ = 100
const NAMES_READ = 100
const PEOPLE_SHOWN = 5

/** Whom those follow who posted last, and posts of whom are here: the most followed first, then A–Z. */
export async function worthFollowing(sql: Reader): Promise<SuggestedPersonView[]> {
  const rows = await sql<(PersonRow & { listCount: number })[]>`
    select u.list_count, ${personColumns(sql)}
    from (
      select near.followed as username, count(*)::int as list_count
      from (
        select username from user_state where last_time is not null and ${isUserShown(sql, sql`user_state.username`)}
        order by last_time desc, username desc limit ${sql.unsafe(String(LISTS_READ))}
      ) latest
      cross join lateral (
        select followed from following where following.username = latest.username
        order by followed limit ${sql.unsafe(String(NAMES_READ))}
      ) near
      where ${isUserShown(sql, sql`near.followed`)} and exists (
        select from user_state known where known.username = near.followed and known.last_time is not null)
      group by near.followed
      order by list_count desc, near.followed limit ${sql.unsafe(String(PEOPLE_SHOWN))}
    ) u ${personJoins(sql)}
    order by u.list_count desc, u.username`
  return rows.map((row) => ({ ...userLineOf(row), listCount: row.listCount }))
}
