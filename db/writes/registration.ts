import type postgres from 'postgres'
import type { Transaction } from '../client.ts'
import { dayOf, markRecounts } from './recount.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface RegistrationRow {
  username: string
  height: number
  blockHash: Uint8Array
  txid: Uint8Array
  pubKeyScript: Uint8Array
  publicKey: Uint8Array | undefined
  kind: 'registration' | 'replacement' | 'reinclusion'
  txIndex: number
  uid: number
  time: number
}

const REGISTRATION: RowShape<RegistrationRow> = {
  username: ['text', (row) => row.username],
  height: ['int4', (row) => row.height],
  block_hash: ['bytea', (row) => row.blockHash],
  txid: ['bytea', (row) => row.txid],
  pub_key_script: ['bytea', (row) => row.pubKeyScript],
  public_key: ['bytea', (row) => row.publicKey],
  kind: ['text', (row) => row.kind],
  tx_index: ['int4', (row) => row.txIndex],
  uid: ['int8', (row) => row.uid],
  time: ['int8', (row) => row.time],
}

export async function insertRegistrations(tx: Transaction, rows: readonly RegistrationRow[]): Promise<void> {
  await insertRows(tx, 'registration', REGISTRATION, rows, 'ON CONFLICT (username, height) DO NOTHING')
}

/** Of a branch that lost. Answers the names whose history changed. */
export async function deleteRegistrationsAbove(tx: Transaction, height: number): Promise<string[]> {
  const rows = await tx<{ username: string }[]>`DELETE FROM registration WHERE height > ${height} RETURNING username`
  return [...new Set(rows.map((row) => row.username))]
}

export type HistoryRow = Pick<
  RegistrationRow,
  'username' | 'height' | 'blockHash' | 'txid' | 'pubKeyScript' | 'txIndex'
>

/** Histories of some names, by ascending height. */
export async function historyRows(tx: Transaction, usernames: readonly string[]): Promise<HistoryRow[]> {
  return tx<HistoryRow[]>`
    SELECT username, height, block_hash, txid, pub_key_script, tx_index FROM registration
    WHERE username = ANY(${columnOf(tx, 'text', usernames)}::text[]) ORDER BY username, height`
}

/** Derives the rows of `name` for these names again. */
export async function deriveNames(tx: Transaction, usernames: readonly string[]): Promise<void> {
  if (usernames.length === 0) return
  const names = columnOf(tx, 'text', usernames)
  const before = await tx<{ firstTime: number }[]>`
    DELETE FROM name WHERE username = ANY(${names}::text[]) RETURNING first_time`
  const after = await insertNames(tx, tx`WHERE r.username = ANY(${names}::text[])`)
  const days = [...before, ...after].map(({ firstTime }) => dayOf(firstTime))
  await markRecounts(
    tx,
    days.map((number) => ({ what: 'network-day', name: '', number })),
  )
}

/** Derives `name`, which is empty. */
export async function deriveAllNames(tx: Transaction): Promise<void> {
  await insertNames(tx, tx``)
}

async function insertNames(
  tx: Transaction,
  where: postgres.PendingQuery<postgres.Row[]>,
): Promise<{ firstTime: number }[]> {
  return tx<{ firstTime: number }[]>`
    INSERT INTO name (username, first_height, first_time, first_tx_index, height, txid, public_key, uid, key_count)
    SELECT DISTINCT ON (r.username) r.username, f.height, f.time, f.tx_index, r.height, r.txid, r.public_key, r.uid,
      (SELECT count(DISTINCT public_key) FROM registration k WHERE k.username = r.username)
    FROM registration r
    JOIN LATERAL (SELECT height, time, tx_index FROM registration o WHERE o.username = r.username
      ORDER BY height LIMIT 1) f ON true
    ${where}
    ORDER BY r.username, r.height DESC
    RETURNING first_time`
}
