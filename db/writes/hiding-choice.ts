import type postgres from 'postgres'
import type { Transaction } from '../client.ts'
import { keyTable } from './hidden.ts'
import type { UserpostKey } from './raw-userpost.ts'
import { columnOf } from './rows.ts'

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** What decides whether a post is hidden: its texts and the post inside it. A promoted message is by '!name', k its height. */
export interface HidingRow extends UserpostKey {
  msg: string
  msg2: string
  url: string | null | undefined
  innerN: string | null | undefined
  innerK: number | null | undefined
  innerMsg: string | null | undefined
  innerMsg2: string | null | undefined
  /** Where there is more inside than that one post; of rows that were read for hiding. */
  deepPiece?: Uint8Array | null
}

/** A choice among posts (`p`), promoted messages (`m`), and posts with more than one post inside by their pieces (`r`). */
export interface HidingChoice {
  posts: Fragment
  promoted: Fragment
  deep: Fragment
}

export function byKeys(tx: Transaction, keys: readonly UserpostKey[]): HidingChoice {
  return {
    posts: tx`(p.username, p.k) IN (SELECT key.username, key.k FROM ${keyTable(tx, keys)})`,
    promoted: tx`('!' || m.username, m.height) IN (SELECT key.username, key.k FROM ${keyTable(tx, keys)})`,
    deep: tx`false`,
  }
}

export function embedding(tx: Transaction, username: string, k: number | undefined): HidingChoice {
  return {
    posts: k === undefined ? tx`p.inner_n = ${username}` : tx`p.inner_n = ${username} AND p.inner_k = ${k}`,
    promoted: tx`false`,
    deep: tx`position(convert_to('1:n' || length(${username}) || ':' || ${username}, 'UTF8') in r.piece) > 0`,
  }
}

export function embeddingHiddenUsers(tx: Transaction): HidingChoice {
  return { posts: tx`p.inner_n IN (SELECT username FROM hidden_user)`, promoted: tx`false`, deep: tx`true` }
}

export function embeddingBlockedPosts(tx: Transaction): HidingChoice {
  return {
    posts: tx`p.inner_n || '/' || p.inner_k IN (SELECT subject FROM moderation WHERE kind = 'post')`,
    promoted: tx`false`,
    deep: tx`true`,
  }
}

/**
 * Texts that may hold one of these (folded) words: of ASCII, those that do in lower case; of all others, each.
 * A sieve that loses nothing, so that not every post must be read.
 */
export function mayHold(tx: Transaction, words: readonly string[]): HidingChoice {
  const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`)
  const column = columnOf(tx, 'text', patterns)
  const may = (text: Fragment) =>
    tx`(octet_length(${text}) <> char_length(${text}) OR lower(${text} COLLATE "C") LIKE ANY(${column}::text[]))`
  return {
    posts: may(tx`concat_ws(' ', p.msg || p.msg2, p.inner_msg || p.inner_msg2, p.url)`),
    promoted: may(tx`m.message`),
    deep: tx`true`,
  }
}

/** Posts of a choice after a number, and no more than `limit` of them. */
export async function hidingPosts(
  tx: Transaction,
  choice: HidingChoice,
  after: UserpostKey,
  limit: number,
): Promise<HidingRow[]> {
  return tx<HidingRow[]>`
    SELECT ${columns(tx)}, CASE WHEN p.inner_n IS NOT NULL THEN (
      SELECT r.piece FROM raw_userpost r
      WHERE r.username = p.username AND r.k = p.k AND r.content_hash = p.content_hash AND ${isDeep(tx)} LIMIT 1
    ) END AS deep_piece
    FROM userpost p
    WHERE (p.username, p.k) > (${after.username}, ${after.k}::int4) AND ${choice.posts}
    ORDER BY p.username, p.k LIMIT ${limit}`
}

/** Of the posts with more than one post inside those of a choice. */
export async function hidingDeepPosts(
  tx: Transaction,
  choice: HidingChoice,
  after: UserpostKey,
  limit: number,
): Promise<HidingRow[]> {
  return tx<HidingRow[]>`
    SELECT DISTINCT ON (p.username, p.k) ${columns(tx)}, r.piece AS deep_piece
    FROM raw_userpost r JOIN userpost p ON p.username = r.username AND p.k = r.k AND p.content_hash = r.content_hash
    WHERE (r.username, r.k) > (${after.username}, ${after.k}::int4)
      AND ${isDeep(tx)} AND ${choice.deep}
    ORDER BY p.username, p.k LIMIT ${limit}`
}

/** Of these the pieces with more than one post inside. */
export async function deepPieces(
  tx: Transaction,
  keys: readonly UserpostKey[],
): Promise<(UserpostKey & { piece: Uint8Array })[]> {
  return tx<(UserpostKey & { piece: Uint8Array })[]>`
    SELECT DISTINCT ON (p.username, p.k) p.username, p.k, r.piece
    FROM ${keyTable(tx, keys)} JOIN userpost p ON p.username = key.username AND p.k = key.k
    JOIN raw_userpost r ON r.username = p.username AND r.k = p.k AND r.content_hash = p.content_hash
    WHERE ${isDeep(tx)} ORDER BY p.username, p.k`
}

function columns(tx: Transaction): Fragment {
  return tx`p.username, p.k, p.msg, p.msg2, p.url, p.inner_n, p.inner_k, p.inner_msg, p.inner_msg2`
}

/** Promoted messages of a choice above a height. */
export async function hidingPromoted(
  tx: Transaction,
  choice: HidingChoice,
  after: UserpostKey,
  limit: number,
): Promise<HidingRow[]> {
  const rows = await tx<{ username: string; height: number; message: string }[]>`
    SELECT m.username, m.height, m.message FROM promoted m
    WHERE m.height > ${after.k}::int4 AND ${choice.promoted} ORDER BY m.height LIMIT ${limit}`
  return rows.map(({ username, height, message }) => promotedHidingRow(username, height, message))
}

export function promotedHidingRow(username: string, height: number, message: string): HidingRow {
  const none = { msg2: '', url: undefined, innerN: undefined, innerK: undefined }
  return { username: `!${username}`, k: height, msg: message, ...none, innerMsg: undefined, innerMsg2: undefined }
}

/** A sieve that loses nothing, as the index raw_userpost_deep has it: the keys of two inner posts stand in the piece. */
function isDeep(tx: Transaction): Fragment {
  return tx`(r.rt_name IS NOT NULL OR r.fav_name IS NOT NULL)
    AND encode(r.piece, 'escape') ~ '(2:rtd|3:favd).*(2:rtd|3:favd)'`
}
