import { LRUCache } from 'lru-cache'
import { bytesEqual, bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import {
  type DhtItem,
  dhtItemExpiryHeight,
  isKnownResource,
  parseDhtItem,
  type RawDhtItem,
} from '../protocol/dht-item.ts'
import { type Target, targetHash } from '../protocol/dht-target.ts'
import { currentRecord, type NameView } from '../protocol/name-view.ts'
import { parsePushes } from '../protocol/script.ts'
import { isSignedBy, messageDigest } from '../protocol/signature.ts'
import { parseUsername } from '../protocol/username.ts'
import { type DhtItems, dhtContentHash, type NewDhtItem, type StoredDhtItem } from '../store/dht-items.ts'
import type { Source } from '../store/provenance.ts'
import { type HeldValue, ItemQuotas } from './item-quotas.ts'
import {
  EXPIRE_ITEMS_AT_ONCE,
  KEY_REORG_BLOCKS,
  MAX_MULTI_VALUES,
  MAX_MULTI_VALUES_PER_SIGNER,
  MAX_UNWRITTEN_ITEMS,
  MAX_VERIFIED_KEYS,
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
  /** Ours: of strangers' values, the nearest to it are worth most. */
  localId: () => Uint8Array
  isFollowed: (signer: string) => boolean
}

/** The values this node holds for the network, under the storing rules of spec 3.4 and our own quotas. */
export class ItemStore {
  readonly #options: ItemStoreOptions
  readonly #items: DhtItems
  readonly #quotas: ItemQuotas
  /** Values of strangers that are not on disk yet, and their targets. */
  #unwritten: DhtItem[] = []
  readonly #unwrittenTargets = new Set<string>()
  #writeTimer: NodeJS.Timeout | undefined
  /** Signature and key that have been found to fit, or not to. */
  readonly #verified = new LRUCache<string, boolean>({ max: MAX_VERIFIED_KEYS })
  #expiryCursor: Uint8Array | undefined

  constructor(options: ItemStoreOptions) {
    this.#options = options
    this.#items = options.items
    this.#quotas = new ItemQuotas(options)
    for (const stored of options.items.liveItems()) if (isForeign(stored)) this.#quotas.add(heldValue(stored))
  }

  get size(): number {
    this.flush()
    return this.#items.liveCount()
  }

  /** Values kept for strangers. */
  get foreignSize(): number {
    return this.#quotas.count
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
    this.#options.write(() => {
      for (const item of items) this.put(item, { source: 'dht', announce: false, isLocal: false })
    })
  }

  /** True when the value is new here, or for the outbox. Everything about it has been checked by the caller. */
  put(item: DhtItem, { source, announce, isLocal }: PutOptions): boolean {
    const target = targetHash(item.resource)
    const isMulti = item.resource.t === 'm'
    const isOurs = announce || isLocal
    const held = this.#dropDead(this.#items.itemsOf(target))
    const contentHash = dhtContentHash(item.p, item.sigUser)
    const known = held.find((value) => bytesEqual(value.contentHash, contentHash))
    if (!isOurs && known !== undefined) return false
    const isNews = announce && this.#items.itemByContent(contentHash)?.isAnnounced !== true
    // Nothing changes for a value that is held: it crowds nobody out again.
    const crowded = isMulti && known === undefined ? this.#crowdedOut(held, item) : []
    if (crowded === undefined) return isNews && this.#announceOnly(item, held, source)
    const value: HeldValue = { ...heldValue(item), target, contentHash }
    const replaced = isMulti ? [] : held.filter(isForeign)
    const isInPlace = replaced.length > 0 || crowded.some(({ sigUser }) => sigUser === item.sigUser)
    const evicted = isOurs || isInPlace ? [] : this.#quotas.toMakeRoom(value)
    if (evicted === undefined) return false
    for (const old of crowded) this.#delete(old)
    for (const old of evicted) this.#delete({ ...old, sigUser: old.signer })
    const result = this.#items.putItem({ ...this.#newItem(item, source), isLocal, announce })
    if (result !== 'new') return isNews
    for (const old of replaced) this.#quotas.remove({ ...old, signer: old.sigUser })
    if (!isOurs) this.#quotas.add(value)
    return true
  }

  /** The index keeps more than the 32 that are served; not the same content again, whoever signed it once more. */
  #announceOnly(item: DhtItem, held: readonly StoredDhtItem[], source: Source): boolean {
    if (held.some((value) => bytesEqual(parseDhtItem(value)?.vRaw ?? value.p, item.vRaw))) return false
    this.#items.putItem({ ...this.#newItem(item, source), announce: true, isOnlyAnnounced: true })
    return true
  }

  #newItem({ resource, p, sigP, sigUser, height, seq }: DhtItem, source: Source): Omit<NewDhtItem, 'announce'> {
    const { clock, nameView } = this.#options
    const isMulti = resource.t === 'm'
    const seen = { source, firstSeen: clock.now(), tipHeight: nameView.tipHeight }
    return { target: targetHash(resource), p, sigP, sigUser, height, seq, isMulti, ...seen }
  }

  /** A value that does not count any more is in nobody's way: the owner's next key starts again with seq 1. */
  #dropDead(held: readonly StoredDhtItem[]): StoredDhtItem[] {
    const good = held.filter((stored) => this.#isGood(stored))
    for (const stored of held) if (!good.includes(stored)) this.#delete(stored)
    return good
  }

  /** Live values of a target, unexpired and signed with a key that still counts, newest height first. */
  itemsOf(target: Target): StoredDhtItem[] {
    if (this.#unwrittenTargets.has(bytesToHex(target))) this.flush()
    return this.#items.itemsOf(target).filter((stored) => this.#isGood(stored))
  }

  /** Is it these very bytes that are held, alive? Then they have been checked. */
  holds(target: Target, { p, sigP, sigUser }: RawDhtItem): boolean {
    const signer = parseUsername(sigUser)
    return (
      signer !== undefined &&
      this.itemsOf(target).some(
        (held) => held.sigUser === signer && bytesEqual(held.p, p) && bytesEqual(held.sigP, sigP),
      )
    )
  }

  /**
   * "No expiry while best < 1"; what has expired is dropped at once, not only at the next start (spec 3.7, 8.1 #8). Looks
   * at some values, the next ones each time, so that nothing else has to wait.
   */
  expire(): void {
    this.flush()
    const page = this.#items.livePage(this.#expiryCursor, EXPIRE_ITEMS_AT_ONCE)
    this.#expiryCursor = page.cursor
    for (const stored of page.items) if (!this.#isGood(stored)) this.#delete(stored)
  }

  /** All live values, whether good or not. */
  liveItems(): Iterable<StoredDhtItem> {
    this.flush()
    return this.#items.liveItems()
  }

  // "dropped if any stored value has byte-identical bencoded v; sorted by height, newest first; cut to 32" (spec 3.4), and
  // when full at most a quarter of them by one signer, who is followed not evicted by who is not (spec 8.1 #6).
  #crowdedOut(stored: readonly StoredDhtItem[], item: DhtItem): StoredDhtItem[] | undefined {
    const { isFollowed } = this.#options
    const held = stored.flatMap((value) => parseDhtItem(value) ?? [])
    if (held.some((value) => bytesEqual(value.vRaw, item.vRaw) && !bytesEqual(value.p, item.p))) return undefined
    if (stored.length < MAX_MULTI_VALUES) return []
    const ofSigner = (signer: string) => stored.filter((value) => value.sigUser === signer)
    const own = ofSigner(item.sigUser)
    if (own.length >= MAX_MULTI_VALUES_PER_SIGNER) return ifLower(own.at(-1), item)
    const strangers = stored.filter((value) => !value.isLocal && !isFollowed(value.sigUser))
    const greedy = strangers.findLast((value) => ofSigner(value.sigUser).length > MAX_MULTI_VALUES_PER_SIGNER)
    if (greedy !== undefined) return [greedy]
    const [lowest] = strangers.slice(-1)
    if (!isFollowed(item.sigUser)) return ifLower(lowest, item)
    return lowest === undefined ? ifLower(stored.at(-1), item) : [lowest]
  }

  #delete({ target, contentHash, sigUser }: Pick<StoredDhtItem, 'target' | 'contentHash' | 'sigUser'>): void {
    this.#items.deleteItem(target, contentHash)
    this.#quotas.remove({ target, contentHash, signer: sigUser })
  }

  #isGood(stored: StoredDhtItem): boolean {
    return !this.#isExpired(stored) && this.#isKeyCurrent(stored)
  }

  /** "After a key replacement old DHT values become invalid at once" (spec 1.2). */
  #isKeyCurrent({ p, sigP, sigUser, tipHeight, contentHash }: StoredDhtItem): boolean {
    const signer = parseUsername(sigUser)
    const record = signer && currentRecord(this.#options.nameView, signer)
    if (record === undefined) return false
    // It was checked when it came, and the key was there long before.
    if (record.height + KEY_REORG_BLOCKS < tipHeight) return true
    const key = parsePushes(record.pubKeyScript)?.[0]
    if (key === undefined) return false
    const checked = `${bytesToHex(contentHash)} ${bytesToHex(key)}`
    const isFitting = this.#verified.get(checked) ?? isSignedBy(messageDigest(p), sigP, key)
    this.#verified.set(checked, isFitting)
    return isFitting
  }

  #isExpired(stored: StoredDhtItem): boolean {
    const best = this.#options.nameView.tipHeight
    const item = parseDhtItem(stored)
    if (item === undefined) return true
    const expiry = dhtItemExpiryHeight(item.resource, item.height)
    return best >= 1 && expiry !== undefined && best > expiry
  }
}

function heldValue(item: RawDhtItem & { sigUser: string }): HeldValue {
  const parsed = parseDhtItem(item)
  return {
    target: parsed === undefined ? new Uint8Array(20) : targetHash(parsed.resource),
    contentHash: dhtContentHash(item.p, item.sigUser),
    signer: item.sigUser,
    sizeBytes: item.p.length,
    isKnownKind: parsed !== undefined && isKnownResource(parsed.resource),
  }
}

/** "A value with a low height can be pushed out" (spec 3.4). */
function ifLower(lowest: StoredDhtItem | undefined, newcomer: DhtItem): StoredDhtItem[] | undefined {
  return lowest === undefined || lowest.height > newcomer.height ? undefined : [lowest]
}

function isForeign(stored: StoredDhtItem): boolean {
  return !stored.isLocal && !stored.isAnnounced
}
