import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Hash256 } from '../protocol/hash.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { reject } from '../protocol/verdict.ts'
import type { Addresses } from '../store/addresses.ts'
import { keepBook } from './bootstrap.ts'
import type { PeersContext } from './context.ts'
import { type HostPort, openDialer } from './dialer.ts'
import { type DispatchParts, dispatch } from './dispatch.ts'
import { openGossip } from './gossip.ts'
import { makeHandshake } from './handshake.ts'
import { makeRoom } from './inbound.ts'
import { parseIp } from './ip.ts'
import { makeJudge, type Offender } from './judge.ts'
import { knownHeight } from './known-blocks.ts'
import { listen } from './listen.ts'
import type { Peer } from './peer.ts'
import { openPlaces } from './places.ts'
import { openPool } from './pool.ts'
import { isSynced, openRelay } from './relay.ts'
import { RelayedTransactions } from './relayed-transactions.ts'
import { rotate } from './rotation.ts'
import type { ResolveHost } from './seeds.ts'
import { openSync, type SyncProgress } from './sync.ts'
import { TimeOffset } from './time-offset.ts'

export interface PeersOptions {
  readonly chain: Chain
  readonly params: NetworkParams
  readonly addresses: Addresses
  readonly clock: Clock
  readonly log: Log
  /** Address and port to listen on; port 0 takes any. */
  readonly bind: string
  readonly port: number
  /** Peers to keep connected to. */
  readonly connect: readonly HostPort[]
  /** Dial nobody but `connect`: no seeds, no DNS, no learned addresses. */
  readonly exclusive: boolean
  readonly userAgent: string
  /** Awaited before more blocks are asked for: holds the sync while the queue is full. */
  readonly ready?: () => Promise<void>
  /** Asked before an IP is dialled or remembered; if left out, all routable ones and `connect` are allowed. */
  readonly allowAddress?: (ip: string) => boolean
  /** Asked for the DNS seeds; if left out, the system's servers are. */
  readonly resolveHost?: ResolveHost
  /** Where nodes may listen, asked for while nobody is connected: the DHT's contacts. */
  readonly candidates?: () => readonly HostPort[]
  /** Treats loopback addresses as any others, with bans, bounds and gossip: for tests that attack. */
  readonly isLoopbackPublic?: boolean
}

export interface PeerStatus {
  readonly host: string
  readonly port: number
  readonly direction: 'inbound' | 'outbound'
  /** From its version message; undefined before that. */
  readonly agent: string | undefined
  readonly version: number | undefined
  /** The highest block it is known to have; -1 if none. */
  readonly height: number
  readonly score: number
  /** Unix seconds. */
  readonly since: number
  readonly bytesReceived: number
  readonly bytesSent: number
}

type PeerListener = (host: string, port: number, isOutbound: boolean) => void

export interface Peers {
  /** The port that is listened on. */
  readonly port: number
  /** All that have shaken hands. */
  peers(): PeerStatus[]
  /** Those closed for what they sent, the latest last. */
  offenders(): Offender[]
  /** What was refused, counted by code. */
  refused(): Record<string, number>
  progress(): SyncProgress
  announceBlock(hash: Hash256): void
  /** Of a transaction in the mempool. */
  announceTransaction(txid: Hash256): void
  /**
   * Called when a peer has shaken hands, and at once for those that have; `port` is where it listens, as far as is known.
   * Returns what stops it.
   */
  onPeer(listener: PeerListener): () => void
  /** Unix seconds by our clock and the median of the peers' (chain.md 5.9). */
  adjustedTime(): number
  close(): Promise<void>
}

/** Listens, dials, syncs, serves and relays. Rejects if the port cannot be listened on. */
export async function openPeers(options: PeersOptions): Promise<Peers> {
  const { chain, params, clock, log } = options
  const places = openPlaces(options)
  const timeOffset = new TimeOffset()
  const listeners = new Set<PeerListener>()
  const judge = makeJudge(log, clock.now, (host) => places.bans.ban(host, clock.now()))
  const pool = openPool({
    params,
    clock,
    log,
    onOpen: (peer) => peer.isOutbound && handshake.sendVersion(peer),
    onMessage: (peer, message) => dispatch(parts, peer, message),
    // "No ban score for these" (chain.md 5.1)
    onFault: (peer, code) => judge.judge(peer, reject(code, 0)),
    onGone: (peer) => {
      handshake.forget(peer)
      sync.peerGone(peer)
      relay.peerGone(peer)
    },
  })
  const relayed = new RelayedTransactions(chain.mempool)
  const context: PeersContext = {
    chain,
    params,
    clock,
    log,
    peers: pool.peers,
    adjustedTime: () => clock.now() + timeOffset.offset,
    transaction: (txid) => relayed.get(txid, clock.now()),
    isPublic: places.isPublic,
    judge: judge.judge,
  }
  const listener = await listen(options.bind, options.port, log, (socket) => {
    const host = parseIp(socket.remoteAddress)
    const isWelcome =
      host !== undefined && !places.bans.isBanned(host, clock.now()) && makeRoom(host, pool.peers, places.isExempt)
    if (isWelcome) pool.add(socket, { host, port: socket.remotePort ?? 0 }, false)
    else socket.destroy()
  }).catch((error: unknown) => {
    pool.close()
    throw error
  })
  const sync = openSync(context, options.ready ?? (async () => undefined))
  const relay = openRelay(context, relayed)
  const listenPort = () => listener.port
  const handshake = makeHandshake(context, {
    userAgent: options.userAgent,
    listenPort,
    ownHost: () => places.own.host(),
    onTime: (host, offset) => timeOffset.add(host, offset),
    onSelf: places.metSelf,
  })
  const gossip = openGossip(context, places, listenPort)
  const parts: DispatchParts = { context, handshake, sync, relay, gossip, onReady }

  function onReady(peer: Peer): void {
    const { host, port, isOutbound, version } = peer
    log.info({ peer: host, port, isOutbound, agent: version?.userAgent, height: version?.startHeight }, 'peer is ready')
    places.met(peer)
    sync.peerReady()
    relay.announceTip(peer)
    for (const tell of listeners) tell(host, listenPortOf(peer, params), isOutbound)
  }

  const dialer = openDialer({
    ...options,
    book: places.book,
    isAllowed: (ip) => places.isAllowed(ip) && !places.bans.isBanned(ip, clock.now()),
    connected: () => new Set([...pool.peers].map((peer) => peer.host)),
    isExempt: places.isExempt,
    onSocket: (socket, peer, onClose) => pool.add(socket, peer, true, onClose),
  })
  const stopTip = chain.onTip((tip) => {
    if (isSynced(chain)) relay.announceBlock(tip.hash)
  })
  const stopRotating = options.exclusive ? () => undefined : rotate(context)
  const keeper = keepBook(options, places.book, () => pool.ready().length === 0)
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    stopTip()
    stopRotating()
    dialer.close()
    gossip.close()
    relay.close()
    pool.close()
    await listener.close()
    await sync.close()
    keeper.close()
  }

  return {
    port: listener.port,
    peers: () => pool.ready().map((peer) => statusOf(chain, peer)),
    offenders: judge.offenders,
    refused: judge.refused,
    progress: sync.progress,
    announceBlock: relay.announceBlock,
    announceTransaction: relay.announceTransaction,
    onPeer: (tell) => {
      listeners.add(tell)
      for (const peer of pool.ready()) tell(peer.host, listenPortOf(peer, params), peer.isOutbound)
      return () => void listeners.delete(tell)
    },
    adjustedTime: context.adjustedTime,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function listenPortOf(peer: Peer, params: NetworkParams): number {
  if (peer.isOutbound) return peer.port
  return peer.version?.sender.port || params.defaultPort
}

function statusOf(chain: Chain, peer: Peer): PeerStatus {
  const { host, port, version, score, since, connection } = peer
  return {
    host,
    port,
    direction: peer.isOutbound ? 'outbound' : 'inbound',
    agent: version?.userAgent,
    version: version?.version,
    height: knownHeight(chain, peer),
    score,
    since,
    bytesReceived: connection.bytesReceived,
    bytesSent: connection.bytesSent,
  }
}
