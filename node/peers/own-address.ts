import { networkInterfaces } from 'node:os'
import { groupOf, parseIp } from './ip.ts'
import { MAX_OWN_ADDRESS_VOTES, MIN_OWN_ADDRESS_VOTES } from './limits.ts'

export interface OwnAddressOptions {
  /** Where we listen. */
  readonly bind: string
  /** Whether it makes sense to tell others of an address. */
  isPublic(host: string): boolean
  /** Addresses of this machine; if left out, the system is asked. */
  readonly interfaces?: readonly string[]
}

/**
 * Where others can reach us: where we listen if that is one address; else a public address of this machine; else what
 * most of the peers that we dialled say they see, one voice for each neighbourhood. Who dials us is not asked: it could
 * be anybody.
 */
export class OwnAddress {
  readonly #options: OwnAddressOptions
  readonly #known: string | undefined
  readonly #votes = new Map<string, string>()
  /** Addresses at which we were seen to be talking to ourselves. */
  readonly #met = new Set<string>()

  constructor(options: OwnAddressOptions) {
    this.#options = options
    const isAny = options.bind === '0.0.0.0' || options.bind === '::'
    const candidates = isAny ? (options.interfaces ?? interfaceAddresses(options.bind)) : [options.bind]
    this.#known = candidates.find(options.isPublic)
  }

  host(): string | undefined {
    if (this.#known !== undefined) return this.#known
    const counts = new Map<string, number>()
    for (const seen of this.#votes.values()) counts.set(seen, (counts.get(seen) ?? 0) + 1)
    const [first] = [...counts].sort(([, a], [, b]) => b - a)
    const isSure = first !== undefined && first[1] >= MIN_OWN_ADDRESS_VOTES && 2 * first[1] > this.#votes.size
    return isSure ? first[0] : undefined
  }

  /** Takes the word of a peer that we dialled, from its version message's receiver field. */
  seenBy(voter: string, seen: string): void {
    const host = parseIp(seen)
    if (host === undefined || !this.#options.isPublic(host)) return
    const group = groupOf(voter)
    this.#votes.delete(group)
    this.#votes.set(group, host)
    const [oldest] = this.#votes.keys()
    if (this.#votes.size > MAX_OWN_ADDRESS_VOTES && oldest !== undefined) this.#votes.delete(oldest)
  }

  /** We dialled this address and found ourselves. */
  met(host: string): void {
    if (this.#met.size < MAX_OWN_ADDRESS_VOTES) this.#met.add(host)
  }

  isOwn(host: string): boolean {
    return host === this.#known || this.#met.has(host)
  }
}

function interfaceAddresses(bind: string): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all
    .filter(({ family, internal }) => !internal && (bind === '::' || family === 'IPv4'))
    .map(({ address }) => address)
}
