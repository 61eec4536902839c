import { bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import { type Endpoint, endpointKey } from './contact.ts'
import {
  TRACKER_MAX_PEERS_PER_IP,
  TRACKER_MAX_PEERS_PER_TARGET,
  TRACKER_MAX_TARGETS,
  TRACKER_MAX_TARGETS_PER_IP,
  TRACKER_PEER_SECONDS,
  TRACKER_REPLY_PEERS,
} from './limits.ts'

interface Torrent {
  name: string | undefined
  /** Announced endpoints with the second of their last announcement, oldest first. */
  readonly peers: Map<string, Endpoint & { readonly at: number }>
}

/** Who announced which swarm to us (spec 2.6, announcePeer). Nothing of it is signed: peers are only candidates. */
export class TrackerPeers {
  readonly #clock: Clock
  readonly #torrents = new Map<string, Torrent>()
  readonly #targetsByIp = new Map<string, Set<string>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get targetCount(): number {
    return this.#torrents.size
  }

  announce(infoHash: Uint8Array, peer: Endpoint, name: string | undefined): void {
    const key = bytesToHex(infoHash)
    const targets = this.#targetsByIp.get(peer.host) ?? new Set<string>()
    if (!targets.has(key) && targets.size >= TRACKER_MAX_TARGETS_PER_IP) return
    const torrent = this.#torrents.get(key) ?? this.#insert(key)
    // "name if none yet" (spec 2.6).
    torrent.name ??= name
    this.#makeRoom(torrent, peer)
    torrent.peers.delete(endpointKey(peer))
    torrent.peers.set(endpointKey(peer), { host: peer.host, port: peer.port, at: this.#clock.now() })
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
    const oldest = this.#clock.now() - TRACKER_PEER_SECONDS
    for (const [key, torrent] of this.#torrents) {
      for (const [endpoint, peer] of torrent.peers) {
        if (peer.at >= oldest) break
        torrent.peers.delete(endpoint)
        this.#forgetIp(peer.host, key, torrent)
      }
      if (torrent.peers.size === 0) this.#torrents.delete(key)
    }
  }

  #insert(key: string): Torrent {
    // "If already >= 2000 torrents are stored the one with the fewest peers is evicted" (spec 2.6).
    if (this.#torrents.size >= TRACKER_MAX_TARGETS) this.#evictSmallest()
    const torrent: Torrent = { name: undefined, peers: new Map() }
    this.#torrents.set(key, torrent)
    return torrent
  }

  #makeRoom(torrent: Torrent, newcomer: Endpoint): void {
    const sameIp = [...torrent.peers].filter(([, peer]) => peer.host === newcomer.host)
    const oldestOfIp = sameIp.length >= TRACKER_MAX_PEERS_PER_IP ? sameIp[0] : undefined
    if (oldestOfIp !== undefined) torrent.peers.delete(oldestOfIp[0])
    if (torrent.peers.size < TRACKER_MAX_PEERS_PER_TARGET) return
    const [oldest] = torrent.peers.keys()
    if (oldest !== undefined) torrent.peers.delete(oldest)
  }

  #evictSmallest(): void {
    let smallest: [string, Torrent] | undefined
    for (const entry of this.#torrents) {
      if (smallest === undefined || entry[1].peers.size < smallest[1].peers.size) smallest = entry
    }
    if (smallest === undefined) return
    const [key, torrent] = smallest
    this.#torrents.delete(key)
    for (const peer of torrent.peers.values()) this.#forgetIp(peer.host, key, undefined)
  }

  #forgetIp(host: string, key: string, torrent: Torrent | undefined): void {
    if (torrent !== undefined && [...torrent.peers.values()].some((peer) => peer.host === host)) return
    const targets = this.#targetsByIp.get(host)
    targets?.delete(key)
    if (targets?.size === 0) this.#targetsByIp.delete(host)
  }
}
