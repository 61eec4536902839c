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
}

/** A choice among posts (`p`) and promoted messages (`m`). */
export interface HidingChoice {
  posts: Fragment
  promoted: Fragment
}

export function byKeys(tx: Transaction, keys: readonly UserpostKey[]): HidingChoice {
  return {
    posts: tx`(p.username, p.k) IN (SELECT key.username, key.k FROM ${keyTable(tx, keys)})`,
    promoted: tx`('!' || m.username, m.height) IN (SELECT key.username, key.k FROM ${keyTable(tx, keys)})`,
  }
}

export function embedding(tx: Transaction, username: string, k: number | undefined): HidingChoice {
  return {
    posts: k === undefined ? tx`p.inner_n = ${username}` : tx`p.inner_n = ${username} AND p.inner_k = ${k}`,
    promoted: tx`false`,
  }
}

export function embeddingHiddenUsers(tx: Transaction): HidingChoice {
  return { posts: tx`p.inner_n IN (SELECT username FROM hidden_user)`, promoted: tx`false` }
}

export function embeddingBlockedPosts(tx: Transaction): HidingChoice {
  return {
    posts: tx`p.inner_n || '/' || p.inner_k IN (SELECT subject FROM moderation WHERE kind = 'post')`,
    promoted: tx`false`,
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
    SELECT p.username, p.k, p.msg, p.msg2, p.url, p.inner_n, p.inner_k, p.inner_msg, p.inner_msg2 FROM userpost p
    WHERE (p.username, p.k) > (${after.username}, ${after.k}::int4) AND ${choice.posts}
    ORDER BY p.username, p.k LIMIT ${limit}`
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
