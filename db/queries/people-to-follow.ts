import type { SuggestedPersonView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import type { Reader } from './reader.ts'

/** Of a list the first hundred names A–Z are looked at, so that a look costs ten thousand rows at most. */
const LISTS_READ = 100
const NAMES_READ = 100
const PEOPLE_SHOWN = 20

/** Whom those follow whom a user follows, and the user does not: the most followed first, then A–Z. */
export async function peopleToFollow(sql: Reader, username: string): Promise<SuggestedPersonView[]> {
  const rows = await sql<(PersonRow & { listCount: number })[]>`
    select u.list_count, ${personColumns(sql)}
    from (
      select near.followed as username, count(*)::int as list_count
      from (
        select followed from following
        where following.username = ${username} and ${isUserShown(sql, sql`following.followed`)}
        order by followed limit ${sql.unsafe(String(LISTS_READ))}
      ) mine
      cross join lateral (
        select following.followed from following where following.username = mine.followed
        order by following.followed limit ${sql.unsafe(String(NAMES_READ))}
      ) near
      where near.followed <> ${username} and ${isUserShown(sql, sql`near.followed`)}
        and not exists (
          select from following known where known.username = ${username} and known.followed = near.followed)
        and exists (select from name where name.username = near.followed)
      group by near.followed
      order by list_count desc, near.followed limit ${sql.unsafe(String(PEOPLE_SHOWN))}
    ) u ${personJoins(sql)}
    order by u.list_count desc, u.username`
  return rows.map((row) => ({ ...userLineOf(row), listCount: row.listCount }))
}
