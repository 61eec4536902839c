import type postgres from 'postgres'
import type { Transaction } from '../client.ts'
import type { UserpostKey } from './raw-userpost.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** 'post', 'tag' and 'word' from moderation; 'user' and 'opt-out' are hidden users whose posts others embed. */
export interface BlockRow {
  kind: string
  subject: string
  reason: string
}

/** Everything blocked but users, and of these users those that are hidden. */
export async function blocksFor(tx: Transaction, users: readonly string[]): Promise<BlockRow[]> {
  return tx<BlockRow[]>`
    SELECT kind, subject, reason FROM moderation WHERE kind <> 'user'
    UNION ALL
    SELECT cause, username, reason FROM hidden_user WHERE username = ANY(${columnOf(tx, 'text', users)}::text[])`
}

export interface HiddenUserRow {
  username: string
  cause: string
  reason: string
}

const HIDDEN_USER: RowShape<HiddenUserRow> = {
  username: ['text', (row) => row.username],
  cause: ['text', (row) => row.cause],
  reason: ['text', (row) => row.reason],
}

export async function hiddenUsersAmong(tx: Transaction, usernames: readonly string[]): Promise<HiddenUserRow[]> {
  return tx<HiddenUserRow[]>`
    SELECT username, cause, reason FROM hidden_user WHERE username = ANY(${columnOf(tx, 'text', usernames)}::text[])`
}

/** Of these users those whom the operator has blocked. */
export async function blockedUsersAmong(tx: Transaction, usernames: readonly string[]): Promise<HiddenUserRow[]> {
  return tx<HiddenUserRow[]>`
    SELECT subject AS username, 'user' AS cause, reason FROM moderation
    WHERE kind = 'user' AND subject = ANY(${columnOf(tx, 'text', usernames)}::text[])`
}

export async function allBlockedUsers(tx: Transaction): Promise<HiddenUserRow[]> {
  return tx<HiddenUserRow[]>`
    SELECT subject AS username, 'user' AS cause, reason FROM moderation WHERE kind = 'user'`
}

/** The bios of these users, or of all, that hold a text (in lower case). */
export async function biosWith(
  tx: Transaction,
  text: string,
  usernames: readonly string[] | undefined,
): Promise<{ username: string; bio: string }[]> {
  const ofUsers = usernames === undefined ? tx`` : tx`AND username = ANY(${columnOf(tx, 'text', usernames)}::text[])`
  return tx<{ username: string; bio: string }[]>`
    SELECT username, bio FROM profile WHERE strpos(lower(bio COLLATE "C"), ${text}) > 0 ${ofUsers}`
}

export async function replaceHiddenUsers(
  tx: Transaction,
  usernames: readonly string[],
  rows: readonly HiddenUserRow[],
): Promise<void> {
  await tx`DELETE FROM hidden_user WHERE username = ANY(${columnOf(tx, 'text', usernames)}::text[])`
  await insertRows(tx, 'hidden_user', HIDDEN_USER, rows, '')
}

/** The post is hidden: by what ('post', 'tag', 'word', or 'user' and 'opt-out' of what it embeds), and why. */
export interface HiddenUserpostRow extends UserpostKey {
  cause: string
  subject: string
  reason: string
}

const HIDDEN_USERPOST: RowShape<HiddenUserpostRow> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  cause: ['text', (row) => row.cause],
  subject: ['text', (row) => row.subject],
  reason: ['text', (row) => row.reason],
}

export async function hiddenUserpostsAmong(
  tx: Transaction,
  keys: readonly UserpostKey[],
): Promise<HiddenUserpostRow[]> {
  return tx<HiddenUserpostRow[]>`
    SELECT h.username, h.k, h.cause, h.subject, h.reason
    FROM ${keyTable(tx, keys)} JOIN hidden_userpost h ON h.username = key.username AND h.k = key.k`
}

export async function hiddenUserpostsBy(tx: Transaction, cause: string, subject: string): Promise<UserpostKey[]> {
  return tx<UserpostKey[]>`SELECT username, k FROM hidden_userpost WHERE cause = ${cause} AND subject = ${subject}`
}

export async function insertHiddenUserposts(tx: Transaction, rows: readonly HiddenUserpostRow[]): Promise<void> {
  const conflict = `ON CONFLICT (username, k) DO UPDATE
    SET cause = excluded.cause, subject = excluded.subject, reason = excluded.reason`
  await insertRows(tx, 'hidden_userpost', HIDDEN_USERPOST, rows, conflict)
}

export async function deleteHiddenUserposts(tx: Transaction, keys: readonly UserpostKey[]): Promise<void> {
  if (keys.length === 0) return
  await tx`
    DELETE FROM hidden_userpost USING ${keyTable(tx, keys)}
    WHERE hidden_userpost.username = key.username AND hidden_userpost.k = key.k`
}

/** Of the messages of blocks that are no longer on the best chain, but for those that are blocked by their number. */
export async function deleteHiddenPromotedAbove(tx: Transaction, height: number): Promise<void> {
  await tx`DELETE FROM hidden_userpost WHERE username LIKE '!%' AND k > ${height}
    AND NOT (cause = 'post' AND subject = username || '/' || k)`
}

export async function deleteAllHidden(tx: Transaction): Promise<void> {
  await tx`DELETE FROM hidden_user`
  await tx`DELETE FROM hidden_userpost`
}

/** To be counted again: whatever these posts, and all posts of these users, are counted in. */
export async function noteHidingChanged(
  tx: Transaction,
  keys: readonly UserpostKey[],
  users: readonly string[],
): Promise<void> {
  const names = columnOf(tx, 'text', users)
  await tx`
    WITH changed AS MATERIALIZED (
      SELECT p.username, p.k, floor(p.sort_time / 86400.0)::int8 AS day, p.reply_n, p.reply_k, p.inner_n, p.inner_k
      FROM userpost p WHERE p.username = ANY(${names}::text[])
      UNION
      SELECT p.username, p.k, floor(p.sort_time / 86400.0)::int8, p.reply_n, p.reply_k, p.inner_n, p.inner_k
      FROM ${keyTable(tx, keys)} JOIN userpost p ON p.username = key.username AND p.k = key.k
    )
    INSERT INTO recount (what, name, number, username)
    SELECT DISTINCT 'user-day', username, day, NULL FROM changed
    UNION SELECT 'userpost', username, k, NULL FROM changed
    UNION SELECT 'userpost', reply_n, reply_k, NULL FROM changed WHERE reply_n IS NOT NULL AND reply_k IS NOT NULL
    UNION SELECT 'userpost', inner_n, inner_k, NULL FROM changed WHERE inner_n IS NOT NULL AND inner_k IS NOT NULL
    UNION SELECT 'hashtag', h.tag, changed.day, h.username
      FROM changed JOIN hashtag h ON h.username = changed.username AND h.k = changed.k
    UNION SELECT 'user', name, 0, NULL FROM unnest(${names}::text[]) AS name
    UNION SELECT 'user', followed, 0, NULL FROM following WHERE username = ANY(${names}::text[])
    UNION SELECT 'user', username, 0, NULL FROM following WHERE followed = ANY(${names}::text[])`
}

/** Post numbers as a table `key`. */
export function keyTable(tx: Transaction, keys: readonly UserpostKey[]): Fragment {
  const usernames = keys.map((key) => key.username)
  const numbers = keys.map((key) => key.k)
  return tx`unnest(${columnOf(tx, 'text', usernames)}::text[], ${columnOf(tx, 'int4', numbers)}::int4[]) AS key (username, k)`
}
