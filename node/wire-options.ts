import { allowAddress } from './allow-address.ts'
import type { Chain } from './chain/chain.ts'
import { type HostPort, isLoopbackOnly, type NodeConfig } from './config.ts'
import type { Dht, DhtOptions } from './dht/dht.ts'
import type { Log } from './log.ts'
import type { Peers, PeersOptions } from './peers/peers.ts'
import { bytesToHex } from './protocol/bytes.ts'
import type { Clock } from './protocol/clock.ts'
import { parseUsername } from './protocol/username.ts'
import type { Store } from './store/store.ts'
import type { PostFromDht } from './swarm/gap-filler.ts'
import type { SwarmsOptions } from './swarm/swarms.ts'

const USER_AGENT = '/windsock:0.1.0/'
/** "Swarm TCP + uTP + DHT UDP port | P2P port + 1000" (dht-swarm-posts.md 0, twister.h:9). */
export const SWARM_PORT_OFFSET = 1000
/** "Paused until the best block is <= 24 h old and at least one chain peer is connected" (dht-swarm-posts.md 0). */
const MAX_TIP_AGE_S = 24 * 3600
const REFUSED_BYTES_LOGGED = 64
/** Addresses of the book that the DHT is tried at. */
const MAX_BOOK_CANDIDATES = 128

interface Base {
  readonly config: NodeConfig
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly chain: Chain
  /** Backpressure: awaited before peers are asked for more. */
  readonly ready: () => Promise<void>
}

export function peersOptions({ config, clock, log, store, chain, ready }: Base): PeersOptions {
  return {
    chain,
    params: chain.params,
    addresses: store.addresses,
    clock,
    log,
    bind: config.bind,
    port: config.port,
    connect: config.connect,
    exclusive: config.connect.length > 0,
    userAgent: USER_AGENT,
    ready,
    allowAddress: allowAddress(config.connect),
    candidates: () => store.contacts.contacts().map(({ host, port }) => ({ host, port: port - SWARM_PORT_OFFSET })),
  }
}

export function dhtOptions(base: Base, peers: Peers): DhtOptions {
  const { config, store } = base
  return {
    ...wireOptions(base, peers),
    store,
    isDiversityOn: !isLoopbackOnly(config.connect),
    isFollowed: (name) => {
      const username = parseUsername(name)
      return username !== undefined && store.follows.follow(username) !== undefined
    },
    candidates: () => dhtCandidates(base, peers),
  }
}

/** "Every address of the chain address manager at port+1000, every outbound chain peer, every inbound at the default". */
function dhtCandidates({ config, store, chain }: Base, peers: Peers): HostPort[] {
  const byBook = () => store.addresses.addresses().sort((a, b) => a.lastConnected - b.lastConnected)
  const known = config.connect.length > 0 ? config.connect : byBook().slice(-MAX_BOOK_CANDIDATES)
  const live = peers.peers().map(({ host, port, direction }) => {
    return { host, port: direction === 'outbound' ? port : chain.params.defaultPort }
  })
  return [...known, ...live].map(({ host, port }) => ({ host, port: port + SWARM_PORT_OFFSET }))
}

export function swarmsOptions(base: Base, peers: Peers, dht: Dht, postFromDht: PostFromDht): SwarmsOptions {
  const { config, log, store, ready } = base
  return {
    ...wireOptions(base, peers),
    posts: store.posts,
    write: store.write,
    dht,
    candidates: () => swarmsOfPeers(peers),
    postFromDht,
    maxHistory: config.maxHistory,
    ready,
    onReject: (code, piece, from) => {
      const start = bytesToHex(piece.subarray(0, REFUSED_BYTES_LOGGED))
      log.warn({ code, peer: from.host, port: from.port, start }, 'piece refused')
    },
  }
}

/** What the DHT and the swarms share. */
function wireOptions({ config, log, chain }: Base, peers: Peers) {
  return {
    nameView: chain.nameView,
    clock: { now: () => peers.adjustedTime() },
    log,
    bind: config.bind,
    port: config.port + SWARM_PORT_OFFSET,
    allowAddress: allowAddress(config.connect),
    isChainFresh: () => peers.peers().length > 0 && peers.adjustedTime() - chain.tip.time < MAX_TIP_AGE_S,
  }
}

/** A node's swarm and DHT are at its chain port + 1000; inbound peers tell no port that can be trusted. */
function swarmsOfPeers(peers: Peers): { host: string; port: number }[] {
  const outbound = peers.peers().filter((peer) => peer.direction === 'outbound')
  return outbound.map(({ host, port }) => ({ host, port: port + SWARM_PORT_OFFSET }))
}
