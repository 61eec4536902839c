import type { Transaction } from '../client.ts'
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
  knownK: number | undefined
  held: number
  seen: number
  peers: number
  lastError: string | undefined
}

/** A node's whole inventory: users it no longer follows go. */
export async function replaceInventory(
  tx: Transaction,
  nodeId: string,
  rows: readonly InventoryRow[],
  at: number,
): Promise<void> {
  const shape: RowShape<InventoryRow> = {
    node_id: ['text', () => nodeId],
    username: ['text', (row) => row.username.replaceAll('\0', '')],
    known_k: ['int4', (row) => row.knownK],
    held: ['int4', (row) => row.held],
    seen: ['int4', (row) => row.seen],
    peers: ['int4', (row) => row.peers],
    last_error: ['text', (row) => row.lastError?.replaceAll('\0', '')],
    at: ['float8', () => at],
  }
  await tx`DELETE FROM inventory WHERE node_id = ${nodeId}`
  await insertRows(tx, 'inventory', shape, rows, 'ON CONFLICT DO NOTHING')
}

/** jsonb cannot hold U+0000. */
function jsonText(json: object): string {
  return JSON.stringify(json).replaceAll('\\u0000', '\\ufffd')
}
