import { MAX_ITEM_BYTES, MAX_ITEMS_IN_BATCH, MAX_NAME_LENGTH } from './limits.ts'

/**
 * Raw bytes with provenance. `seq` counts from 1 in the node's outbox; `firstSeen` is in unix seconds; `source` is
 * 'chain', 'swarm', 'dht', 'local' or 'index'.
 */
export type OutboxItem =
  | {
      seq: number
      kind: 'block-connected'
      hash: Uint8Array
      height: number
      raw: Uint8Array
      firstSeen: number
      source: string
    }
  | { seq: number; kind: 'block-disconnected'; hash: Uint8Array; height: number }
  | {
      seq: number
      kind: 'userpost'
      username: string
      k: number
      piece: Uint8Array
      firstSeen: number
      source: string
      tipHeight: number
    }
  | {
      seq: number
      kind: 'dht-item'
      p: Uint8Array
      sigP: Uint8Array
      sigUser: string
      firstSeen: number
      source: string
      tipHeight: number
    }

/** The items of one job. `first`..`last` is the run of sequence numbers it covers, both included. */
export type Batch = {
  nodeId: string
  first: number
  last: number
  /** The node's outbox is younger than the index's cursor (restored backup): forget the cursor, start at `first`. */
  isRewind: boolean
  items: OutboxItem[]
}

/** Where the queue lives. */
export type QueueConfig = { kind: 'redis'; url: string } | { kind: 'postgres'; url: string }

type JsonItem = { [member: string]: string | number }
export type BatchJson = {
  version: 1
  nodeId: string
  first: number
  last: number
  rewind?: true
  items: JsonItem[]
}

/** `first` is what follows the last batch, also when the outbox has a gap there. */
export function encodeBatch(
  nodeId: string,
  items: readonly OutboxItem[],
  { first = items[0]?.seq ?? 0, isRewind = false }: { first?: number; isRewind?: boolean } = {},
): BatchJson {
  const last = items.at(-1)?.seq ?? 0
  return { version: 1, nodeId, first, last, ...(isRewind ? { rewind: true } : {}), items: items.map(encodeItem) }
}

/** Anything from the queue is foreign: a value that is not exactly a batch gives undefined. */
export function parseBatch(json: unknown): Batch | undefined {
  if (!isRecord(json) || json['version'] !== 1 || !Array.isArray(json['items'])) return undefined
  const nodeId = parseNodeId(json['nodeId'])
  const first = count(json['first'])
  const last = count(json['last'])
  const members: unknown[] = json['items']
  if (nodeId === undefined || first === undefined || last === undefined) return undefined
  if (first < 1 || last < first || members.length === 0 || members.length > MAX_ITEMS_IN_BATCH) return undefined
  const items: OutboxItem[] = []
  let previous = first - 1
  for (const member of members) {
    const item = parseItem(member)
    if (item === undefined || item.seq <= previous || item.seq > last) return undefined
    previous = item.seq
    items.push(item)
  }
  return { nodeId, first, last, isRewind: json['rewind'] === true, items }
}

/** One item without its batch, as it is kept while it waits or in quarantine. */
export function encodeOutboxItem(item: OutboxItem): string {
  return JSON.stringify(encodeItem({ ...item, seq: 0 }))
}

export function parseOutboxItem(json: string): OutboxItem | undefined {
  try {
    return parseItem(JSON.parse(json))
  } catch {
    return undefined
  }
}

const NODE_ID = /^[0-9a-z-]{1,64}$/

/** A node's id is part of queue names, so its alphabet is bounded. */
export function parseNodeId(value: unknown): string | undefined {
  return typeof value === 'string' && NODE_ID.test(value) ? value : undefined
}

function encodeItem(item: OutboxItem): JsonItem {
  const json: JsonItem = {}
  for (const [member, value] of Object.entries(item)) {
    json[member] = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
  }
  return json
}

function parseItem(json: unknown): OutboxItem | undefined {
  if (!isRecord(json)) return undefined
  const seq = count(json['seq'])
  if (seq === undefined) return undefined
  switch (json['kind']) {
    case 'block-connected':
      return complete({
        seq,
        kind: 'block-connected' as const,
        hash: hash(json['hash']),
        height: count(json['height']),
        raw: bytes(json['raw']),
        firstSeen: seconds(json['firstSeen']),
        source: text(json['source']),
      })
    case 'block-disconnected':
      return complete({
        seq,
        kind: 'block-disconnected' as const,
        hash: hash(json['hash']),
        height: count(json['height']),
      })
    case 'userpost':
      return complete({
        seq,
        kind: 'userpost' as const,
        username: text(json['username']),
        k: count(json['k']),
        piece: bytes(json['piece']),
        firstSeen: seconds(json['firstSeen']),
        source: text(json['source']),
        tipHeight: count(json['tipHeight']),
      })
    case 'dht-item':
      return complete({
        seq,
        kind: 'dht-item' as const,
        p: bytes(json['p']),
        sigP: bytes(json['sigP']),
        sigUser: text(json['sigUser']),
        firstSeen: seconds(json['firstSeen']),
        source: text(json['source']),
        tipHeight: count(json['tipHeight']),
      })
    default:
      return undefined
  }
}

type Complete<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function complete<T extends object>(fields: T): Complete<T> | undefined {
  return isComplete(fields) ? fields : undefined
}

function isComplete<T extends object>(fields: T): fields is T & Complete<T> {
  return Object.values(fields).every((value) => value !== undefined)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_LENGTH ? value : undefined
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 2 ** 40 ? value : undefined
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

function bytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > (MAX_ITEM_BYTES * 4) / 3 + 4) return undefined
  if (value.length % 4 !== 0 || !BASE64.test(value)) return undefined
  return new Uint8Array(Buffer.from(value, 'base64'))
}

function hash(value: unknown): Uint8Array | undefined {
  const parsed = bytes(value)
  return parsed?.length === 32 ? parsed : undefined
}
