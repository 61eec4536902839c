import { ByteWriter, parseWith, utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import type { Database } from './database.ts'
import { sequenceKey, sequenceOfKey } from './keys.ts'
import { type Provenance, readProvenance, writeProvenance } from './provenance.ts'

/** What was announced: a reference. Content is read back from the other tables when the entry is published. */
export type OutboxEntry =
  | {
      readonly kind: 'block-connected'
      readonly index: number
      readonly height: number
      readonly provenance: Provenance
    }
  | { readonly kind: 'block-disconnected'; readonly index: number; readonly height: number }
  | { readonly kind: 'userpost'; readonly username: Username; readonly k: number; readonly contentHash: Uint8Array }
  | { readonly kind: 'dht-item'; readonly contentHash: Uint8Array }

/** Entries numbered from 1 without gaps, never removed: an indexer may start again from any of them. */
export interface OutboxLog {
  /** Call inside the write that stores what is announced. */
  append(entries: readonly OutboxEntry[]): void
  lastSequence(): number
  entriesFrom(sequence: number): Iterable<{ sequence: number; entry: OutboxEntry }>
}

const BLOCK_CONNECTED = 1
const BLOCK_DISCONNECTED = 2
const USERPOST = 3
const DHT_ITEM = 4

export function openOutboxLog(database: Database): OutboxLog {
  const table = database.table('outbox')
  const readLast = () => {
    const key = table.lastKey({ start: sequenceKey(0), end: sequenceKey(Number.MAX_SAFE_INTEGER) })
    return key === undefined ? 0 : sequenceOfKey(key)
  }
  let appended = readLast()
  let committed = appended
  database.onCommit(() => {
    committed = appended
  })
  database.onAbort(() => {
    appended = committed
  })
  return {
    append: (entries) =>
      database.write(() => {
        for (const entry of entries) table.put(sequenceKey(++appended), encodeEntry(entry))
      }),
    // Only what is on disk: a number once published must never come to mean something else.
    lastSequence: () => committed,
    *entriesFrom(sequence) {
      const range = { start: sequenceKey(Math.max(sequence, 1)), end: sequenceKey(committed + 1) }
      for (const { key, value } of table.entries(range)) {
        yield { sequence: sequenceOfKey(key), entry: decodeEntry(value) }
      }
    },
  }
}

function encodeEntry(entry: OutboxEntry): Uint8Array {
  const writer = new ByteWriter()
  switch (entry.kind) {
    case 'block-connected':
      return writeProvenance(writer.u8(BLOCK_CONNECTED).u32(entry.index).i32(entry.height), entry.provenance).finish()
    case 'block-disconnected':
      return writer.u8(BLOCK_DISCONNECTED).u32(entry.index).i32(entry.height).finish()
    case 'userpost':
      return writer.u8(USERPOST).u32(entry.k).bytes(entry.contentHash).bytes(utf8Encode(entry.username)).finish()
    case 'dht-item':
      return writer.u8(DHT_ITEM).bytes(entry.contentHash).finish()
  }
}

function decodeEntry(value: Uint8Array): OutboxEntry {
  const entry = parseWith(value, (reader): OutboxEntry | undefined => {
    const kind = reader.u8()
    if (kind === BLOCK_CONNECTED) {
      return { kind: 'block-connected', index: reader.u32(), height: reader.i32(), provenance: readProvenance(reader) }
    }
    if (kind === BLOCK_DISCONNECTED) return { kind: 'block-disconnected', index: reader.u32(), height: reader.i32() }
    if (kind === DHT_ITEM) return { kind: 'dht-item', contentHash: reader.take(32) }
    if (kind !== USERPOST) return undefined
    const k = reader.u32()
    const contentHash = reader.take(32)
    const username = parseUsername(utf8Decode(reader.rest()) ?? '')
    return username && { kind: 'userpost', username, k, contentHash }
  })
  if (entry === undefined) throw new Error('an outbox entry in the store is damaged')
  return entry
}
