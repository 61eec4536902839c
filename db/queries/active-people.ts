import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { ActivePersonView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const ACTIVE_PEOPLE: ListOrder = { name: 'active', parts: ['number', 'string'] }

export const MAX_ACTIVE_DAYS = 7
/** Who wrote most on a day; nobody else of that day is looked at. */
const PEOPLE_OF_DAY = 50

/**
 * Who wrote most posts, replies and retwists on the `days` days up to `lastDay` (a unix day), among those who were of
 * the fifty most active of any of these days.
 */
export async function activePeople(
  sql: Reader,
  lastDay: number,
  days: number,
  request: PageRequest,
): Promise<Page<ActivePersonView>> {
  const isDescending = request.cursor?.direction !== 'prev'
  const direction = isDescending ? sql`desc` : sql`asc`
  const [posts = 0, username = ''] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`where (window_count, username) ${isDescending ? sql`<` : sql`>`}
          (${Number(posts)}::bigint, ${String(username)}::text)`
  const firstDay = lastDay - Math.min(days, MAX_ACTIVE_DAYS) + 1
  const written = sql`(plain_count + reply_count + retwist_count)`
  const rows = await sql<(PersonRow & { windowCount: number })[]>`
    select u.window_count, ${personColumns(sql)}
    from (
      select username, window_count from (
        select candidate.username, total.window_count
        from (
          select distinct of_day.username from generate_series(${firstDay}::int, ${lastDay}::int) one (day)
          cross join lateral (
            select username from user_day where user_day.day = one.day and ${written} > 0
            order by ${written} desc, username desc limit ${sql.unsafe(String(PEOPLE_OF_DAY))}
          ) of_day
          where ${isUserShown(sql, sql`of_day.username`)}
        ) candidate
        cross join lateral (
          select sum(${written})::bigint as window_count from user_day
          where user_day.username = candidate.username and user_day.day between ${firstDay}::int and ${lastDay}::int
        ) total
      ) counted ${after}
      order by window_count ${direction}, username ${direction} ${rowLimit(sql, request)}
    ) u ${personJoins(sql)}
    order by u.window_count ${direction}, u.username ${direction}`
  return pageOf(
    ACTIVE_PEOPLE,
    request,
    rows,
    (row) => [row.windowCount, row.username],
    (row) => ({ ...userLineOf(row), windowCount: row.windowCount }),
  )
}
