import { LRUCache } from 'lru-cache'
import { bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Contacts } from '../store/contacts.ts'
import { type Endpoint, endpointKey } from './contact.ts'
import type { Identity } from './identity.ts'
import {
  BOOTSTRAP_AT_ONCE,
  BOOTSTRAP_RETRY_LOOPBACK_MS,
  BOOTSTRAP_RETRY_MS,
  BUCKET_SIZE,
  EXPIRE_TRACKER_MS,
  FEW_CONTACTS,
  IDLE_BUCKET_LOOPBACK_MS,
  IDLE_BUCKET_MS,
  MAX_PINGED_NEWCOMERS,
  MAX_SAVED_CONTACTS,
  PING_NEWCOMER_MS,
  PING_NEWCOMERS_BURST,
  PING_NEWCOMERS_PER_SECOND,
  REFRESH_BUCKET_MS,
  SAVE_CONTACTS_MS,
  SELF_LOOKUP_LOOPBACK_MS,
  SELF_LOOKUP_MS,
  STALE_AT_ONCE,
  STALE_CONTACT_LOOPBACK_MS,
  STALE_CONTACT_MS,
  UPKEEP_LOOPBACK_MS,
  UPKEEP_MS,
} from './limits.ts'
import type { Network } from './network.ts'
import { TokenBuckets } from './token-bucket.ts'

interface UpkeepOptions {
  network: Network
  identity: Identity
  contacts: Contacts
  clock: Clock
  isLoopback: boolean
  isPaused: () => boolean
  /** Addresses where nodes may listen, asked for when there are too few contacts: chain peers at port + 1000. */
  candidates: () => readonly Endpoint[]
  /** Puts values again whose time has come. */
  refresh: (nowMs: number) => void
  expireTrackers: () => void
  expireItems: () => void
}

/** What a node does unasked: finds contacts, keeps them alive, saves them, refreshes and expires what it holds. */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #timer: NodeJS.Timeout
  /** When an address was last pinged without being a contact. */
  readonly #pinged = new LRUCache<string, number>({ max: MAX_PINGED_NEWCOMERS })
  readonly #newcomers = new TokenBuckets({
    perSecond: PING_NEWCOMERS_PER_SECOND,
    burst: PING_NEWCOMERS_BURST,
    maxKeys: 1,
  })
  readonly #lastMs = new Map<string, number>()
  #isFindingSelf = false

  constructor(options: UpkeepOptions) {
    this.#options = options
    for (const { host, port } of options.contacts.contacts()) options.network.give({ host, port })
    this.#timer = setInterval(() => this.#tick(), options.isLoopback ? UPKEEP_LOOPBACK_MS : UPKEEP_MS)
    setImmediate(() => this.#tick())
  }

  /** Somebody sent us a query: pinged, because only an answer makes a contact. Its address may be forged, so not always. */
  meet(endpoint: Endpoint): void {
    if (this.#options.network.table.has(endpoint) || this.#wasPinged(endpoint, PING_NEWCOMER_MS)) return
    if (this.#newcomers.take('', 1, performance.now())) this.#ping(endpoint, PING_NEWCOMER_MS)
  }

  /** A new address is tried at once. */
  given(endpoint: Endpoint): void {
    if (!this.#options.isPaused()) this.#ping(endpoint, this.#retryMs)
  }

  filled(): void {
    this.#lastMs.delete('self')
    setImmediate(() => this.#tick())
  }

  close(): void {
    clearInterval(this.#timer)
    this.#save()
  }

  get #retryMs(): number {
    return this.#options.isLoopback ? BOOTSTRAP_RETRY_LOOPBACK_MS : BOOTSTRAP_RETRY_MS
  }

  #tick(): void {
    const { isPaused, isLoopback, refresh, expireTrackers, expireItems, network } = this.#options
    if (isPaused()) return
    const nowMs = performance.now()
    this.#bootstrap(nowMs)
    this.#refreshStale(nowMs)
    refresh(nowMs)
    expireItems()
    const selfMs = isLoopback ? SELF_LOOKUP_LOOPBACK_MS : SELF_LOOKUP_MS
    if (network.table.size > 0) this.#every('self', selfMs, nowMs, () => void this.#findSelf())
    this.#every('bucket', REFRESH_BUCKET_MS, nowMs, () => this.#refreshBucket(nowMs))
    this.#every('trackers', EXPIRE_TRACKER_MS, nowMs, expireTrackers)
    this.#every('save', SAVE_CONTACTS_MS, nowMs, () => this.#save())
  }

  #every(what: string, periodMs: number, nowMs: number, act: () => void): void {
    const last = this.#lastMs.get(what)
    if (last !== undefined && nowMs - last < periodMs) return
    this.#lastMs.set(what, nowMs)
    act()
  }

  /** "From chain peers: each 5 s, if the table is empty or < 5 nodes: ping every address at port+1000" (spec 2.9). */
  #bootstrap(nowMs: number): void {
    const { network, candidates } = this.#options
    if (network.table.size >= FEW_CONTACTS) return
    if (network.table.size === 0) this.#lastMs.delete('candidates')
    this.#every('candidates', this.#retryMs, nowMs, () => {
      for (const endpoint of candidates()) network.give(endpoint)
    })
    const unknown = network.given.filter((endpoint) => !network.table.has(endpoint)).reverse()
    let pings = 0
    for (const endpoint of unknown) if (pings < BOOTSTRAP_AT_ONCE && this.#ping(endpoint, this.#retryMs)) pings++
  }

  /** The contacts that were silent for longest are pinged, so that dead ones leave. */
  #refreshStale(nowMs: number): void {
    const { network, isLoopback } = this.#options
    const oldest = network.table.all().sort((a, b) => a.seen - b.seen)
    const staleMs = isLoopback ? STALE_CONTACT_LOOPBACK_MS : STALE_CONTACT_MS
    for (const contact of oldest.slice(0, STALE_AT_ONCE)) {
      if (nowMs - contact.seen >= staleMs) this.#ping(contact, this.#retryMs)
    }
  }

  /** "the least-active bucket if idle >= 15 min, at most one per 45 s" (spec 2.5). */
  #refreshBucket(nowMs: number): void {
    const { network, isLoopback } = this.#options
    const target = network.table.idleTarget(nowMs, isLoopback ? IDLE_BUCKET_LOOPBACK_MS : IDLE_BUCKET_MS)
    if (target !== undefined) void network.findNode(target)
  }

  #wasPinged(endpoint: Endpoint, againMs: number): boolean {
    const last = this.#pinged.get(endpointKey(endpoint))
    return last !== undefined && performance.now() - last < againMs
  }

  /** False if that was done lately. */
  #ping(endpoint: Endpoint, againMs: number): boolean {
    if (this.#wasPinged(endpoint, againMs)) return false
    this.#pinged.set(endpointKey(endpoint), performance.now())
    void this.#options.network.ping({ host: endpoint.host, port: endpoint.port })
    return true
  }

  /** "find-self with twice the target count" (spec 2.5). */
  async #findSelf(): Promise<void> {
    const { network, identity } = this.#options
    const { target } = identity
    if (this.#isFindingSelf || target === undefined) return
    this.#isFindingSelf = true
    await network.findNode(target, { wanted: 2 * BUCKET_SIZE })
    this.#isFindingSelf = false
  }

  #save(): void {
    const { network, contacts, clock } = this.#options
    const byFreshness = network.table.all().sort((a, b) => b.seen - a.seen)
    if (byFreshness.length === 0) return
    const lastSeen = clock.now()
    contacts.saveContacts(
      byFreshness
        .slice(0, MAX_SAVED_CONTACTS)
        .map(({ host, port, id }) => ({ host, port, id: bytesToHex(id), lastSeen })),
    )
  }
}
