import { ByteWriter, concatBytes, parseWith, utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import { compareSingles } from '../protocol/dht-item.ts'
import { sha256 } from '../protocol/hash.ts'
import type { Database } from './database.ts'
import { prefixRange } from './keys.ts'
import type { OutboxLog } from './outbox-log.ts'
import { type Provenance, readProvenance, writeProvenance } from './provenance.ts'

const TARGET_SIZE_BYTES = 20
const IS_MULTI = 1
const IS_ANNOUNCED = 2
const IS_LOCAL = 4
const MAX_P_SIZE_BYTES = 1 << 20

export interface NewDhtItem extends Provenance {
  /** SHA-1 of the bencoded target. */
  readonly target: Uint8Array
  readonly p: Uint8Array
  readonly sigP: Uint8Array
  readonly sigUser: string
  readonly height: number
  /** Present in singles. */
  readonly seq: number | undefined
  readonly isMulti: boolean
  /** Made on this node: it refreshes such items itself. */
  readonly isLocal?: boolean
  /** Whether the item goes to the outbox; items kept only for other nodes do not. */
  readonly announce: boolean
  /** It goes to the outbox and is not served: there is no room for it among the values of its target. */
  readonly isOnlyAnnounced?: boolean
}

export interface StoredDhtItem extends Omit<NewDhtItem, 'announce' | 'isOnlyAnnounced'> {
  readonly isLocal: boolean
  readonly isAnnounced: boolean
  readonly contentHash: Uint8Array
}

/**
 * Verified DHT items. The *live* ones are what the node serves: of a single the highest seq, of a multi all. What was
 * announced is kept even when it is no longer live, because the outbox reads its content back.
 */
export interface DhtItems {
  /**
   * 'new': live now; 'held': these bytes are known already; 'stale': a single that is to be preferred is live, so this one
   * is kept and announced if asked for, but not served.
   */
  putItem(item: NewDhtItem): 'new' | 'held' | 'stale'
  /** Live items of a target, newest height first. */
  itemsOf(target: Uint8Array): StoredDhtItem[]
  itemByContent(contentHash: Uint8Array): StoredDhtItem | undefined
  /** Puts what was announced and is live of a target into the outbox once more; answers how many values that were. */
  announceAgain(target: Uint8Array): number
  /** Ends an item's life; its content goes too unless it was announced. */
  deleteItem(target: Uint8Array, contentHash: Uint8Array): void
  /** All live items, by target. */
  liveItems(): Iterable<StoredDhtItem>
  /** The next live items after those of an earlier page; without a cursor, the first. The last page has none to go on. */
  livePage(cursor: Uint8Array | undefined, count: number): { items: StoredDhtItem[]; cursor: Uint8Array | undefined }
  liveCount(): number
}

export function dhtContentHash(p: Uint8Array, sigUser: string): Uint8Array {
  return sha256(concatBytes(p, utf8Encode(sigUser)))
}

export function openDhtItems(database: Database, outbox: OutboxLog): DhtItems {
  const contents = database.table('dht-items')
  const live = database.table('dht-live')

  function itemByContent(contentHash: Uint8Array): StoredDhtItem | undefined {
    const value = contents.get(contentHash)
    return value && decodeItem(contentHash, value)
  }

  function itemsOf(target: Uint8Array): StoredDhtItem[] {
    const items: StoredDhtItem[] = []
    for (const key of live.keys(prefixRange(target))) items.push(liveItem(key))
    return items.sort((a, b) => b.height - a.height)
  }

  function liveItem(key: Uint8Array): StoredDhtItem {
    const item = itemByContent(key.subarray(TARGET_SIZE_BYTES))
    if (item === undefined) throw new Error('a live DHT item in the store has no content')
    return item
  }

  function putItem(item: NewDhtItem): 'new' | 'held' | 'stale' {
    const contentHash = dhtContentHash(item.p, item.sigUser)
    const held = itemByContent(contentHash)
    const isLive = live.has(concatBytes(item.target, contentHash))
    const rivals = item.isMulti || isLive ? [] : itemsOf(item.target)
    const isStale = item.isOnlyAnnounced === true || rivals.some((rival) => compareSingles(rival, item) <= 0)
    const isAnnouncing = item.announce && held?.isAnnounced !== true
    if (isLive && !isAnnouncing) return 'held'
    if (isStale && !isAnnouncing) return held === undefined ? 'stale' : 'held'
    database.write(() => {
      contents.put(contentHash, encodeItem({ ...item, ...held }, item.announce || held?.isAnnounced === true))
      if (isAnnouncing) outbox.append([{ kind: 'dht-item', contentHash }])
      if (isLive || isStale) return
      for (const rival of rivals) deleteItem(item.target, rival.contentHash)
      live.put(concatBytes(item.target, contentHash), new Uint8Array(0))
    })
    if (isStale) return 'stale'
    return isLive ? 'held' : 'new'
  }

  function deleteItem(target: Uint8Array, contentHash: Uint8Array): void {
    database.write(() => {
      live.remove(concatBytes(target, contentHash))
      if (itemByContent(contentHash)?.isAnnounced === false) contents.remove(contentHash)
    })
  }

  function announceAgain(target: Uint8Array): number {
    const announced = itemsOf(target).filter(({ isAnnounced }) => isAnnounced)
    database.write(() => outbox.append(announced.map(({ contentHash }) => ({ kind: 'dht-item', contentHash }))))
    return announced.length
  }

  return {
    putItem,
    announceAgain,
    itemsOf,
    itemByContent,
    deleteItem,
    *liveItems() {
      for (const key of live.keys()) yield liveItem(key)
    },
    livePage(cursor, count) {
      const items: StoredDhtItem[] = []
      let last: Uint8Array | undefined
      for (const key of live.keys(cursor && { start: concatBytes(cursor, Uint8Array.of(0)) })) {
        if (items.length === count) return { items, cursor: last }
        items.push(liveItem(key))
        last = key.slice()
      }
      return { items, cursor: undefined }
    },
    liveCount: () => live.count(),
  }
}

function encodeItem(item: Omit<NewDhtItem, 'announce'>, isAnnounced: boolean): Uint8Array {
  const flags = (item.isMulti ? IS_MULTI : 0) | (isAnnounced ? IS_ANNOUNCED : 0) | (item.isLocal ? IS_LOCAL : 0)
  return writeProvenance(new ByteWriter(), item)
    .u8(flags)
    .bytes(item.target)
    .i32(item.height)
    .u8(item.seq === undefined ? 0 : 1)
    .i64(BigInt(item.seq ?? 0))
    .varBytes(item.p)
    .varBytes(item.sigP)
    .bytes(utf8Encode(item.sigUser))
    .finish()
}

function decodeItem(contentHash: Uint8Array, value: Uint8Array): StoredDhtItem {
  const item = parseWith(value, (reader) => {
    const provenance = readProvenance(reader)
    const flags = reader.u8()
    const target = reader.take(TARGET_SIZE_BYTES)
    const height = reader.i32()
    const hasSeq = reader.u8() === 1
    const seq = Number(reader.i64())
    const p = reader.varBytes(MAX_P_SIZE_BYTES)
    const sigP = reader.varBytes(MAX_P_SIZE_BYTES)
    return {
      ...provenance,
      contentHash,
      target,
      p,
      sigP,
      sigUser: utf8Decode(reader.rest()) ?? '',
      height,
      seq: hasSeq ? seq : undefined,
      isMulti: (flags & IS_MULTI) !== 0,
      isAnnounced: (flags & IS_ANNOUNCED) !== 0,
      isLocal: (flags & IS_LOCAL) !== 0,
    }
  })
  if (item === undefined) throw new Error('a DHT item in the store is damaged')
  return item
}
