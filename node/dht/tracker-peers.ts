import { bytesToHex } from '../protocol/bytes.ts'
import { compareDistance, type Endpoint, endpointKey } from './contact.ts'
import {
  TRACKER_MAX_PEERS_PER_IP,
  TRACKER_MAX_PEERS_PER_TARGET,
  TRACKER_MAX_TARGETS,
  TRACKER_MAX_TARGETS_PER_IP,
  TRACKER_PEER_MS,
  TRACKER_REPLY_PEERS,
} from './limits.ts'

interface Torrent {
  readonly infoHash: Uint8Array
  name: string | undefined
  /** Announced endpoints with the millisecond of their last announcement, oldest first. */
  readonly peers: Map<string, Endpoint & { readonly at: number }>
}

/** Who announced which swarm to us (spec 2.6, announcePeer). Nothing of it is signed: peers are only candidates. */
export class TrackerPeers {
  readonly #localId: () => Uint8Array
  readonly #nowMs: () => number
  readonly #torrents = new Map<string, Torrent>()
  readonly #targetsByIp = new Map<string, Set<string>>()

  /** Time is this process's: peers can move the chain's. */
  constructor(localId: () => Uint8Array, nowMs: () => number = () => performance.now()) {
    this.#localId = localId
    this.#nowMs = nowMs
  }

  get targetCount(): number {
    return this.#torrents.size
  }

  announce(infoHash: Uint8Array, peer: Endpoint, name: string | undefined): void {
    const key = bytesToHex(infoHash)
    const targets = this.#targetsByIp.get(peer.host) ?? new Set<string>()
    if (!targets.has(key) && targets.size >= TRACKER_MAX_TARGETS_PER_IP) return
    const torrent = this.#torrents.get(key) ?? this.#insert(key, infoHash)
    // "name if none yet" (spec 2.6).
    torrent.name ??= name
    this.#makeRoom(key, torrent, peer)
    torrent.peers.delete(endpointKey(peer))
    torrent.peers.set(endpointKey(peer), { host: peer.host, port: peer.port, at: this.#nowMs() })
    this.#targetsByIp.set(peer.host, targets.add(key))
  }

  /** What a getData of a tracker gets: at most 100 peers chosen at random, and the name once told. */
  find(infoHash: Uint8Array): { peers: Endpoint[]; name: string | undefined; known: number } | undefined {
    const torrent = this.#torrents.get(bytesToHex(infoHash))
    if (torrent === undefined) return undefined
    const peers: Endpoint[] = Array.from(torrent.peers.values(), ({ host, port }) => ({ host, port }))
    for (let left = peers.length - 1; left > 0; left--) {
      const other = Math.floor(Math.random() * (left + 1))
      const [a, b] = [peers[left], peers[other]]
      if (a !== undefined && b !== undefined) [peers[left], peers[other]] = [b, a]
    }
    return { peers: peers.slice(0, TRACKER_REPLY_PEERS), name: torrent.name, known: peers.length }
  }

  /** "Peers expire 45 min after their last announce, checked every 2 min" (spec 2.6). */
  expire(): void {
    const oldest = this.#nowMs() - TRACKER_PEER_MS
    for (const [key, torrent] of this.#torrents) {
      for (const [endpoint, peer] of torrent.peers) {
        if (peer.at >= oldest) break
        torrent.peers.delete(endpoint)
        this.#forgetIp(peer.host, key, torrent)
      }
      if (torrent.peers.size === 0) this.#torrents.delete(key)
    }
  }

  #insert(key: string, infoHash: Uint8Array): Torrent {
    // "If already >= 2000 torrents are stored the one with the fewest peers is evicted" (spec 2.6).
    if (this.#torrents.size >= TRACKER_MAX_TARGETS) this.#evictSmallest()
    const torrent: Torrent = { infoHash, name: undefined, peers: new Map() }
    this.#torrents.set(key, torrent)
    return torrent
  }

  #makeRoom(key: string, torrent: Torrent, newcomer: Endpoint): void {
    const ofIp = [...torrent.peers.values()].filter((peer) => peer.host === newcomer.host)
    const [oldestOfIp] = ofIp.length >= TRACKER_MAX_PEERS_PER_IP ? ofIp : []
    if (oldestOfIp !== undefined) torrent.peers.delete(endpointKey(oldestOfIp))
    if (torrent.peers.size < TRACKER_MAX_PEERS_PER_TARGET) return
    const [oldest] = torrent.peers.values()
    if (oldest === undefined) return
    torrent.peers.delete(endpointKey(oldest))
    this.#forgetIp(oldest.host, key, torrent)
  }

  /** Among the smallest, the one furthest from our id: others are asked for it. */
  #evictSmallest(): void {
    let smallest: [string, Torrent] | undefined
    for (const entry of this.#torrents)
      if (smallest === undefined || this.#isLess(entry[1], smallest[1])) smallest = entry
    if (smallest === undefined) return
    const [key, torrent] = smallest
    this.#torrents.delete(key)
    for (const peer of torrent.peers.values()) this.#forgetIp(peer.host, key, undefined)
  }

  #isLess(a: Torrent, b: Torrent): boolean {
    if (a.peers.size !== b.peers.size) return a.peers.size < b.peers.size
    return compareDistance(this.#localId(), a.infoHash, b.infoHash) > 0
  }

  #forgetIp(host: string, key: string, torrent: Torrent | undefined): void {
    if (torrent !== undefined && [...torrent.peers.values()].some((peer) => peer.host === host)) return
    const targets = this.#targetsByIp.get(host)
    targets?.delete(key)
    if (targets?.size === 0) this.#targetsByIp.delete(host)
  }
}
