import type { Transaction } from '../client.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

/** A post by number: rivals share it. */
export interface UserpostKey {
  username: string
  k: number
}

/** The same text for the same number. */
export function userpostKey({ username, k }: UserpostKey): string {
  return `${username}/${k}`
}

/** Posts that came by themselves after they had been seen inside of others: where from is all that changes. */
export async function noteWhole(tx: Transaction, rows: readonly RawUserpostRow[]): Promise<void> {
  if (rows.length === 0) return
  const column = (type: 'text' | 'int4' | 'bytea', cellOf: (row: RawUserpostRow) => string | number | Uint8Array) =>
    columnOf(tx, type, rows.map(cellOf))
  await tx`
    UPDATE raw_userpost r SET source = whole.source
    FROM unnest(${column('text', (row) => row.username)}::text[], ${column('int4', (row) => row.k)}::int4[],
      ${column('bytea', (row) => row.contentHash)}::bytea[], ${column('text', (row) => row.source)}::text[])
      AS whole (username, k, content_hash, source)
    WHERE r.username = whole.username AND r.k = whole.k AND r.content_hash = whole.content_hash
      AND r.source = 'retwist'`
}

/** What the verdict on a post is found from. */
export interface StoredUserpostRow extends UserpostKey {
  contentHash: Uint8Array
  keyId: Uint8Array
  piece: Uint8Array
  rtKeyId: Uint8Array | null
  favKeyId: Uint8Array | null
  dueHeight: number
  verdict: string
}

export interface RawUserpostRow extends StoredUserpostRow {
  height: number
  rtName: string | null
  favName: string | null
  firstSeen: number
  source: string
  tipHeight: number
}

const RAW_USERPOST: RowShape<RawUserpostRow> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  content_hash: ['bytea', (row) => row.contentHash],
  key_id: ['bytea', (row) => row.keyId],
  piece: ['bytea', (row) => row.piece],
  height: ['int4', (row) => row.height],
  rt_name: ['text', (row) => row.rtName],
  rt_key_id: ['bytea', (row) => row.rtKeyId],
  fav_name: ['text', (row) => row.favName],
  fav_key_id: ['bytea', (row) => row.favKeyId],
  first_seen: ['float8', (row) => row.firstSeen],
  source: ['text', (row) => row.source],
  tip_height: ['int4', (row) => row.tipHeight],
  due_height: ['int4', (row) => row.dueHeight],
  verdict: ['text', (row) => row.verdict],
}

/** Those that are not here yet, as far as can be seen before they are inserted. */
export async function newRawUserposts<Row extends RawUserpostRow>(
  tx: Transaction,
  rows: readonly Row[],
): Promise<Row[]> {
  if (rows.length === 0) return []
  const columns = [
    columnOf(
      tx,
      'text',
      rows.map((row) => row.username),
    ),
    columnOf(
      tx,
      'int4',
      rows.map((row) => row.k),
    ),
    columnOf(
      tx,
      'bytea',
      rows.map((row) => row.contentHash),
    ),
    columnOf(
      tx,
      'bytea',
      rows.map((row) => row.keyId),
    ),
  ] as const
  const found = await tx<{ at: number }[]>`
    SELECT w.at::int FROM unnest(${columns[0]}::text[], ${columns[1]}::int4[], ${columns[2]}::bytea[],
      ${columns[3]}::bytea[]) WITH ORDINALITY AS w (username, k, content_hash, key_id, at)
    JOIN raw_userpost r USING (username, k, content_hash, key_id)`
  const here = new Set(found.map(({ at }) => at - 1))
  return rows.filter((_, at) => !here.has(at))
}

/**
 * Answers the numbers of the posts that were not there yet. Of two writers of the same post the second waits here for
 * the first: rows in the order of their keys, in one statement, so that none waits in a circle.
 */
export async function insertRawUserposts(tx: Transaction, rows: readonly RawUserpostRow[]): Promise<UserpostKey[]> {
  return insertRows<RawUserpostRow, UserpostKey>(
    tx,
    'raw_userpost',
    RAW_USERPOST,
    rows,
    'ON CONFLICT (username, k, content_hash, key_id) DO NOTHING RETURNING username, k',
  )
}

/** All rivals for some post numbers. */
export async function rawUserpostsByKey(tx: Transaction, keys: readonly UserpostKey[]): Promise<StoredUserpostRow[]> {
  return tx<StoredUserpostRow[]>`
    SELECT r.username, r.k, r.content_hash, r.key_id, r.piece, r.rt_key_id, r.fav_key_id, r.due_height, r.verdict
    FROM unnest(${columnOf(
      tx,
      'text',
      keys.map((key) => key.username),
    )}::text[],
      ${columnOf(
        tx,
        'int4',
        keys.map((key) => key.k),
      )}::int4[]) AS wanted (username, k)
    JOIN raw_userpost r ON r.username = wanted.username AND r.k = wanted.k`
}

/** Posts whose height or number limit the tip passed when it moved between two heights, either way. */
export async function userpostKeysDue(tx: Transaction, from: number, to: number): Promise<UserpostKey[]> {
  return tx<UserpostKey[]>`
    SELECT DISTINCT username, k FROM raw_userpost WHERE due_height > ${from} AND due_height <= ${to}`
}

/** Posts by these authors, and posts that retwist or favourite one of theirs. */
export async function userpostKeysOfNames(tx: Transaction, usernames: readonly string[]): Promise<UserpostKey[]> {
  if (usernames.length === 0) return []
  const names = columnOf(tx, 'text', usernames)
  return tx<UserpostKey[]>`
    SELECT username, k FROM raw_userpost WHERE username = ANY(${names}::text[])
    UNION SELECT username, k FROM raw_userpost WHERE rt_name = ANY(${names}::text[])
    UNION SELECT username, k FROM raw_userpost WHERE fav_name = ANY(${names}::text[])`
}

export type VerdictRow = Pick<StoredUserpostRow, 'username' | 'k' | 'contentHash' | 'keyId' | 'dueHeight' | 'verdict'>

export async function updateUserpostVerdicts(tx: Transaction, rows: readonly VerdictRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx`
    UPDATE raw_userpost r SET due_height = v.due_height, verdict = v.verdict
    FROM unnest(
      ${columnOf(
        tx,
        'text',
        rows.map((row) => row.username),
      )}::text[],
      ${columnOf(
        tx,
        'int4',
        rows.map((row) => row.k),
      )}::int4[],
      ${columnOf(
        tx,
        'bytea',
        rows.map((row) => row.contentHash),
      )}::bytea[],
      ${columnOf(
        tx,
        'bytea',
        rows.map((row) => row.keyId),
      )}::bytea[],
      ${columnOf(
        tx,
        'int4',
        rows.map((row) => row.dueHeight),
      )}::int4[],
      ${columnOf(
        tx,
        'text',
        rows.map((row) => row.verdict),
      )}::text[]
    ) AS v (username, k, content_hash, key_id, due_height, verdict)
    WHERE r.username = v.username AND r.k = v.k AND r.content_hash = v.content_hash AND r.key_id = v.key_id`
}
