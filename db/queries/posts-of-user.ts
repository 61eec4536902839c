import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PostView, ShownKind } from '../views.ts'
import { isNotHidden, isOpen, isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Reader } from './reader.ts'

export const POSTS_OF_USER: ListOrder = { name: 'user', parts: ['number'] }

/** A user's posts by number, the newest first: of one kind, or all that are shown. */
export async function postsOfUser(
  sql: Reader,
  username: string,
  kind: ShownKind | undefined,
  request: PageRequest,
): Promise<Page<PostView>> {
  const isDescending = request.cursor?.direction !== 'prev'
  const direction = isDescending ? sql`desc` : sql`asc`
  const k = Number(request.cursor?.key[0] ?? 0)
  const after =
    request.cursor === undefined ? sql`` : isDescending ? sql`and p.k < ${k}::bigint` : sql`and p.k > ${k}::bigint`
  const ofKind = kind === undefined ? isShown(sql) : sql`p.kind = ${kind} and ${isNotHidden(sql)}`
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (
      select p.* from userpost p where p.username = ${username} and ${ofKind} ${after}
      order by p.k ${direction} limit ${request.limit + 1}
    ) p ${postJoins(sql)}
    order by p.k ${direction}`
  return pageOf(POSTS_OF_USER, request, rows, (row) => [row.k], postViewOf)
}

/** The numbers between two posts that are here but not shown: encrypted to somebody. */
export async function hiddenNumbers(sql: Reader, username: string, from: number, to: number): Promise<number[]> {
  const rows = await sql<{ k: number }[]>`
    select p.k from userpost p
    where p.username = ${username} and p.k between ${from} and ${to} and not ${isOpen(sql)}
    order by p.k limit 10000`
  return rows.map((row) => row.k)
}
