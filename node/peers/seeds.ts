import type { Log } from '../log.ts'
import { decodeNonstdSeeds } from '../protocol/nonstd-seed.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { LearnedAddress } from './address-book.ts'

const DAY_S = 24 * 3600

/** Addresses of a host name. */
export type ResolveHost = (name: string) => Promise<string[]>

/**
 * Peers from the DNS seeds: "resolve host → every address with the default port, pretend-age 3–7 days. Then resolve
 * nonstd.<host>" for those on other ports (chain.md 1.5).
 */
export async function dnsSeedPeers(
  params: NetworkParams,
  resolveHost: ResolveHost,
  now: number,
  log: Log,
): Promise<LearnedAddress[]> {
  const found = params.dnsSeeds.map(async (seed) => {
    const [plain, nonstd] = await Promise.all([resolved(seed), resolved(`nonstd.${seed}`)])
    return [...plain.map((host) => ({ host, port: params.defaultPort })), ...decodeNonstdSeeds(nonstd)]
  })
  async function resolved(name: string): Promise<string[]> {
    try {
      return await resolveHost(name)
    } catch (error) {
      log.debug({ name, error: error instanceof Error ? error.message : String(error) }, 'seed does not resolve')
      return []
    }
  }
  const peers = (await Promise.all(found)).flat()
  return peers.map((peer) => ({ ...peer, lastSeen: now - (3 + 4 * Math.random()) * DAY_S }))
}

/** "Fixed seeds … All date from 2014 (ADVICE: treat as dead)" (chain.md 1.5): the last resort. */
export function fixedSeedPeers(params: NetworkParams, now: number): LearnedAddress[] {
  return params.fixedSeeds.flatMap((text) => {
    const colon = text.lastIndexOf(':')
    const port = Number(text.slice(colon + 1))
    return Number.isInteger(port) ? [{ host: text.slice(0, colon), port, lastSeen: now - 14 * DAY_S }] : []
  })
}
