import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { HashtagView } from '../views.ts'
import { isPostShown, isTagShown } from './hidden.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import { show } from './topics.ts'

const DAY_S = 86_400

export const HASHTAGS: ListOrder = { name: 'hashtags', parts: ['number', 'string'] }

export interface HashtagRow {
  tag: string
  postCount: number
  peopleCount: number
  firstTime: number | null
  lastTime: number | null
}

/** Tags of posts since a time, by the number of people who used them, then by name; as counted. */
export async function hashtagsSince(sql: Reader, since: number, request: PageRequest): Promise<Page<HashtagView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const people = Number(request.cursor?.key[0] ?? 0)
  const tag = String(request.cursor?.key[1] ?? '')
  const comparison = isForward ? sql`>` : sql`<`
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (-used.people_count, used.tag) ${comparison} (${-people}::bigint, ${tag}::text)`
  const direction = isForward ? sql`asc` : sql`desc`
  const first = Math.floor(since)
  const day = Math.floor(first / DAY_S)
  const isShown = isPostShown(sql, sql`h.username`, sql`h.k`)
  // Who used a tag last since then is who used it since then. Posts: of the whole days as counted, and of the first one.
  const rows = await sql<HashtagRow[]>`
    select t.tag, t.people_count, (days.post_count + part.post_count)::int as post_count, first.sort_time as first_time,
      s.last_time
    from (
      select used.tag, used.people_count
      from (
        select tag, count(*)::int as people_count from hashtag_author where last_time >= ${first}::bigint group by tag
      ) used
      where ${isTagShown(sql, sql`used.tag`)} ${after}
      order by -used.people_count ${direction}, used.tag ${direction} ${rowLimit(sql, request)}
    ) t
    join hashtag_state s on s.tag = t.tag
    cross join lateral (
      select coalesce(sum(d.post_count), 0) as post_count from hashtag_day d where d.tag = t.tag and d.day > ${day}::int
    ) days
    cross join lateral (
      select count(*) as post_count from hashtag h
      where h.tag = t.tag and h.sort_time >= ${first}::bigint and h.sort_time < ${(day + 1) * DAY_S}::bigint and ${isShown}
    ) part
    left join lateral (
      select h.sort_time from hashtag h where h.tag = t.tag and h.sort_time >= ${first}::bigint and ${isShown}
      order by h.sort_time limit 1
    ) first on true
    order by -t.people_count ${direction}, t.tag ${direction}`
  return pageOf(HASHTAGS, request, rows, (row) => [row.peopleCount, row.tag], hashtagViewOf)
}

/** How much it is used, and first and last when; as counted. */
export async function hashtagSummary(sql: Reader, tag: string): Promise<HashtagView> {
  show.tag(tag)
  const rows = await sql<HashtagRow[]>`
    select tag, post_count, people_count, first_time, last_time from hashtag_state s
    where tag = ${tag} and ${isTagShown(sql, sql`s.tag`)}`
  return rows[0] === undefined ? { tag, postCount: 0, peopleCount: 0 } : hashtagViewOf(rows[0])
}

export function hashtagViewOf(row: HashtagRow): HashtagView {
  return {
    tag: row.tag,
    postCount: row.postCount,
    peopleCount: row.peopleCount,
    firstTime: row.firstTime ?? undefined,
    lastTime: row.lastTime ?? undefined,
  }
}
