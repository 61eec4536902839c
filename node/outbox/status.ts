import { parseNodeId } from './item.ts'
import {
  FETCH_ROWS,
  INVENTORY_ROWS,
  INVENTORY_RUNS,
  MAX_CODE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_NUMBER,
  STATUS_BYTES,
} from './limits.ts'
import { parseRanges } from './ranges.ts'

export const ITEM_QUEUE = 'windsock-items'
export const STATUS_QUEUE = 'windsock-status'

/** What the node knows of one user it follows. Times in unix seconds. */
export interface InventoryRow {
  username: string
  /** Why: operator, setting or crawl. */
  origin: string
  since: number
  /** The chain holds the name. Until then nothing can be fetched. */
  isRegistered: boolean
  /** The highest post number that anybody has shown. */
  knownK: number | undefined
  /** Posts on the node's disk. */
  held: number
  /** Posts that any peer has had. */
  seen: number
  /** Of those, the ones that are not held, within the history that is kept. */
  missing: number
  /** Pieces that were refused for good. */
  invalid: number
  /** Posts that share their number with another valid one. */
  rivals: number
  peers: number
  /** When the node last tried to get something. */
  lastAttempt: number | undefined
  lastError: string | undefined
  lastErrorAt: number | undefined
  /** Which posts are on the node's disk; of others than these numbers nothing is said. */
  numbers: InventoryNumbers | undefined
  /** Seqs of the values in the node's DHT store, -1 for none; undefined: it has not looked. */
  profileSeq: number | undefined
  avatarSeq: number | undefined
  followingSeq: number | undefined
}

/** Of the numbers from `from` to `to` exactly these runs are held: first and last in turn. */
export interface InventoryNumbers {
  from: number
  to: number
  ranges: readonly number[]
}

const FETCH_STATES = ['waiting', 'running', 'done', 'refused'] as const

/** How a fetch on demand is getting on, and what it found. */
export interface FetchRow {
  username: string
  state: (typeof FETCH_STATES)[number]
  /** Unix seconds at which it came to be so. */
  since: number
  profile: boolean
  avatar: boolean
  /** Users that the first page of the public following list names. */
  following: number
  /** Posts of the user on the node's disk. */
  posts: number
  knownK: number | undefined
  /** Why it was refused. */
  code: string | undefined
}

/** Unsigned messages beside the items; of each kind the latest wins. */
export type StatusMessage =
  | { kind: 'hello'; nodeId: string; lastSequence: number }
  | { kind: 'status'; nodeId: string; at: number; json: object }
  /** `sequence`: the last of the outbox when the rows were made. */
  | { kind: 'inventory'; nodeId: string; at: number; sequence: number | undefined; rows: InventoryRow[] }
  | { kind: 'fetches'; nodeId: string; at: number; rows: FetchRow[] }

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
  if (kind === 'inventory') {
    const rows = rowsOf(member.get('rows'), INVENTORY_ROWS, parseInventoryRow)
    return rows && { kind, nodeId, at, sequence: count(member.get('sequence')), rows }
  }
  if (kind !== 'fetches') return undefined
  const rows = rowsOf(member.get('rows'), FETCH_ROWS, parseFetchRow)
  return rows && { kind, nodeId, at, rows }
}

function rowsOf<T>(json: unknown, max: number, parse: (json: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(json) || json.length > max) return undefined
  const rows = json.map(parse).filter((row) => row !== undefined)
  return rows.length === json.length ? rows : undefined
}

function parseInventoryRow(json: unknown): InventoryRow | undefined {
  const member = members(json)
  const username = name(member?.get('username'))
  const origin = code(member?.get('origin'))
  const since = seconds(member?.get('since'))
  if (member === undefined || username === undefined || origin === undefined || since === undefined) return undefined
  const counts = {
    held: count(member.get('held')),
    seen: count(member.get('seen')),
    missing: count(member.get('missing')),
    invalid: count(member.get('invalid')),
    rivals: count(member.get('rivals')),
    peers: count(member.get('peers')),
  }
  if (!isComplete(counts)) return undefined
  return {
    username,
    origin,
    since,
    isRegistered: member.get('isRegistered') === true,
    knownK: count(member.get('knownK')),
    ...counts,
    lastAttempt: seconds(member.get('lastAttempt')),
    lastError: code(member.get('lastError')),
    lastErrorAt: seconds(member.get('lastErrorAt')),
    numbers: parseNumbers(member.get('numbers')),
    profileSeq: seq(member.get('profileSeq')),
    avatarSeq: seq(member.get('avatarSeq')),
    followingSeq: seq(member.get('followingSeq')),
  }
}

function parseNumbers(json: unknown): InventoryNumbers | undefined {
  const member = members(json)
  const from = count(member?.get('from'))
  const to = count(member?.get('to'))
  const ranges = parseRanges(member?.get('ranges'), INVENTORY_RUNS)
  if (from === undefined || to === undefined || ranges === undefined || to >= MAX_NUMBER) return undefined
  return from <= to ? { from, to, ranges } : undefined
}

function seq(value: unknown): number | undefined {
  return value === -1 ? value : count(value)
}

function parseFetchRow(json: unknown): FetchRow | undefined {
  const member = members(json)
  const username = name(member?.get('username'))
  const state = FETCH_STATES.find((one) => one === member?.get('state'))
  const since = seconds(member?.get('since'))
  if (member === undefined || username === undefined || state === undefined || since === undefined) return undefined
  const following = count(member.get('following'))
  const posts = count(member.get('posts'))
  if (following === undefined || posts === undefined) return undefined
  return {
    username,
    state,
    since,
    profile: member.get('profile') === true,
    avatar: member.get('avatar') === true,
    following,
    posts,
    knownK: count(member.get('knownK')),
    code: code(member.get('code')),
  }
}

function isComplete<K extends string>(counts: Record<K, number | undefined>): counts is Record<K, number> {
  return Object.values(counts).every((value) => value !== undefined)
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH ? value : undefined
}

function code(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_CODE_LENGTH) : undefined
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 2 ** 40 ? value : undefined
}

function members(json: unknown): Map<string, unknown> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? new Map(Object.entries(json)) : undefined
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined
}
