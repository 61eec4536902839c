import type { Transaction } from '../client.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface PendingRow {
  id: Uint8Array
  kind: string
  code: string
  username: string | undefined
  waitHeight: number | undefined
  prevHash: Uint8Array | undefined
  item: string
  attempts: number
  receivedAt: number
}

const PENDING: RowShape<PendingRow> = {
  id: ['bytea', (row) => row.id],
  kind: ['text', (row) => row.kind],
  code: ['text', (row) => row.code],
  username: ['text', (row) => row.username],
  wait_height: ['int4', (row) => row.waitHeight],
  prev_hash: ['bytea', (row) => row.prevHash],
  item: ['text', (row) => row.item],
  attempts: ['int4', (row) => row.attempts],
  received_at: ['float8', (row) => row.receivedAt],
}

export async function insertPending(tx: Transaction, rows: readonly PendingRow[]): Promise<void> {
  await insertRows(tx, 'pending_item', PENDING, rows, 'ON CONFLICT (id) DO NOTHING')
}

export type TakenRow = Pick<PendingRow, 'item' | 'attempts' | 'receivedAt'>

/** Blocks that are taken out in one go. */
const TAKEN_BLOCKS = 1_000

/** Takes out the blocks that waited for one of these parents, and those that waited for them, the next ones first. */
export async function takePendingBlocks(tx: Transaction, parents: readonly Uint8Array[]): Promise<TakenRow[]> {
  return tx<TakenRow[]>`
    WITH RECURSIVE line AS (
      SELECT id, decode(item::json ->> 'hash', 'base64') AS hash FROM pending_item
      WHERE prev_hash = ANY(${columnOf(tx, 'bytea', parents)}::bytea[])
      UNION
      SELECT p.id, decode(p.item::json ->> 'hash', 'base64') FROM line JOIN pending_item p ON p.prev_hash = line.hash
    )
    DELETE FROM pending_item WHERE id IN (SELECT id FROM line LIMIT ${TAKEN_BLOCKS}::int)
    RETURNING item, attempts, received_at`
}

/** Takes out the posts and values that waited for one of these names, or for a tip not above this one. */
export async function takePendingItems(
  tx: Transaction,
  usernames: readonly string[],
  tipHeight: number,
): Promise<TakenRow[]> {
  return tx<TakenRow[]>`
    DELETE FROM pending_item
    WHERE username = ANY(${columnOf(tx, 'text', usernames)}::text[]) OR wait_height <= ${tipHeight}
    RETURNING item, attempts, received_at`
}

/** Takes out the oldest above the bound. */
export async function takePendingOver(tx: Transaction, bound: number): Promise<(TakenRow & { code: string })[]> {
  return tx<(TakenRow & { code: string })[]>`
    DELETE FROM pending_item WHERE id IN (
      SELECT id FROM pending_item ORDER BY received_at
      LIMIT greatest(0, (SELECT count(*) FROM pending_item) - ${bound}::int8))
    RETURNING item, attempts, received_at, code`
}
