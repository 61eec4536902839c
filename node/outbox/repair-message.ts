import type { RawDhtItem } from '../protocol/dht-item.ts'
import { parseNodeId } from './item.ts'
import {
  MAX_NAME_LENGTH,
  REPAIR_PIECE_BYTES,
  REPAIR_PIECES,
  REPAIR_RESOURCES,
  REPAIR_RUNS,
  REPAIR_VALUE_BYTES,
  REPAIR_VALUES,
} from './limits.ts'
import { parseRanges } from './ranges.ts'

/** What a node and the index lack of one user: the node sends again what is wanted, and judges what is given. */
export interface RepairMessage {
  kind: 'repair'
  nodeId: string
  username: string
  /** Runs of post numbers that the index lacks: first and last in turn. */
  wantedNumbers: readonly number[]
  /** Resources (`profile`, `avatar`, `following`) of which the index lacks what the node holds. */
  wantedResources: readonly string[]
  /** Signed posts that the node lacks. */
  pieces: readonly Uint8Array[]
  /** Signed values of the user's own that the node lacks. */
  values: readonly RawDhtItem[]
}

export function encodeRepair(message: RepairMessage): object {
  return {
    ...message,
    pieces: message.pieces.map(base64),
    values: message.values.map(({ p, sigP, sigUser }) => ({ p: base64(p), sigP: base64(sigP), sigUser })),
  }
}

/** From the queue: undefined for what is none. */
export function parseRepair(member: ReadonlyMap<string, unknown>): RepairMessage | undefined {
  const nodeId = parseNodeId(member.get('nodeId'))
  const username = text(member.get('username'))
  const wantedNumbers = parseRanges(member.get('wantedNumbers'), REPAIR_RUNS)
  const wantedResources = list(member.get('wantedResources'), REPAIR_RESOURCES, text)
  const pieces = list(member.get('pieces'), REPAIR_PIECES, (json) => bytes(json, REPAIR_PIECE_BYTES))
  const values = list(member.get('values'), REPAIR_VALUES, parseValue)
  if (nodeId === undefined || username === undefined || wantedNumbers === undefined) return undefined
  if (wantedResources === undefined || pieces === undefined || values === undefined) return undefined
  return { kind: 'repair', nodeId, username, wantedNumbers, wantedResources, pieces, values }
}

function parseValue(json: unknown): RawDhtItem | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const member = new Map<string, unknown>(Object.entries(json))
  const p = bytes(member.get('p'), REPAIR_VALUE_BYTES)
  const sigP = bytes(member.get('sigP'), REPAIR_VALUE_BYTES)
  const sigUser = text(member.get('sigUser'))
  return p && sigP && sigUser !== undefined ? { p, sigP, sigUser } : undefined
}

function list<T>(json: unknown, max: number, parse: (json: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(json) || json.length > max) return undefined
  const parsed = json.map(parse).filter((value) => value !== undefined)
  return parsed.length === json.length ? parsed : undefined
}

function text(json: unknown): string | undefined {
  return typeof json === 'string' && json.length <= MAX_NAME_LENGTH ? json : undefined
}

function bytes(json: unknown, maxBytes: number): Uint8Array | undefined {
  if (typeof json !== 'string' || json.length > Math.ceil(maxBytes / 3) * 4) return undefined
  const decoded = Buffer.from(json, 'base64')
  const isWhole = decoded.length <= maxBytes && decoded.toString('base64') === json
  return isWhole ? new Uint8Array(decoded) : undefined
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64')
}
