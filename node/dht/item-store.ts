import { bytesEqual, bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import { type DhtItem, dhtItemExpiryHeight, parseDhtItem } from '../protocol/dht-item.ts'
import { type Target, targetHash } from '../protocol/dht-target.ts'
import { currentRecord, type NameView } from '../protocol/name-view.ts'
import { parsePushes } from '../protocol/script.ts'
import { isSignedBy, messageDigest } from '../protocol/signature.ts'
import { parseUsername } from '../protocol/username.ts'
import type { DhtItems, StoredDhtItem } from '../store/dht-items.ts'
import type { Source } from '../store/provenance.ts'
import {
  KEY_REORG_BLOCKS,
  MAX_MULTI_VALUES,
  MAX_MULTI_VALUES_PER_SIGNER,
  MAX_STORED_TARGETS,
  MAX_TARGETS_PER_SIGNER,
  MAX_UNWRITTEN_ITEMS,
  WRITE_ITEMS_MS,
} from './limits.ts'

interface PutOptions {
  source: Source
  /** Goes to the outbox too: what was fetched for the index, not what is kept for other nodes. */
  announce: boolean
  isLocal: boolean
}

interface ItemStoreOptions {
  items: DhtItems
  /** The store's: one transaction, on disk on return. */
  write: <T>(change: () => T) => T
  nameView: NameView
  clock: Clock
}

/** The values this node holds for the network, under the storing rules of spec 3.4 and our own quotas. */
export class ItemStore {
  readonly #items: DhtItems
  readonly #write: ItemStoreOptions['write']
  readonly #nameView: NameView
  readonly #clock: Clock
  /** Targets held for strangers, by signer: "quotas per signer, per IP, total" (spec 8.1 #7). */
  readonly #foreign = new Map<string, number>()
  #foreignTotal = 0
  /** Values of strangers that are not on disk yet, and their targets. */
  #unwritten: DhtItem[] = []
  readonly #unwrittenTargets = new Set<string>()
  #writeTimer: NodeJS.Timeout | undefined

  constructor({ items, write, nameView, clock }: ItemStoreOptions) {
    this.#items = items
    this.#write = write
    this.#nameView = nameView
    this.#clock = clock
    for (const item of items.liveItems()) if (isForeign(item)) this.#count(item.sigUser, 1)
  }

  get size(): number {
    this.flush()
    return this.#items.liveCount()
  }

  /**
   * Keeps a stranger's value. Nobody was promised that it is on disk, and each way there stops everything for some
   * milliseconds: a post, with its five values in the DHT, must not wait for them.
   */
  putSoon(item: DhtItem): void {
    this.#unwritten.push(item)
    this.#unwrittenTargets.add(bytesToHex(targetHash(item.resource)))
    if (this.#unwritten.length >= MAX_UNWRITTEN_ITEMS) this.flush()
    else this.#writeTimer ??= setTimeout(() => this.flush(), WRITE_ITEMS_MS)
  }

  /** Writes what putSoon has taken. */
  flush(): void {
    clearTimeout(this.#writeTimer)
    this.#writeTimer = undefined
    const items = this.#unwritten
    this.#unwritten = []
    this.#unwrittenTargets.clear()
    if (items.length === 0) return
    this.#write(() => {
      for (const item of items) this.put(item, { source: 'dht', announce: false, isLocal: false })
    })
  }

  /** True when the value is new here. Everything about it has been checked by the caller. */
  put(item: DhtItem, { source, announce, isLocal }: PutOptions): boolean {
    const target = targetHash(item.resource)
    const isMulti = item.resource.t === 'm'
    const isOurs = announce || isLocal
    const replaced = isMulti ? 0 : this.#items.itemsOf(target).filter(isForeign).length
    if (!isOurs && replaced === 0 && !this.#hasRoomFor(item.sigUser)) return false
    if (isMulti && !this.#makeRoom(target, item)) return false
    const result = this.#items.putItem({
      target,
      p: item.p,
      sigP: item.sigP,
      sigUser: item.sigUser,
      height: item.height,
      seq: item.seq,
      isMulti,
      isLocal,
      announce,
      source,
      firstSeen: this.#clock.now(),
      tipHeight: this.#nameView.tipHeight,
    })
    if (result === 'new') this.#count(item.sigUser, (isOurs ? 0 : 1) - replaced)
    return result === 'new'
  }

  /** Live values of a target, unexpired and signed with a key that still counts, newest height first. */
  itemsOf(target: Target): StoredDhtItem[] {
    if (this.#unwrittenTargets.has(bytesToHex(target))) this.flush()
    return this.#items.itemsOf(target).filter((stored) => this.#isGood(stored))
  }

  /** "no expiry while best < 1"; what has expired is dropped at once, not only at the next start (spec 3.7, 8.1 #8). */
  expire(): void {
    this.flush()
    for (const stored of [...this.#items.liveItems()]) {
      if (this.#isGood(stored)) continue
      this.#items.deleteItem(stored.target, stored.contentHash)
      if (isForeign(stored)) this.#count(stored.sigUser, -1)
    }
  }

  /** All live values, whether good or not. */
  liveItems(): Iterable<StoredDhtItem> {
    this.flush()
    return this.#items.liveItems()
  }

  // "dropped if any stored value has byte-identical bencoded v; sorted by height, newest first; cut to 32" (spec 3.4),
  // and at most a quarter of them by one signer (spec 8.1 #6).
  #makeRoom(target: Target, item: DhtItem): boolean {
    const stored = this.#items.itemsOf(target)
    const held = stored.flatMap((value) => parseDhtItem(value) ?? [])
    if (held.some((value) => bytesEqual(value.vRaw, item.vRaw) && !bytesEqual(value.p, item.p))) return false
    const ofSigner = stored.filter((value) => value.sigUser === item.sigUser)
    const crowd = ofSigner.length >= MAX_MULTI_VALUES_PER_SIGNER ? ofSigner : stored
    if (crowd === stored && stored.length < MAX_MULTI_VALUES) return true
    const lowest = crowd.at(-1)
    if (lowest === undefined || lowest.height > item.height) return false
    this.#items.deleteItem(target, lowest.contentHash)
    if (isForeign(lowest)) this.#count(lowest.sigUser, -1)
    return true
  }

  #isGood(stored: StoredDhtItem): boolean {
    return !this.#isExpired(stored) && this.#isKeyCurrent(stored)
  }

  /** "After a key replacement old DHT values become invalid at once" (spec 1.2). */
  #isKeyCurrent({ p, sigP, sigUser, tipHeight }: StoredDhtItem): boolean {
    const signer = parseUsername(sigUser)
    const record = signer && currentRecord(this.#nameView, signer)
    if (record === undefined) return false
    // It was checked when it came, and the key was there long before.
    if (record.height + KEY_REORG_BLOCKS < tipHeight) return true
    const key = parsePushes(record.pubKeyScript)?.[0]
    return key !== undefined && isSignedBy(messageDigest(p), sigP, key)
  }

  #isExpired(stored: StoredDhtItem): boolean {
    const best = this.#nameView.tipHeight
    const item = parseDhtItem(stored)
    if (item === undefined) return true
    const expiry = dhtItemExpiryHeight(item.resource, item.height)
    return best >= 1 && expiry !== undefined && best > expiry
  }

  #hasRoomFor(signer: string): boolean {
    return this.#foreignTotal < MAX_STORED_TARGETS && (this.#foreign.get(signer) ?? 0) < MAX_TARGETS_PER_SIGNER
  }

  #count(signer: string, change: number): void {
    const count = (this.#foreign.get(signer) ?? 0) + change
    this.#foreignTotal += change
    if (count > 0) this.#foreign.set(signer, count)
    else this.#foreign.delete(signer)
  }
}

function isForeign(stored: StoredDhtItem): boolean {
  return !stored.isLocal && !stored.isAnnounced
}
