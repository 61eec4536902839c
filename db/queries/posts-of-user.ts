import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { NumberRange, PostView, ShownKind } from '../views.ts'
import { isNotHidden, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import { show } from './topics.ts'

export const POSTS_OF_USER: ListOrder = { name: 'user', parts: ['number'] }

export const SHOWN_KINDS: readonly ShownKind[] = ['post', 'reply', 'retwist', 'favourite', 'custom']

/** A user's posts by number, the newest first: of one kind, or all that are shown. */
export async function postsOfUser(
  sql: Reader,
  username: string,
  kind: ShownKind | undefined,
  request: PageRequest,
): Promise<Page<PostView>> {
  show.author(username)
  const isDescending = request.cursor?.direction !== 'prev'
  const direction = isDescending ? sql`desc` : sql`asc`
  const k = Number(request.cursor?.key[0] ?? 0)
  const after =
    request.cursor === undefined ? sql`` : isDescending ? sql`and p.k < ${k}::bigint` : sql`and p.k > ${k}::bigint`
  const ofKind = (one: Fragment) => sql`
    select p.k from userpost p where p.username = ${username} and p.kind = ${one} and ${isNotHidden(sql)} ${after}
    order by p.k ${direction} ${rowLimit(sql, request)}`
  // Of all kinds: the newest of each, merged. The primary key would have to pass over what is not shown, however many.
  const numbers =
    kind === undefined
      ? sql`select each.k from unnest(${[...SHOWN_KINDS]}::text[]) one (kind) cross join lateral (${ofKind(sql`one.kind`)}) each
          order by each.k ${direction} ${rowLimit(sql, request)}`
      : ofKind(sql`${kind}`)
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (select userpost.* from (${numbers}) picked join userpost on userpost.username = ${username} and userpost.k = picked.k) p
    ${postJoins(sql)}
    order by p.k ${direction}`
  return pageOf(POSTS_OF_USER, request, rows, (row) => [row.k], postViewOf)
}

const MAX_ENCRYPTED_OF_KIND = 10_000

/** The numbers between two posts that are here but nobody's to read, the highest of them as ranges in their order. */
export function encryptedRanges(sql: Reader, username: string, from: number, to: number): Promise<NumberRange[]> {
  return sql<NumberRange[]>`
    select min(k)::int as "from", max(k)::int as "to"
    from (
      select k, k - row_number() over (order by k) as run
      from (
        select of_kind.k from (values ('direct'), ('private-favourite')) one (kind)
        cross join lateral (
          select k from userpost
          where username = ${username} and userpost.kind = one.kind and k between ${from} and ${to}
          order by k desc limit ${sql.unsafe(String(MAX_ENCRYPTED_OF_KIND))}
        ) of_kind
      ) picked
    ) numbered
    group by run order by 1`
}

const MAX_WITHHELD = 10_000

/** The numbers between two posts that are here and hidden by themselves, the highest of them as ranges in their order. */
export function withheldRanges(sql: Reader, username: string, from: number, to: number): Promise<NumberRange[]> {
  return sql<NumberRange[]>`
    select min(k)::int as "from", max(k)::int as "to"
    from (
      select k, k - row_number() over (order by k) as run
      from (
        select h.k from hidden_userpost h
        where h.username = ${username} and h.k between ${from} and ${to}
          and exists (select from userpost p where p.username = h.username and p.k = h.k)
        order by h.k desc limit ${sql.unsafe(String(MAX_WITHHELD))}
      ) picked
    ) numbered
    group by run order by 1`
}
