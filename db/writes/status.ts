import type { Transaction } from '../client.ts'
import { multirangeText } from './multirange.ts'
import { insertRows, type RowShape } from './rows.ts'

export async function replaceNodeStatus(tx: Transaction, nodeId: string, json: object, at: number): Promise<void> {
  await tx`
    INSERT INTO node_status (node_id, json, at) VALUES (${nodeId}, ${jsonText(json)}::text::jsonb, ${at})
    ON CONFLICT (node_id) DO UPDATE SET json = excluded.json, at = excluded.at`
}

export async function replaceIndexerStatus(tx: Transaction, json: object, at: number): Promise<void> {
  await tx`
    INSERT INTO indexer_status (id, json, at) VALUES (1, ${jsonText(json)}::text::jsonb, ${at})
    ON CONFLICT (id) DO UPDATE SET json = excluded.json, at = excluded.at`
}

export interface InventoryRow {
  username: string
  origin: string
  since: number
  isRegistered: boolean
  knownK: number | undefined
  held: number
  seen: number
  missing: number
  invalid: number
  rivals: number
  peers: number
  lastAttempt: number | undefined
  lastError: string | undefined
  lastErrorAt: number | undefined
  numbers: { from: number; to: number; ranges: readonly number[] } | undefined
  profileSeq: number | undefined
  avatarSeq: number | undefined
  followingSeq: number | undefined
}

/** A node's whole inventory: users it no longer follows go, and all that nodes said which are silent for so long. */
export async function replaceInventory(
  tx: Transaction,
  nodeId: string,
  { rows, at, sequence }: { rows: readonly InventoryRow[]; at: number; sequence: number | undefined },
  forgottenAfterS: number,
): Promise<void> {
  const shape: RowShape<InventoryRow> = {
    node_id: ['text', () => nodeId],
    username: ['text', (row) => storable(row.username)],
    origin: ['text', (row) => storable(row.origin)],
    since: ['float8', (row) => row.since],
    is_registered: ['bool', (row) => row.isRegistered],
    known_k: ['int4', (row) => row.knownK],
    held: ['int4', (row) => row.held],
    seen: ['int4', (row) => row.seen],
    missing: ['int4', (row) => row.missing],
    invalid: ['int4', (row) => row.invalid],
    rivals: ['int4', (row) => row.rivals],
    peers: ['int4', (row) => row.peers],
    last_attempt: ['float8', (row) => row.lastAttempt],
    last_error: ['text', (row) => row.lastError && storable(row.lastError)],
    last_error_at: ['float8', (row) => row.lastErrorAt],
    sequence: ['int8', () => sequence],
    numbers_from: ['int4', (row) => row.numbers?.from],
    numbers_to: ['int4', (row) => row.numbers?.to],
    numbers: ['int4multirange', (row) => row.numbers && multirangeText(row.numbers.ranges)],
    profile_seq: ['int4', (row) => row.profileSeq],
    avatar_seq: ['int4', (row) => row.avatarSeq],
    following_seq: ['int4', (row) => row.followingSeq],
    at: ['float8', () => at],
  }
  await tx`DELETE FROM inventory WHERE node_id = ${nodeId} OR at < ${at - forgottenAfterS}`
  await insertRows(tx, 'inventory', shape, rows, 'ON CONFLICT DO NOTHING')
}

/** PostgreSQL's text cannot hold U+0000. */
function storable(text: string): string {
  return text.replaceAll('\0', '')
}

/** jsonb cannot hold U+0000. */
function jsonText(json: object): string {
  return JSON.stringify(json).replaceAll('\\u0000', '\\ufffd')
}
