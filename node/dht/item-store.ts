import { bytesEqual } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import { type DhtItem, dhtItemExpiryHeight, parseDhtItem } from '../protocol/dht-item.ts'
import { type Target, targetHash } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { DhtItems, StoredDhtItem } from '../store/dht-items.ts'
import type { Source } from '../store/provenance.ts'
import { MAX_MULTI_VALUES, MAX_MULTI_VALUES_PER_SIGNER, MAX_STORED_TARGETS, MAX_TARGETS_PER_SIGNER } from './limits.ts'

interface PutOptions {
  source: Source
  /** Goes to the outbox too: what was fetched for the index, not what is kept for other nodes. */
  announce: boolean
  isLocal: boolean
}

interface ItemStoreOptions {
  items: DhtItems
  nameView: NameView
  clock: Clock
}

/** The values this node holds for the network, under the storing rules of spec 3.4 and our own quotas. */
export class ItemStore {
  readonly #items: DhtItems
  readonly #nameView: NameView
  readonly #clock: Clock
  /** Targets held for strangers, by signer: "quotas per signer, per IP, total" (spec 8.1 #7). */
  readonly #foreign = new Map<string, number>()
  #foreignTotal = 0

  constructor({ items, nameView, clock }: ItemStoreOptions) {
    this.#items = items
    this.#nameView = nameView
    this.#clock = clock
    for (const item of items.liveItems()) if (isForeign(item)) this.#count(item.sigUser, 1)
  }

  get size(): number {
    return this.#items.liveCount()
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

  /** Live, unexpired values of a target, newest height first. */
  itemsOf(target: Target): StoredDhtItem[] {
    return this.#items.itemsOf(target).filter((stored) => !this.#isExpired(stored))
  }

  /** "no expiry while best < 1"; what has expired is dropped at once, not only at the next start (spec 3.7, 8.1 #8). */
  expire(): void {
    for (const stored of [...this.#items.liveItems()]) {
      if (!this.#isExpired(stored)) continue
      this.#items.deleteItem(stored.target, stored.contentHash)
      if (isForeign(stored)) this.#count(stored.sigUser, -1)
    }
  }

  /** Values made on this node. */
  localItems(): DhtItem[] {
    return [...this.#items.liveItems()].flatMap((stored) =>
      stored.isLocal && !this.#isExpired(stored) ? (parseDhtItem(stored) ?? []) : [],
    )
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
