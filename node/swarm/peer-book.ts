import { MAX_KNOWN_PEERS, MAX_RETRY_LOOPBACK_MS, MAX_RETRY_MS, RETRY_LOOPBACK_MS, RETRY_MS } from './limits.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

const NOBODY = new Map<string, KnownPeer>()

export type PeerSource = 'chain' | 'dht' | 'pex' | 'incoming'

interface KnownPeer extends Endpoint {
  readonly source: PeerSource
  failures: number
  retryAtMs: number
  /** Has spoken this swarm's protocol with us at least once. */
  isProven: boolean
}

export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.host}:${endpoint.port}`
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

/** The addresses at which members of one swarm may be found, and when to try each again. */
export class PeerBook {
  /** Made when somebody is known: most swarms of a node that follows thousands have nobody at a time. */
  #peers: Map<string, KnownPeer> = NOBODY

  get size(): number {
    return this.#peers.size
  }

  add(endpoint: Endpoint, source: PeerSource): void {
    const key = endpointKey(endpoint)
    if (this.#peers.has(key) || endpoint.port <= 0 || endpoint.port > 0xffff) return
    if (this.#peers === NOBODY) this.#peers = new Map()
    if (this.#peers.size >= MAX_KNOWN_PEERS && !this.#evictWorst()) return
    const { host, port } = endpoint
    this.#peers.set(key, { host, port, source, failures: 0, retryAtMs: 0, isProven: false })
  }

  /** Never to be dialled (it is ourselves): kept, so that it is not learned again. */
  avoid(endpoint: Endpoint): void {
    const peer = this.#peers.get(endpointKey(endpoint))
    if (peer !== undefined) peer.retryAtMs = Number.POSITIVE_INFINITY
  }

  /** Also those to avoid get another chance; ourselves we recognise again. */
  forgive(): void {
    for (const peer of this.#peers.values()) peer.retryAtMs = 0
  }

  /** Whom to dial now, the proven and least failing first. */
  due(nowMs: number, isBusy: (key: string) => boolean, count: number): Endpoint[] {
    const due = [...this.#peers].filter(([key, peer]) => peer.retryAtMs <= nowMs && !isBusy(key))
    due.sort(([, a], [, b]) => Number(b.isProven) - Number(a.isProven) || a.failures - b.failures)
    return due.slice(0, count).map(([, peer]) => peer)
  }

  /** Not due again before it has ended. */
  dialling(endpoint: Endpoint): void {
    this.avoid(endpoint)
  }

  succeeded(endpoint: Endpoint): void {
    const peer = this.#peers.get(endpointKey(endpoint))
    if (peer === undefined) return
    peer.failures = 0
    peer.isProven = true
  }

  /** The connection ended or could not be made: it is tried again after a growing while, with jitter. */
  ended(endpoint: Endpoint, nowMs: number, wasGood: boolean): void {
    const peer = this.#peers.get(endpointKey(endpoint))
    if (peer === undefined) return
    if (!wasGood) peer.failures++
    const [first, most] = isLoopback(peer.host) ? [RETRY_LOOPBACK_MS, MAX_RETRY_LOOPBACK_MS] : [RETRY_MS, MAX_RETRY_MS]
    const pause = Math.min(most, first * 2 ** Math.max(0, peer.failures - 1))
    peer.retryAtMs = nowMs + pause * (0.75 + Math.random() / 2)
  }

  #evictWorst(): boolean {
    let worst: [string, KnownPeer] | undefined
    for (const entry of this.#peers) {
      if (!entry[1].isProven && (worst === undefined || entry[1].failures > worst[1].failures)) worst = entry
    }
    return worst !== undefined && this.#peers.delete(worst[0])
  }
}
