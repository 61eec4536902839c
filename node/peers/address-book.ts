import type { Addresses, PeerAddress } from '../store/addresses.ts'
import { ADDRESS_RETRY_S, MAX_ADDRESS_FAILURES, MAX_ADDRESS_RETRY_S, MAX_ADDRESSES } from './limits.ts'

export interface LearnedAddress {
  readonly host: string
  readonly port: number
  /** Unix seconds. */
  readonly lastSeen: number
}

/** Peers that may be dialled, one port a host, in memory; saved by whoever opened it. */
export class AddressBook {
  readonly #addresses: Map<string, PeerAddress>
  readonly #isAllowed: (host: string) => boolean
  readonly #random: () => number
  isDirty = false

  constructor(store: Addresses, isAllowed: (host: string) => boolean, random: () => number = Math.random) {
    this.#isAllowed = isAllowed
    this.#random = random
    this.#addresses = new Map(
      store
        .addresses()
        .filter(({ host }) => isAllowed(host))
        .map((address) => [address.host, address]),
    )
  }

  get size(): number {
    return this.#addresses.size
  }

  /** Returns whether the address is new. */
  add({ host, port, lastSeen }: LearnedAddress): boolean {
    if (port < 1 || port > 65_535 || !this.#isAllowed(host)) return false
    const known = this.#addresses.get(host)
    this.isDirty = true
    if (known !== undefined) {
      // "one entry (port) per IP" (chain.md 5.8): the port that worked stays.
      const newPort = known.lastConnected > 0 ? known.port : port
      this.#addresses.set(host, { ...known, port: newPort, lastSeen: Math.max(known.lastSeen, lastSeen) })
      return false
    }
    if (this.#addresses.size >= MAX_ADDRESSES) this.#dropOne()
    this.#addresses.set(host, { host, port, lastSeen, lastTried: 0, lastConnected: 0, failures: 0 })
    return true
  }

  tried(host: string, now: number): void {
    this.#update(host, ({ failures }) => ({ lastTried: now, failures: failures + 1 }))
    const address = this.#addresses.get(host)
    if (address !== undefined && address.lastConnected === 0 && address.failures > MAX_ADDRESS_FAILURES) {
      this.#addresses.delete(host)
    }
  }

  connected(host: string, port: number, now: number): void {
    this.add({ host, port, lastSeen: now })
    this.#update(host, () => ({ port, lastSeen: now, lastConnected: now, failures: 0 }))
  }

  /** Any one that is due and not refused by `isUsable`. */
  choose(now: number, isUsable: (address: PeerAddress) => boolean): PeerAddress | undefined {
    const due = [...this.#addresses.values()].filter((address) => isDue(address, now) && isUsable(address))
    return due[Math.floor(this.#random() * due.length)]
  }

  /** Some that were reached or heard of, in random order. */
  sample(max: number): PeerAddress[] {
    const all = [...this.#addresses.values()].filter(({ failures }) => failures < 3)
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

  #update(host: string, change: (address: PeerAddress) => Partial<PeerAddress>): void {
    const address = this.#addresses.get(host)
    if (address === undefined) return
    this.isDirty = true
    this.#addresses.set(host, { ...address, ...change(address) })
  }

  // Gossip must not push out what has worked: of a few at random the one that was never reached goes, else the oldest.
  #dropOne(): void {
    const candidates = this.sample(20)
    const worst = candidates.sort((a, b) => a.lastConnected - b.lastConnected || a.lastSeen - b.lastSeen)[0]
    if (worst !== undefined) this.#addresses.delete(worst.host)
  }
}

function isDue({ lastTried, failures }: PeerAddress, now: number): boolean {
  const wait = failures === 0 ? 0 : Math.min(ADDRESS_RETRY_S * 2 ** (failures - 1), MAX_ADDRESS_RETRY_S)
  return now - lastTried >= wait
}
