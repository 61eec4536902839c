import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PostView } from '../views.ts'
import { type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export type Sequence = 'newest-first' | 'oldest-first'

/** A list of posts ordered by (sort_time, username, k). */
export interface PostList {
  order: ListOrder
  sequence: Sequence
  /** FROM and WHERE (ending in a condition, so that more can be added with AND); posts are `p`. */
  source: Fragment
  /** The columns sort_time, username, k of the table whose index the list is read from. */
  table: Fragment
}

export const POST_KEY_PARTS = ['number', 'string', 'number'] as const

export async function postList(sql: Reader, list: PostList, request: PageRequest): Promise<Page<PostView>> {
  const steps = stepsOfPosts(sql, list.sequence, request)
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (
      select p.* from ${list.source} ${steps.after(list.table)}
      order by ${steps.order(list.table)} ${rowLimit(sql, request)}
    ) p ${postJoins(sql)}
    order by ${steps.order(sql`p`)}`
  return pageOf(list.order, request, rows, postKeyOf, postViewOf)
}

/** How to go on in a list from its cursor: a condition (with AND before it) and an order, for a table with the key. */
export function stepsOfPosts(sql: Reader, sequence: Sequence, request: PageRequest) {
  const isDescending = (sequence === 'newest-first') === (request.cursor?.direction !== 'prev')
  const direction = isDescending ? sql`desc` : sql`asc`
  const comparison = isDescending ? sql`<` : sql`>`
  const [time = 0, username = '', k = 0] = request.cursor?.key ?? []
  return {
    after: (table: Fragment): Fragment =>
      request.cursor === undefined
        ? sql``
        : sql`and (${table}.sort_time, ${table}.username, ${table}.k) ${comparison}
            (${Number(time)}::bigint, ${String(username)}::text, ${Number(k)}::bigint)`,
    order: (table: Fragment): Fragment =>
      sql`${table}.sort_time ${direction}, ${table}.username ${direction}, ${table}.k ${direction}`,
  }
}

function postKeyOf(row: PostRow): CursorPart[] {
  return [row.sortTime, row.username, row.k]
}
