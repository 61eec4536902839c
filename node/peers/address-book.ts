import type { Addresses, PeerAddress } from '../store/addresses.ts'
import { groupOf } from './ip.ts'
import {
  ADDRESS_REDIAL_S,
  ADDRESS_RETRY_S,
  LONELY_ADDRESS_RETRY_S,
  MAX_ADDRESS_FAILURES,
  MAX_ADDRESS_RETRY_S,
  MAX_NEW_ADDRESSES,
  MAX_NEW_PER_GROUP,
  MAX_NEW_PER_SOURCE,
  MAX_TRIED_ADDRESSES,
  MAX_TRIED_PER_GROUP,
  STALE_ADDRESS_S,
  STALE_PORT_FAILURES,
} from './limits.ts'

export interface LearnedAddress {
  readonly host: string
  readonly port: number
  /** Unix seconds. */
  readonly lastSeen: number
}

export interface AddressBookOptions {
  readonly store: Addresses
  readonly defaultPort: number
  isAllowed(host: string): boolean
  readonly random?: () => number
}

/**
 * Peers that may be dialled, one port a host, in memory; saved by whoever opened it. Those that were reached (tried) and
 * those only heard of (new) do not compete for room, and no source and no neighbourhood can fill the book: what is over
 * a bound takes the place of its own kind.
 */
export class AddressBook {
  readonly #addresses = new Map<string, PeerAddress>()
  /** By host, for it takes time to tell. */
  readonly #groups = new Map<string, string>()
  /** How many were never reached, by neighbourhood and by source. */
  readonly #newByGroup = new Map<string, number>()
  readonly #newBySource = new Map<string, number>()
  #newCount = 0
  readonly #options: AddressBookOptions
  readonly #random: () => number
  isDirty = false

  constructor(options: AddressBookOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    for (const address of options.store.addresses()) if (options.isAllowed(address.host)) this.#put(address)
    this.isDirty = false
  }

  get size(): number {
    return this.#addresses.size
  }

  /** Returns whether the address is new and was taken. `source` is the group of who told, or the name of a seed. */
  add({ host, port, lastSeen }: LearnedAddress, source: string): boolean {
    if (port < 1 || port > 65_535 || !this.#options.isAllowed(host)) return false
    const known = this.#addresses.get(host)
    if (known !== undefined) {
      this.#update(host, { port: this.#portOf(known, port), lastSeen: Math.max(known.lastSeen, lastSeen) })
      return false
    }
    if (!this.#makeRoomForNew(host, source, lastSeen)) return false
    this.#put({ host, port, source, lastSeen, lastTried: 0, lastConnected: 0, failures: 0 })
    return true
  }

  /** An attempt begins. It counts as failed until `connected`, if `counts`: while nobody answers it may be our own line. */
  tried(host: string, now: number, counts: boolean): void {
    const address = this.#addresses.get(host)
    if (address === undefined) return
    const failures = counts ? address.failures + 1 : address.failures
    this.#update(host, { lastTried: now, failures })
    if (!isTried(address) && failures > MAX_ADDRESS_FAILURES) this.remove(host)
  }

  connected(host: string, port: number, now: number): void {
    if (!this.#options.isAllowed(host)) return
    const known = this.#addresses.get(host)
    if (known === undefined || !isTried(known)) this.#makeRoomForTried(host)
    const source = known?.source ?? groupOf(host)
    this.#put({ host, port, source, lastSeen: now, lastTried: now, lastConnected: now, failures: 0 })
  }

  remove(host: string): void {
    const address = this.#addresses.get(host)
    if (address === undefined) return
    this.isDirty = true
    this.#addresses.delete(host)
    this.#count(address, -1)
    this.#groups.delete(host)
  }

  /** Any one that is due and not refused by `isUsable`: half of the time one that worked. */
  choose(now: number, isUsable: (address: PeerAddress) => boolean, isLonely = false): PeerAddress | undefined {
    const due = this.all().filter((address) => isDue(address, now, isLonely) && isUsable(address))
    const tried = due.filter(isTried)
    const fresh = due.filter((address) => !isTried(address))
    const [first, second] = this.#random() < 0.5 ? [tried, fresh] : [fresh, tried]
    return this.#any(first) ?? this.#any(second)
  }

  /** Some that were reached or heard of, in random order. */
  sample(max: number): PeerAddress[] {
    const all = this.all().filter(({ failures }) => failures < 3)
    for (let last = all.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1))
      const [a, b] = [all[last], all[other]]
      if (a !== undefined && b !== undefined) [all[last], all[other]] = [b, a]
    }
    return all.slice(0, max)
  }

  all(): PeerAddress[] {
    return [...this.#addresses.values()]
  }

  // "one entry (port) per IP: a stored default port is replaced by a newer non-default one" (chain.md 5.8,
  // addrman.cpp:313-376); a port that fails again and again is, too.
  #portOf(known: PeerAddress, port: number): number {
    if (known.failures >= STALE_PORT_FAILURES) return port
    return known.port === this.#options.defaultPort && !isTried(known) ? port : known.port
  }

  #makeRoomForNew(host: string, source: string, now: number): boolean {
    const group = groupOf(host)
    if ((this.#newByGroup.get(group) ?? 0) >= MAX_NEW_PER_GROUP) {
      // Who is here first stays, unless nobody has seen it any more.
      const neighbours = this.#new((address) => this.#groups.get(address.host) === group && isStale(address, now))
      if (!this.#dropAny(neighbours)) return false
    }
    if ((this.#newBySource.get(source) ?? 0) >= MAX_NEW_PER_SOURCE) return this.#dropOf(source, now)
    if (this.#newCount < MAX_NEW_ADDRESSES) return true
    const [largest] = [...this.#newBySource].sort(([, a], [, b]) => b - a)
    return this.#dropAny(this.#new((address) => isStale(address, now))) || this.#dropOf(largest?.[0] ?? '', now)
  }

  #makeRoomForTried(host: string): void {
    const tried = this.all().filter(isTried)
    const group = groupOf(host)
    const neighbours = tried.filter((address) => this.#groups.get(address.host) === group)
    const crowd = neighbours.length >= MAX_TRIED_PER_GROUP ? neighbours : tried
    if (crowd === tried && tried.length < MAX_TRIED_ADDRESSES) return
    const oldest = crowd.reduce((found, each) => (each.lastConnected < found.lastConnected ? each : found))
    this.remove(oldest.host)
  }

  #dropOf(source: string, now: number): boolean {
    const told = this.#new((address) => address.source === source)
    return this.#dropAny(told.filter((address) => isStale(address, now))) || this.#dropAny(told)
  }

  #dropAny(addresses: readonly PeerAddress[]): boolean {
    const dropped = this.#any(addresses)
    if (dropped !== undefined) this.remove(dropped.host)
    return dropped !== undefined
  }

  #new(isMeant: (address: PeerAddress) => boolean): PeerAddress[] {
    return this.all().filter((address) => !isTried(address) && isMeant(address))
  }

  #any(addresses: readonly PeerAddress[]): PeerAddress | undefined {
    return addresses[Math.floor(this.#random() * addresses.length)]
  }

  #update(host: string, change: Partial<PeerAddress>): void {
    const address = this.#addresses.get(host)
    if (address !== undefined) this.#put({ ...address, ...change })
  }

  #put(address: PeerAddress): void {
    const old = this.#addresses.get(address.host)
    if (old === undefined) this.#groups.set(address.host, groupOf(address.host))
    else this.#count(old, -1)
    this.#count(address, 1)
    this.#addresses.set(address.host, address)
    this.isDirty = true
  }

  #count(address: PeerAddress, by: number): void {
    if (isTried(address)) return
    this.#newCount += by
    raise(this.#newByGroup, this.#groups.get(address.host) ?? '', by)
    raise(this.#newBySource, address.source, by)
  }
}

function isTried({ lastConnected }: PeerAddress): boolean {
  return lastConnected > 0
}

function isStale({ failures, lastSeen }: PeerAddress, now: number): boolean {
  return failures > 0 || now - lastSeen > STALE_ADDRESS_S
}

function isDue(address: PeerAddress, now: number, isLonely: boolean): boolean {
  const { lastTried, lastConnected, failures } = address
  if (lastTried === 0) return true
  if (failures === 0) return now - lastTried >= (lastConnected >= lastTried ? ADDRESS_REDIAL_S : ADDRESS_RETRY_S)
  const maxS = isLonely && isTried(address) ? LONELY_ADDRESS_RETRY_S : MAX_ADDRESS_RETRY_S
  return now - lastTried >= Math.min(ADDRESS_RETRY_S * 2 ** (failures - 1), maxS)
}

function raise(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
