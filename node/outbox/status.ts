import { parseNodeId } from './item.ts'
import { INVENTORY_ROWS, MAX_NAME_LENGTH, STATUS_BYTES } from './limits.ts'

export const ITEM_QUEUE = 'windsock-items'
export const STATUS_QUEUE = 'windsock-status'

/** What the node knows of one swarm it follows. `held`: posts on its disk; `seen`: posts any peer has had. */
export interface InventoryRow {
  username: string
  knownK: number | undefined
  held: number
  seen: number
  peers: number
  lastError: string | undefined
}

/** Unsigned messages beside the items; of each kind the latest wins. */
export type StatusMessage =
  | { kind: 'hello'; nodeId: string; lastSequence: number }
  | { kind: 'status'; nodeId: string; at: number; json: object }
  | { kind: 'inventory'; nodeId: string; at: number; rows: InventoryRow[] }

export function parseStatusMessage(json: unknown): StatusMessage | undefined {
  const member = members(json)
  const nodeId = parseNodeId(member?.get('nodeId'))
  if (member === undefined || nodeId === undefined) return undefined
  const kind = member.get('kind')
  if (kind === 'hello') {
    const lastSequence = count(member.get('lastSequence'))
    return lastSequence === undefined ? undefined : { kind, nodeId, lastSequence }
  }
  const at = member.get('at')
  if (typeof at !== 'number' || !Number.isFinite(at)) return undefined
  if (kind === 'status') {
    const status = member.get('json')
    if (typeof status !== 'object' || status === null) return undefined
    return JSON.stringify(status).length > STATUS_BYTES ? undefined : { kind, nodeId, at, json: status }
  }
  const rows = member.get('rows')
  if (kind !== 'inventory' || !Array.isArray(rows) || rows.length > INVENTORY_ROWS) return undefined
  const parsed = rows.map(parseInventoryRow)
  return parsed.every((row) => row !== undefined) ? { kind, nodeId, at, rows: parsed } : undefined
}

function parseInventoryRow(json: unknown): InventoryRow | undefined {
  const member = members(json)
  const username = member?.get('username')
  if (member === undefined || typeof username !== 'string' || username.length > MAX_NAME_LENGTH) return undefined
  const held = count(member.get('held'))
  const seen = count(member.get('seen'))
  const peers = count(member.get('peers'))
  if (held === undefined || seen === undefined || peers === undefined) return undefined
  const lastError = member.get('lastError')
  return {
    username,
    knownK: count(member.get('knownK')),
    held,
    seen,
    peers,
    lastError: typeof lastError === 'string' ? lastError.slice(0, 200) : undefined,
  }
}

function members(json: unknown): Map<string, unknown> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? new Map(Object.entries(json)) : undefined
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined
}
