import type { ShownKind } from '../views.ts'
import { isNotHidden, isShown } from './post-row.ts'
import { type Fragment, type Reader, readWithin } from './reader.ts'

/** A post as it travels, `{sig_userpost[, sig_wort], userpost}`. */
export interface PieceRow {
  username: string
  k: number
  /** What the post says, unix seconds. */
  time: number
  piece: Uint8Array
}

/** What a resource of the DHT lists (dht-swarm-posts.md 3.8). */
export type PostsResource =
  | { kind: 'hashtag' | 'mention'; word: string }
  | { kind: 'replies' | 'rts'; username: string; k: number }

/** A piece and what it says of itself. */
export interface StampedPieceRow extends PieceRow {
  height: number
  /** sha256 of the signed bytes. */
  contentHash: Uint8Array
}

/** Numbers of a user's posts: above sinceId, up to maxId. */
export interface PiecesRequest {
  username: string
  maxId: number
  sinceId: number
}

/**
 * Of each of these users the `count` posts of these kinds with the highest numbers, and of all of them the newest
 * `count`, by their own times; of one time in the order in which the reference has them: the user named last first, then
 * the lowest number.
 */
export async function newestPieces(
  sql: Reader,
  asked: readonly PiecesRequest[],
  kinds: readonly ShownKind[],
  count: number,
): Promise<PieceRow[]> {
  const limit = limitOf(sql, count)
  const rows = await sql<PieceRow[]>`
    select p.username, p.k, p.time, r.piece from (
      select one.place, userpost.*
      from unnest(${asked.map((one) => one.username)}::text[], ${asked.map((one) => one.maxId)}::int[],
        ${asked.map((one) => one.sinceId)}::int[]) with ordinality one (username, max_id, since_id, place)
      cross join lateral (
        select each.k from unnest(${[...kinds]}::text[]) of_kind (kind) cross join lateral (
          select p.k from userpost p
          where p.username = one.username and p.kind = of_kind.kind and p.k <= one.max_id and p.k > one.since_id
            and ${isNotHidden(sql)}
          order by p.k desc ${limit}
        ) each order by each.k desc ${limit}
      ) picked
      join userpost on userpost.username = one.username and userpost.k = picked.k
      order by userpost.time desc, one.place desc, userpost.k ${limit}
    ) p ${pieceJoin(sql)}
    order by p.time desc, p.place desc, p.k`
  return rows.slice(0, count)
}

/** A post that mentions somebody, and its place among all that do, from the oldest on. */
export interface MentionPieceRow extends PieceRow {
  id: number
}

const MENTIONS_TIMEOUT_MS = 2_000

/**
 * Those with ids above sinceId and up to maxId, the last `count` of them, in ascending order. Undefined when it takes too
 * long: the ids are counted.
 */
export function mentionPieces(
  sql: Reader,
  { username, maxId, sinceId }: PiecesRequest,
  count: number,
): Promise<MentionPieceRow[] | undefined> {
  return readWithin(sql, MENTIONS_TIMEOUT_MS, async (tx) => {
    const rows = await tx<MentionPieceRow[]>`
      with shown as materialized (
        select m.username, m.k, row_number() over (order by m.sort_time, m.username, m.k) - 1 as id
        from mention m join userpost p on p.username = m.username and p.k = m.k
        where m.mentioned = ${username} and m.is_dispatched and ${isShown(sql)}
      )
      select p.username, p.k, p.time, r.piece, p.id from (
        select shown.id, userpost.* from shown join userpost on userpost.username = shown.username and userpost.k = shown.k
        where shown.id > ${sinceId}::bigint and shown.id <= ${maxId}::bigint
        order by shown.id desc ${limitOf(sql, count)}
      ) p ${pieceJoin(sql)}
      order by p.id desc`
    return rows.slice(0, count).reverse()
  })
}

/** The newest posts that a resource would list, if the DHT forgot nothing. */
export async function piecesOfResource(
  sql: Reader,
  resource: PostsResource,
  count: number,
): Promise<StampedPieceRow[]> {
  const rows = await sql<StampedPieceRow[]>`
    select p.username, p.k, p.time, p.height, p.content_hash, r.piece
    from (${sourceOf(sql, resource)} ${limitOf(sql, count)}) p ${pieceJoin(sql)}
    order by p.sort_time desc, p.username desc, p.k desc`
  return rows.slice(0, count)
}

function sourceOf(sql: Reader, resource: PostsResource): Fragment {
  switch (resource.kind) {
    case 'hashtag':
      return sql`
        select p.* from hashtag h join userpost p on p.username = h.username and p.k = h.k
        where h.tag = ${resource.word} and h.is_dispatched and ${isShown(sql)}
        order by h.sort_time desc, h.username desc, h.k desc`
    case 'mention':
      return sql`
        select p.* from mention m join userpost p on p.username = m.username and p.k = m.k
        where m.mentioned = ${resource.word} and m.is_dispatched and ${isShown(sql)}
        order by m.sort_time desc, m.username desc, m.k desc`
    case 'replies':
      return sql`
        select p.* from userpost p where p.reply_n = ${resource.username} and p.reply_k = ${resource.k} and ${isShown(sql)}
        order by p.sort_time desc, p.username desc, p.k desc`
    case 'rts':
      return sql`
        select p.* from userpost p
        where p.inner_n = ${resource.username} and p.inner_k = ${resource.k} and p.kind = 'retwist' and ${isNotHidden(sql)}
        order by p.sort_time desc, p.username desc, p.k desc`
  }
}

/** The post with this number, or the one with the highest number of these kinds. */
export async function pieceOfUser(
  sql: Reader,
  username: string,
  which: { k: number } | { kinds: readonly ShownKind[] },
): Promise<StampedPieceRow | undefined> {
  const picked =
    'k' in which
      ? sql`select p.* from userpost p where p.username = ${username} and p.k = ${which.k} and ${isShown(sql)}`
      : sql`
        select userpost.* from (
          select each.k from unnest(${[...which.kinds]}::text[]) of_kind (kind) cross join lateral (
            select p.k from userpost p where p.username = ${username} and p.kind = of_kind.kind and ${isNotHidden(sql)}
            order by p.k desc limit 1
          ) each order by each.k desc limit 1
        ) picked join userpost on userpost.username = ${username} and userpost.k = picked.k`
  const rows = await sql<StampedPieceRow[]>`
    select p.username, p.k, p.time, p.height, p.content_hash, r.piece from (${picked}) p ${pieceJoin(sql)} limit 1`
  return rows[0]
}

/** The raw row of the post `p`. */
export function pieceJoin(sql: Reader): Fragment {
  return sql`
    join raw_userpost r on r.username = p.username and r.k = p.k and r.content_hash = p.content_hash and r.key_id = p.key_id`
}

/**
 * Rows enough for `count`. A number in the text and not a parameter, for PostgreSQL's plans; few different numbers, for
 * each is a prepared statement of its own.
 */
export function limitOf(sql: Reader, count: number): Fragment {
  if (count <= 20) return sql`limit 20`
  if (count <= 100) return sql`limit 100`
  if (count <= 1_000) return sql`limit 1000`
  throw new RangeError(`${count} rows at once`)
}
