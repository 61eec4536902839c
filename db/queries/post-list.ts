import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PostView } from '../views.ts'
import { type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'

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
  const isDescending = (list.sequence === 'newest-first') === (request.cursor?.direction !== 'prev')
  const direction = isDescending ? sql`desc` : sql`asc`
  const { table } = list
  const [time = 0, username = '', k = 0] = request.cursor?.key ?? []
  const comparison = isDescending ? sql`<` : sql`>`
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (${table}.sort_time, ${table}.username, ${table}.k) ${comparison}
          (${Number(time)}::bigint, ${String(username)}::text, ${Number(k)}::bigint)`
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (
      select p.* from ${list.source} ${after}
      order by ${table}.sort_time ${direction}, ${table}.username ${direction}, ${table}.k ${direction}
      limit ${request.limit + 1}
    ) p ${postJoins(sql)}
    order by p.sort_time ${direction}, p.username ${direction}, p.k ${direction}`
  return pageOf(list.order, request, rows, postKeyOf, postViewOf)
}

function postKeyOf(row: PostRow): CursorPart[] {
  return [row.sortTime, row.username, row.k]
}
