import type { Transaction } from '../client.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface QuarantineRow {
  /** sha256 of kind and bytes. */
  digest: Uint8Array
  code: string
  kind: string
  username: string | undefined
  k: number | undefined
  bytes: Uint8Array
  item: string | undefined
  source: string
  detail: string
  receivedAt: number
}

const QUARANTINE: RowShape<QuarantineRow> = {
  digest: ['bytea', (row) => row.digest],
  code: ['text', (row) => row.code],
  kind: ['text', (row) => row.kind],
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  bytes: ['bytea', (row) => row.bytes],
  item: ['text', (row) => row.item],
  source: ['text', (row) => row.source],
  detail: ['text', (row) => row.detail],
  received_at: ['float8', (row) => row.receivedAt],
}

/** Keeps the newest `bound` rows. */
export async function insertQuarantine(tx: Transaction, rows: readonly QuarantineRow[], bound: number): Promise<void> {
  if (rows.length === 0) return
  await insertRows(tx, 'quarantine', QUARANTINE, rows, 'ON CONFLICT (digest) DO NOTHING')
  await tx`DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ${bound}::int8`
}

/** Takes out what was refused for its signature and may be good under another key of these names. */
export async function takeQuarantined(
  tx: Transaction,
  usernames: readonly string[],
  codes: readonly string[],
): Promise<{ item: string; receivedAt: number }[]> {
  return tx<{ item: string; receivedAt: number }[]>`
    DELETE FROM quarantine WHERE item IS NOT NULL
      AND username = ANY(${columnOf(tx, 'text', usernames)}::text[]) AND code = ANY(${columnOf(tx, 'text', codes)}::text[])
    RETURNING item, received_at`
}

/** What an operator chose: by number, or by code and user. */
export interface QuarantineChoice {
  ids: readonly number[] | undefined
  code: string | undefined
  username: string | undefined
}

/** Forgets them. Answers how many there were. */
export async function deleteQuarantined(tx: Transaction, choice: QuarantineChoice): Promise<number> {
  const gone = await tx`DELETE FROM quarantine WHERE ${chosen(tx, choice)}`
  return gone.count
}

/** Lets them wait for the next block, at which they are judged again. Answers how many could. */
export async function requeueQuarantined(tx: Transaction, choice: QuarantineChoice): Promise<number> {
  const moved = await tx`
    WITH taken AS (
      DELETE FROM quarantine WHERE item IS NOT NULL AND ${chosen(tx, choice)}
      RETURNING digest, kind, code, username, item, received_at
    )
    INSERT INTO pending_item (id, kind, code, username, wait_height, item, attempts, received_at)
    SELECT digest, kind, code, username, 0, item, 0, received_at FROM taken ON CONFLICT (id) DO NOTHING`
  return moved.count
}

function chosen(tx: Transaction, { ids, code, username }: QuarantineChoice) {
  const byId = ids === undefined ? tx`` : tx`AND id = ANY(${columnOf(tx, 'int8', ids)}::int8[])`
  const byCode = code === undefined ? tx`` : tx`AND code = ${code}`
  const byUser = username === undefined ? tx`` : tx`AND username = ${username}`
  return tx`true ${byId} ${byCode} ${byUser}`
}
