import type { UserLineView } from '../views.ts'
import { isPostShown, isTagShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import type { Reader } from './reader.ts'

const DAY = 86_400
const PAST_DAYS = 30
const LEADERS = 2
/** As of trends.ts. */
const WINDOW_S = 48 * 3600

/** What stands beside a trend: its last 30 days, the oldest first, and who uses it most now. */
export interface TrendPastView {
  tag: string
  people: number[]
  leaders: UserLineView[]
}

/** Of several tags at one moment, in their order. */
export async function trendPasts(sql: Reader, tags: readonly string[], at: number): Promise<TrendPastView[]> {
  if (tags.length === 0) return []
  const last = Math.floor(at / DAY)
  const [days, leaders] = await Promise.all([
    sql<{ tag: string; day: number; peopleCount: number }[]>`
      select tag, day, people_count from hashtag_day h
      where tag = any(${[...tags]}::text[]) and day > ${last - PAST_DAYS}::int and day <= ${last}::int
        and ${isTagShown(sql, sql`h.tag`)}`,
    sql<(PersonRow & { tag: string })[]>`
      select ${personColumns(sql)}, u.tag from (
        select tag, username, row_number() over (
          partition by tag order by count(*) desc, max(sort_time) desc, username collate "C") as place
        from hashtag h
        where tag = any(${[...tags]}::text[]) and sort_time > ${Math.floor(at) - WINDOW_S}::bigint
          and sort_time <= ${Math.floor(at)}::bigint and ${isPostShown(sql, sql`h.username`, sql`h.k`)}
        group by tag, username
      ) u ${personJoins(sql)}
      where u.place <= ${LEADERS}::int order by u.tag, u.place`,
  ])
  return tags.map((tag) => {
    const people = Array.from({ length: PAST_DAYS }, () => 0)
    for (const row of days) if (row.tag === tag) people[row.day - last + PAST_DAYS - 1] = row.peopleCount
    return { tag, people, leaders: leaders.filter((row) => row.tag === tag).map(userLineOf) }
  })
}
