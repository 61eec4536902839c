import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { HashtagView } from '../views.ts'
import { isPostShown, isTagShown } from './hidden.ts'
import type { Reader } from './reader.ts'

export const HASHTAGS: ListOrder = { name: 'hashtags', parts: ['number', 'string'] }

export interface HashtagRow {
  tag: string
  postCount: number
  peopleCount: number
  firstTime: number | null
  lastTime: number | null
}

/** Tags of posts since a time, by the number of people who used them, then by name. */
export async function hashtagsSince(sql: Reader, since: number, request: PageRequest): Promise<Page<HashtagView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const people = Number(request.cursor?.key[0] ?? 0)
  const tag = String(request.cursor?.key[1] ?? '')
  const comparison = isForward ? sql`>` : sql`<`
  const after =
    request.cursor === undefined
      ? sql``
      : sql`having (-count(distinct username), tag) ${comparison} (${-people}::bigint, ${tag}::text)`
  const direction = isForward ? sql`asc` : sql`desc`
  const rows = await sql<HashtagRow[]>`
    select tag, count(*)::int as post_count, count(distinct username)::int as people_count,
      min(sort_time) as first_time, max(sort_time) as last_time
    from hashtag h where ${isTagPostShown(sql)} and sort_time >= ${Math.floor(since)}::bigint
    group by tag ${after}
    order by -count(distinct username) ${direction}, tag ${direction} limit ${request.limit + 1}`
  return pageOf(HASHTAGS, request, rows, (row) => [row.peopleCount, row.tag], hashtagViewOf)
}

/** How much it is used, and first and last when; as counted. */
export async function hashtagSummary(sql: Reader, tag: string): Promise<HashtagView> {
  const rows = await sql<HashtagRow[]>`
    select tag, post_count, people_count, first_time, last_time from hashtag_state s
    where tag = ${tag} and ${isTagShown(sql, sql`s.tag`)}`
  return rows[0] === undefined ? { tag, postCount: 0, peopleCount: 0 } : hashtagViewOf(rows[0])
}

/** A blocked tag has no post that is shown. */
function isTagPostShown(sql: Reader) {
  return isPostShown(sql, sql`h.username`, sql`h.k`)
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
