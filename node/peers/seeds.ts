import { Resolver } from 'node:dns/promises'
import type { Log } from '../log.ts'
import { decodeNonstdSeeds } from '../protocol/nonstd-seed.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { LearnedAddress } from './address-book.ts'
import { DNS_TIMEOUT_MS, DNS_TRIES, MAX_DNS_RECORDS } from './limits.ts'

const DAY_S = 24 * 3600

/** Addresses of a host name; rejects if it has none. */
export type ResolveHost = (name: string) => Promise<string[]>

export interface SeedAddress extends LearnedAddress {
  /** The seed that told of it. */
  readonly seed: string
}

/**
 * Peers from the DNS seeds: "resolve host → every address with the default port, pretend-age 3–7 days. Then resolve
 * nonstd.<host>" for those on other ports (chain.md 1.5).
 */
export async function dnsSeedPeers(
  params: NetworkParams,
  resolveHost: ResolveHost,
  now: number,
  log: Log,
): Promise<SeedAddress[]> {
  const found = params.dnsSeeds.map(async (seed) => {
    const [plain, nonstd] = await Promise.all([resolved(seed), resolved(`nonstd.${seed}`)])
    const peers = [...plain.map((host) => ({ host, port: params.defaultPort })), ...decodeNonstdSeeds(nonstd)]
    return peers.map((peer) => ({ ...peer, seed, lastSeen: now - (3 + 4 * Math.random()) * DAY_S }))
  })
  async function resolved(name: string): Promise<string[]> {
    try {
      return (await resolveHost(name)).slice(0, MAX_DNS_RECORDS)
    } catch (error) {
      log.debug({ name, error: error instanceof Error ? error.message : String(error) }, 'seed does not resolve')
      return []
    }
  }
  return (await Promise.all(found)).flat()
}

/** Asks these DNS servers, written IP or IP:PORT, or those of the system. */
export function openResolver(servers?: readonly string[]): ResolveHost {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES })
  if (servers !== undefined) resolver.setServers(servers)
  return async (name) => {
    const results = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    const [first] = results
    if (found.length === 0 && first.status === 'rejected') throw first.reason
    return found
  }
}

/** "Fixed seeds … All date from 2014 (ADVICE: treat as dead)" (chain.md 1.5): the last resort. */
export function fixedSeedPeers(params: NetworkParams, now: number): LearnedAddress[] {
  return params.fixedSeeds.flatMap((text) => {
    const colon = text.lastIndexOf(':')
    const port = Number(text.slice(colon + 1))
    return Number.isInteger(port) ? [{ host: text.slice(0, colon), port, lastSeen: now - 14 * DAY_S }] : []
  })
}
