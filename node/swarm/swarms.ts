import { randomBytes } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Log } from '../log.ts'
import { bytesToHex, concatBytes, utf8Encode } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Target } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import { ignore, type Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import { Announcer, type SwarmDht } from './announcer.ts'
import { Bans } from './bans.ts'
import { Connection, type ConnectionHandler, type ConnectionHub } from './connection.ts'
import {
  DEFAULT_MAX_HISTORY,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_IP_AND_SWARM,
  MAX_UNKNOWN_CONNECTIONS,
  MAX_UNKNOWN_CONNECTIONS_PER_IP,
  PEER_ID_PREFIX,
  SIMULTANEOUS_MS,
  TICK_MS,
} from './limits.ts'
import { type Endpoint, isLoopback } from './peer-book.ts'
import { PieceInbox } from './piece-inbox.ts'
import { Swarm, type SwarmContext, type SwarmState } from './swarm.ts'

export interface SwarmsOptions {
  posts: Posts
  /** The store's: one transaction, on disk on return. */
  write: <T>(change: () => T) => T
  nameView: NameView
  clock: Clock
  log: Log
  bind: string
  /** TCP; the DHT has the same number on UDP. 0: any. */
  port: number
  /** Asked before every contact and for everyone who connects. */
  allowAddress: (ip: string) => boolean
  dht?: SwarmDht
  /** Endpoints to try besides those that the DHT and the peers name: the chain peers' own, at port + 1000. */
  candidates?: () => readonly Endpoint[]
  /** "kept paused until the best block is <= 24 h old and at least one chain peer is connected" (spec 0). */
  isChainFresh?: () => boolean
  /** Posts to fetch per user, newest first. */
  maxHistory?: number
  /** Backpressure: awaited before more is asked for. */
  ready?: () => Promise<void>
  /** A piece was refused: its code, its bytes and who sent it. */
  onReject?: (code: string, piece: Uint8Array, from: Endpoint) => void
}

export type PostListener = (username: Username, k: number, piece: Uint8Array) => void

export interface Swarms {
  readonly port: number
  follow(username: Username): void
  unfollow(username: Username): void
  /** A piece from elsewhere (written here, or found in the DHT): judged, stored, and told to the swarm. */
  addPiece(username: Username, k: number, piece: Uint8Array, source: 'local' | 'dht'): Verdict
  /** The DHT's status says that post k exists. */
  tellKnown(username: Username, k: number): void
  state(username: Username): SwarmState | undefined
  /** Called after a post is on disk. */
  onPost(listener: PostListener): () => void
  /** Connections that have joined a swarm. */
  peerCount(): number
  /** Pieces refused so far, by code. */
  rejected(): ReadonlyMap<string, number>
  close(): Promise<void>
}

/** Listens, and joins the swarms of the users it is told to follow. Rejects if the port cannot be had. */
export async function openSwarms(options: SwarmsOptions): Promise<Swarms> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.bind, port: options.port }, resolve)
  })
  return new SwarmHub(options, server)
}

class SwarmHub implements Swarms, ConnectionHub, SwarmContext {
  readonly peerId = concatBytes(utf8Encode(PEER_ID_PREFIX), randomBytes(12))
  readonly posts: Posts
  readonly nameView: NameView
  readonly maxHistory: number
  readonly #options: SwarmsOptions
  readonly #server: Server
  readonly #swarms = new Map<Username, Swarm>()
  readonly #byInfohash = new Map<string, Swarm>()
  readonly #connections = new Set<Connection>()
  /** Outgoing connections belong to a swarm from the start; incoming ones once they are welcome. */
  readonly #swarmOf = new Map<Connection, Swarm>()
  readonly #bans = new Bans()
  readonly #inbox: PieceInbox
  readonly #announcer: Announcer | undefined
  readonly #postListeners = new Set<PostListener>()
  readonly #rejected = new Map<string, number>()
  readonly #tickTimer: NodeJS.Timeout
  #closing: Promise<void> | undefined

  constructor(options: SwarmsOptions, server: Server) {
    this.#options = options
    this.#server = server
    this.posts = options.posts
    this.nameView = options.nameView
    this.maxHistory = options.maxHistory ?? DEFAULT_MAX_HISTORY
    this.#inbox = new PieceInbox({
      ...options,
      ready: options.ready ?? (() => Promise.resolve()),
      onStored: (swarm, k, piece) => this.#onStored(swarm, k, piece),
      onReady: () => {
        for (const swarm of this.#swarms.values()) swarm.resume()
      },
    })
    const { dht } = options
    if (dht !== undefined) {
      const onPeer = (username: Username, peer: Endpoint) => this.#onPeer(username, peer)
      this.#announcer = new Announcer({ dht, port: this.port, isLoopback: isLoopback(options.bind), onPeer })
    }
    server.on('connection', (socket) => this.#onConnection(socket))
    server.on('error', (error) => options.log.warn({ error: error.message }, 'swarm listener'))
    this.#tickTimer = setInterval(() => this.#tick(), TICK_MS)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port
  }

  get listenPort(): number {
    return this.port
  }

  follow(username: Username): void {
    if (this.#swarms.has(username) || this.#closing !== undefined) return
    const swarm = new Swarm(username, this)
    this.#swarms.set(username, swarm)
    this.#byInfohash.set(bytesToHex(swarm.infoHash), swarm)
    this.#announcer?.add(username)
    setImmediate(() => this.#tickOne(swarm))
  }

  /** Leaves the swarm; what is stored stays. */
  unfollow(username: Username): void {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined) return
    this.#swarms.delete(username)
    this.#byInfohash.delete(bytesToHex(swarm.infoHash))
    this.#announcer?.remove(username)
    for (const [connection, of] of [...this.#swarmOf]) if (of === swarm) connection.drop('unfollowed')
  }

  addPiece(username: Username, k: number, piece: Uint8Array, source: 'local' | 'dht'): Verdict {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined) return ignore('not-followed', username)
    if (swarm.held.has(k)) return ignore('held')
    const verdict = swarm.judge(k, piece)
    if (verdict.kind !== 'accept') return verdict
    swarm.held.add(k)
    this.#inbox.add(swarm, k, piece, source)
    return verdict
  }

  tellKnown(username: Username, k: number): void {
    this.#swarms.get(username)?.told(k)
  }

  state(username: Username): SwarmState | undefined {
    return this.#swarms.get(username)?.state
  }

  onPost(listener: PostListener): () => void {
    this.#postListeners.add(listener)
    return () => void this.#postListeners.delete(listener)
  }

  peerCount(): number {
    return [...this.#swarms.values()].reduce((sum, swarm) => sum + swarm.connections.length, 0)
  }

  rejected(): ReadonlyMap<string, number> {
    return this.#rejected
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      clearInterval(this.#tickTimer)
      this.#announcer?.close()
      this.#inbox.close()
      for (const connection of [...this.#connections]) connection.drop('closing')
      this.#server.close(() => resolve())
    })
    return this.#closing
  }

  // ---- what swarms ask for ----

  isHeld(): boolean {
    return this.#inbox.isHeld
  }

  accept(swarm: Swarm, k: number, piece: Uint8Array): void {
    this.#inbox.add(swarm, k, piece, 'swarm')
  }

  refuse(code: string, piece: Uint8Array, from: Endpoint, score: number): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1)
    this.#bans.add(from, score)
    this.#options.log.warn({ code, peer: `${from.host}:${from.port}`, score }, 'piece refused')
    this.#options.onReject?.(code, piece, from)
  }

  isDialing(endpoint: Endpoint, infoHash: Uint8Array): boolean {
    for (const [connection, swarm] of this.#swarmOf) {
      const { remote } = connection
      if (swarm.infoHash === infoHash && remote.host === endpoint.host && remote.port === endpoint.port) return true
    }
    return false
  }

  dial(swarm: Swarm, endpoint: Endpoint): void {
    const { bind, allowAddress } = this.#options
    const { host, port } = endpoint
    const isOurselves = port === this.port && host === bind
    if (isOurselves || !allowAddress(host) || this.#bans.isBanned(endpoint)) {
      swarm.book.avoid(endpoint)
      return
    }
    if (this.#connections.size >= MAX_CONNECTIONS) return
    const localAddress = isLoopback(bind) ? bind : undefined
    const socket = connect({ host, port, localAddress })
    const connection = new Connection(socket, this, endpoint, true)
    this.#connections.add(connection)
    this.#swarmOf.set(connection, swarm)
    socket.once('connect', () => connection.greet(swarm.infoHash))
  }

  // ---- what connections ask for ----

  welcome(connection: Connection, infoHash: Target, peerId: string): ConnectionHandler | string {
    const swarm = this.#byInfohash.get(bytesToHex(infoHash))
    const dialled = this.#swarmOf.get(connection)
    if (this.#options.isChainFresh?.() === false) return 'paused'
    // "Unknown infohash | connection closed" (spec 4.3).
    if (swarm === undefined) return 'unknown-swarm'
    if (dialled !== undefined && dialled !== swarm) return 'wrong-infohash'
    if (peerId === bytesToHex(this.peerId)) return 'self'
    if (swarm.isFull) return 'swarm-full'
    const { host } = connection.remote
    const neighbours = swarm.connections.filter((other) => other.remote.host === host)
    if (!isLoopback(host) && neighbours.length >= MAX_CONNECTIONS_PER_IP_AND_SWARM) return 'too-many-of-ip'
    const twin = swarm.connections.find((other) => other.peerId === peerId)
    if (twin !== undefined && !this.#isBetter(connection, twin)) {
      twin.listenEndpoint ??= connection.listenEndpoint
      return 'duplicate'
    }
    twin?.drop('duplicate')
    this.#swarmOf.set(connection, swarm)
    return swarm
  }

  located(connection: Connection, endpoint: Endpoint): boolean {
    const swarm = this.#swarmOf.get(connection)
    if (this.#bans.isBanned(endpoint)) return false
    swarm?.book.add(endpoint, 'incoming')
    swarm?.book.succeeded(endpoint)
    return true
  }

  onDhtPort(endpoint: Endpoint): void {
    if (endpoint.port > 0) this.#options.dht?.addContact(endpoint.host, endpoint.port)
  }

  ended(connection: Connection, reason: string): void {
    const swarm = this.#swarmOf.get(connection)
    this.#connections.delete(connection)
    this.#swarmOf.delete(connection)
    const { remote, isOutgoing } = connection
    const wasGood = connection.hasJoined && reason !== 'request-timeout'
    this.#options.log.debug({ peer: `${remote.host}:${remote.port}`, user: swarm?.username, reason }, 'swarm peer gone')
    if (swarm === undefined || !isOutgoing) return
    if (reason === 'self') swarm.book.avoid(remote)
    else swarm.book.ended(remote, performance.now(), wasGood)
    if (!wasGood && swarm.connections.length === 0) swarm.failed(reason)
  }

  // Both sides dialled at once: both keep the connection of the side with the greater id.
  #isBetter(connection: Connection, twin: Connection): boolean {
    if (connection.isOutgoing === twin.isOutgoing) return false
    if (connection.openedAtMs - twin.openedAtMs > SIMULTANEOUS_MS) return false
    const isOursGreater = bytesToHex(this.peerId) > connection.peerId
    return connection.isOutgoing === isOursGreater
  }

  #onConnection(socket: Socket): void {
    const host = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const remote: Endpoint = { host, port: socket.remotePort ?? 0 }
    const unknown = [...this.#connections].filter((connection) => !this.#swarmOf.has(connection))
    const isCrowded =
      this.#connections.size >= MAX_CONNECTIONS ||
      unknown.length >= MAX_UNKNOWN_CONNECTIONS ||
      (!isLoopback(host) &&
        unknown.filter((connection) => connection.remote.host === host).length >= MAX_UNKNOWN_CONNECTIONS_PER_IP)
    if (isCrowded || !this.#options.allowAddress(host) || this.#bans.isBanned(remote)) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    this.#connections.add(new Connection(socket, this, remote, false))
  }

  #onStored(swarm: Swarm, k: number, piece: Uint8Array): void {
    swarm.stored(k)
    for (const listener of this.#postListeners) listener(swarm.username, k, piece)
  }

  #onPeer(username: Username, peer: Endpoint): void {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined || !this.#options.allowAddress(peer.host)) return
    swarm.book.add(peer, 'dht')
    this.#tickOne(swarm)
  }

  #tick(): void {
    const nowMs = performance.now()
    if (this.#options.isChainFresh?.() === false) return
    this.#announcer?.tick(nowMs)
    for (const swarm of this.#swarms.values()) this.#tickOne(swarm)
  }

  #tickOne(swarm: Swarm): void {
    if (this.#closing !== undefined || this.#options.isChainFresh?.() === false) return
    for (const endpoint of this.#options.candidates?.() ?? []) {
      if (this.#options.allowAddress(endpoint.host)) swarm.book.add(endpoint, 'chain')
    }
    swarm.tick(performance.now())
  }
}
