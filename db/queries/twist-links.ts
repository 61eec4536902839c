import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PostView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

/** A twist: link in a text and the post that it stands for, if the chain holds its author, who is not hidden. */
export interface TwistLinkView {
  link: string
  n?: string
  k: number
}

/** "140 code points" of msg and the rest of a piece of 2048 bytes: there are never more. */
const MAX_LINKS_OF_POST = 100

export const POSTS_LINKING_TO: ListOrder = { name: 'posts-linking-to', parts: ['string', 'number'] }

/** The twist: links in the text of a post. */
export async function twistLinksOf(sql: Reader, username: string, k: number): Promise<TwistLinkView[]> {
  const rows = await sql<{ link: string; username: string | null; targetK: number }[]>`
    select l.link, (
        select n.username from name n where n.uid = l.uid and ${isUserShown(sql, sql`n.username`)} limit 1) as username, l.target_k
    from twist_link l where l.username = ${username} and l.k = ${k}::bigint
      and exists (select from userpost p where p.username = l.username and p.k = l.k and ${isShown(sql)})
    order by l.link limit ${MAX_LINKS_OF_POST}`
  return rows.map((row) => ({ link: row.link, n: row.username ?? undefined, k: row.targetK }))
}

/** Posts whose texts link to a post, by any registration that its author ever had; A–Z by author. */
export async function postsLinkingTo(
  sql: Reader,
  username: string,
  k: number,
  request: PageRequest,
): Promise<Page<PostView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const [n, number] = [String(request.cursor?.key[0] ?? ''), Number(request.cursor?.key[1] ?? 0)]
  const comparison = isForward ? sql`>` : sql`<`
  const after =
    request.cursor === undefined ? sql`` : sql`and (p.username, p.k) ${comparison} (${n}::text, ${number}::bigint)`
  const direction = isForward ? sql`asc` : sql`desc`
  const rows = await sql<PostRow[]>`
    with linking as materialized (
      select distinct p.username, p.k
      from registration r join twist_link l on l.uid = r.uid and l.target_k = ${k}::bigint
      join userpost p on p.username = l.username and p.k = l.k
      where r.username = ${username} and ${isShown(sql)} ${after}
      order by p.username ${direction}, p.k ${direction} ${rowLimit(sql, request)}
    )
    select ${postColumns(sql)} from linking join userpost p on p.username = linking.username and p.k = linking.k
    ${postJoins(sql)}
    order by p.username ${direction}, p.k ${direction}`
  return pageOf(POSTS_LINKING_TO, request, rows, (row) => [row.username, row.k], postViewOf)
}
