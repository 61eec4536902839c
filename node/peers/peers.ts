import { resolve4, resolve6 } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Hash256 } from '../protocol/hash.ts'
import { encodePing } from '../protocol/messages/ping.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Addresses } from '../store/addresses.ts'
import { AddressBook } from './address-book.ts'
import { Bans } from './bans.ts'
import { Connection } from './connection.ts'
import type { PeersContext } from './context.ts'
import { type HostPort, openDialer } from './dialer.ts'
import { type DispatchParts, dispatch } from './dispatch.ts'
import { makeHandshake } from './handshake.ts'
import { isLoopback, isRoutable, parseIp } from './ip.ts'
import { makeJudge, type Offender } from './judge.ts'
import {
  ADDRESS_SAVE_INTERVAL_MS,
  DIAL_INTERVAL_MS,
  FIXED_SEEDS_AFTER_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_INBOUND,
  PING_INTERVAL_MS,
} from './limits.ts'
import { makePeer, type Peer } from './peer.ts'
import { makeRelay } from './relay.ts'
import { dnsSeedPeers, fixedSeedPeers, type ResolveHost } from './seeds.ts'
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
  readonly resolveHost?: ResolveHost
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
  onPeer(listener: (host: string, port: number, isOutbound: boolean) => void): () => void
  /** Unix seconds by our clock and the median of the peers' (chain.md 5.9). */
  adjustedTime(): number
  close(): Promise<void>
}

/** Listens, dials, syncs, serves and relays. Rejects if the port cannot be listened on. */
export async function openPeers(options: PeersOptions): Promise<Peers> {
  const { chain, params, clock, log, addresses } = options
  const peers = new Set<Peer>()
  const bans = new Bans()
  const timeOffset = new TimeOffset()
  const listeners = new Set<(host: string, port: number, isOutbound: boolean) => void>()
  const isAllowed = options.allowAddress ?? defaultAllow(options.connect)
  const book = new AddressBook(addresses, (host) => isAllowed(host) && !isLoopback(host))
  const judge = makeJudge(log, clock.now, (host) => bans.ban(host, clock.now()))
  const context: PeersContext = {
    chain,
    params,
    clock,
    log,
    peers,
    adjustedTime: () => clock.now() + timeOffset.offset,
    judge: judge.judge,
  }
  const server = await listen(options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const sync = openSync(context, options.ready ?? (async () => undefined))
  const relay = makeRelay(context)
  const handshake = makeHandshake(context, {
    userAgent: options.userAgent,
    listenPort: () => port,
    onTime: (host, offset) => timeOffset.add(host, offset),
  })
  const parts: DispatchParts = { context, handshake, sync, relay, book, onReady }
  let nextId = 1
  let closing: Promise<void> | undefined

  function addPeer(socket: Socket, address: HostPort, isOutbound: boolean, onGone: () => void = () => undefined): void {
    const connection = new Connection(socket, params.magic, {
      onMessage: (message) => dispatch(parts, peer, message),
      onClose: (reason) => {
        log.info({ peer: peer.host, port: peer.port, reason }, 'peer gone')
        peers.delete(peer)
        handshake.forget(peer)
        sync.peerGone(peer)
        onGone()
      },
    })
    const peer = makePeer({ id: nextId++, ...address, isOutbound, since: clock.now(), connection })
    peers.add(peer)
    if (isOutbound) handshake.sendVersion(peer)
  }

  function onReady(peer: Peer): void {
    const { host, port, isOutbound, version } = peer
    log.info({ peer: host, port, isOutbound, agent: version?.userAgent, height: version?.startHeight }, 'peer is ready')
    if (isOutbound) book.connected(host, port, clock.now())
    sync.peerReady(peer)
    for (const listener of listeners) listener(host, listenPortOf(peer, params), isOutbound)
  }

  server.on('connection', (socket) => {
    const host = parseIp(socket.remoteAddress)
    const inbound = [...peers].filter((peer) => !peer.isOutbound).length
    if (host === undefined || inbound >= MAX_INBOUND || bans.isBanned(host, clock.now())) {
      socket.destroy()
      return
    }
    addPeer(socket, { host, port: socket.remotePort ?? 0 }, false)
  })

  const dialer = openDialer({
    ...options,
    book,
    isAllowed: (ip) => isAllowed(ip) && !bans.isBanned(ip, clock.now()),
    isConnected: (ip) => [...peers].some((peer) => peer.host === ip),
    onSocket: (socket, peer, onClose) => addPeer(socket, peer, true, onClose),
  })

  function onlyReady(): Peer[] {
    return [...peers].filter((peer) => peer.version !== undefined)
  }

  const stopTip = chain.onTip((tip) => {
    // While catching up every block is old news to the others.
    if (chain.bestHeader.height <= tip.height) relay.announceBlock(tip.hash)
  })
  const timers = [
    setInterval(() => {
      for (const peer of onlyReady()) peer.connection.send('ping', encodePing(BigInt(peer.id)))
    }, PING_INTERVAL_MS),
    setInterval(() => {
      const limit = clock.now() - HANDSHAKE_TIMEOUT_MS / 1000
      for (const peer of peers)
        if (peer.version === undefined && peer.since < limit) peer.connection.close('no version')
    }, DIAL_INTERVAL_MS),
    setInterval(saveBook, ADDRESS_SAVE_INTERVAL_MS),
    ...seedTimers(options, book),
  ]

  function saveBook(): void {
    if (!book.isDirty) return
    book.isDirty = false
    addresses.saveAddresses(book.all())
  }

  async function close(): Promise<void> {
    for (const timer of timers) clearTimeout(timer)
    stopTip()
    dialer.close()
    const closed = once(server, 'close')
    server.close()
    for (const peer of [...peers]) peer.connection.close('stopping')
    await sync.close()
    await closed
    saveBook()
  }

  return {
    port,
    peers: () => onlyReady().map(statusOf),
    offenders: judge.offenders,
    refused: judge.refused,
    progress: sync.progress,
    announceBlock: relay.announceBlock,
    announceTransaction: relay.announceTransaction,
    onPeer: (listener) => {
      listeners.add(listener)
      for (const peer of onlyReady()) listener(peer.host, listenPortOf(peer, params), peer.isOutbound)
      return () => void listeners.delete(listener)
    },
    adjustedTime: context.adjustedTime,
    close: () => (closing ??= close()),
  }
}

async function listen({ bind, port }: PeersOptions): Promise<Server> {
  const server = createServer()
  server.listen({ host: bind, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'it is in use' : `${error}`
    throw new Error(`Cannot listen for peers on ${bind} port ${port}: ${reason}.`)
  }
  return server
}

/** DNS seeds at once, fixed seeds "if the address book is empty 60 s after start" (chain.md 1.5). */
function seedTimers(options: PeersOptions, book: AddressBook): NodeJS.Timeout[] {
  const { params, clock, log, resolveHost = resolveBoth } = options
  if (options.exclusive) return []
  const lookUp = async (): Promise<void> => {
    for (const peer of await dnsSeedPeers(params, resolveHost, clock.now(), log)) book.add(peer)
  }
  return [
    setTimeout(() => void lookUp(), 0),
    setTimeout(() => {
      if (book.size === 0) for (const peer of fixedSeedPeers(params, clock.now())) book.add(peer)
    }, FIXED_SEEDS_AFTER_MS),
  ]
}

async function resolveBoth(name: string): Promise<string[]> {
  const [v4, v6] = await Promise.allSettled([resolve4(name), resolve6(name)])
  return [v4, v6].flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
}

function defaultAllow(connect: readonly HostPort[]): (ip: string) => boolean {
  const named = new Set(connect.map((peer) => parseIp(peer.host)))
  return (ip) => isRoutable(ip) || named.has(ip)
}

function listenPortOf(peer: Peer, params: NetworkParams): number {
  if (peer.isOutbound) return peer.port
  return peer.version?.sender.port || params.defaultPort
}

function statusOf(peer: Peer): PeerStatus {
  const { host, port, version, score, since, connection } = peer
  return {
    host,
    port,
    direction: peer.isOutbound ? 'outbound' : 'inbound',
    agent: version?.userAgent,
    version: version?.version,
    height: peer.sync.knownHeight,
    score,
    since,
    bytesReceived: connection.bytesReceived,
    bytesSent: connection.bytesSent,
  }
}
