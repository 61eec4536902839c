import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PostView } from '../views.ts'
import { isPostShown } from './hidden.ts'
import { type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const TOP_POSTS: ListOrder = { name: 'top', parts: ['number', 'string', 'number'] }

/** 'answers': replies, retwists and favourites, each of which counts one. 'replies': replies alone. */
export type TopScore = 'answers' | 'replies'

/** Posts written on these days (unix days, both included), or at any time. */
export type TopWindow = { kind: 'all' } | { kind: 'days'; first: number; last: number }

export const MAX_TOP_DAYS = 31

/** The posts with the highest score, then by author and number. */
export async function topPosts(
  sql: Reader,
  by: TopScore,
  window: TopWindow,
  request: PageRequest,
): Promise<Page<PostView>> {
  const isDescending = request.cursor?.direction !== 'prev'
  const direction = isDescending ? sql`desc` : sql`asc`
  const order = (score: Fragment) => sql`${score} ${direction}, username ${direction}, k ${direction}`
  // As the indexes have it.
  const score = by === 'answers' ? sql`(reply_count + retwist_count + favourite_count)` : sql`reply_count`
  const [points = 0, username = '', k = 0] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (${score}, username, k) ${isDescending ? sql`<` : sql`>`}
          (${Number(points)}::bigint, ${String(username)}::text, ${Number(k)}::bigint)`
  const best = (ofDay: Fragment) => sql`
    select username, k, ${score} as score from userpost_count
    where day is not null and ${score} > 0 and ${isPostShown(sql, sql`userpost_count.username`, sql`userpost_count.k`)}
      ${ofDay} ${after}
    order by ${order(score)} ${rowLimit(sql, request)}`
  const picked =
    window.kind === 'all'
      ? best(sql``)
      : sql`
        select of_day.* from generate_series(${firstDay(window)}::int, ${window.last}::int) one (day)
        cross join lateral (${best(sql`and day = one.day`)}) of_day
        order by ${order(sql`score`)} ${rowLimit(sql, request)}`
  const rows = await sql<(PostRow & { score: number })[]>`
    select picked.score, ${postColumns(sql)}
    from (${picked}) picked join userpost p on p.username = picked.username and p.k = picked.k ${postJoins(sql)}
    order by picked.score ${direction}, p.username ${direction}, p.k ${direction}`
  return pageOf(TOP_POSTS, request, rows, (row) => [row.score, row.username, row.k], postViewOf)
}

/** The best of each day are merged, so days are bounded. */
function firstDay(window: { first: number; last: number }): number {
  return Math.max(window.first, window.last - MAX_TOP_DAYS + 1)
}
