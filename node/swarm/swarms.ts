import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Log } from '../log.ts'
import { bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import { ignore, type Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import { Announcer, type SwarmDht } from './announcer.ts'
import { ConnectionPool } from './connection-pool.ts'
import { DEFAULT_MAX_HISTORY, TICK_MS } from './limits.ts'
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
  /** Fetches the newest posts, so many of them; of all users the same unless said otherwise. */
  follow(username: Username, maxHistory?: number): void
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
  /** What was refused so far, by code: pieces, and streams that could not be read. */
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

class SwarmHub implements Swarms, SwarmContext {
  readonly posts: Posts
  readonly nameView: NameView
  readonly maxHistory: number
  readonly #options: SwarmsOptions
  readonly #server: Server
  readonly #pool: ConnectionPool
  readonly #inbox: PieceInbox
  readonly #announcer: Announcer | undefined
  readonly #swarms = new Map<Username, Swarm>()
  readonly #byInfohash = new Map<string, Swarm>()
  readonly #postListeners = new Set<PostListener>()
  readonly #rejected = new Map<string, number>()
  readonly #tickTimer: NodeJS.Timeout
  #closing: Promise<void> | undefined

  constructor(options: SwarmsOptions, server: Server) {
    const { dht, log, bind, allowAddress } = options
    this.#options = options
    this.#server = server
    this.posts = options.posts
    this.nameView = options.nameView
    this.maxHistory = options.maxHistory ?? DEFAULT_MAX_HISTORY
    this.#pool = new ConnectionPool({
      log,
      bind,
      allowAddress,
      listenPort: () => this.port,
      isPaused: () => this.#isPaused,
      swarmByInfohash: (infoHash) => this.#byInfohash.get(bytesToHex(infoHash)),
      onDhtPort: ({ host, port }) => dht?.addContact(host, port),
      onViolation: (code) => this.#countRefused(code),
    })
    this.#inbox = new PieceInbox({
      ...options,
      ready: options.ready ?? (() => Promise.resolve()),
      onStored: (swarm, k, piece) => this.#onStored(swarm, k, piece),
      onReady: () => {
        for (const swarm of this.#swarms.values()) swarm.resume()
      },
    })
    if (dht !== undefined) {
      const onPeer = (username: Username, peer: Endpoint) => this.#onPeer(username, peer)
      this.#announcer = new Announcer({ dht, port: this.port, isLoopback: isLoopback(bind), onPeer })
    }
    server.on('connection', (socket) => this.#pool.admit(socket))
    server.on('error', (error) => log.warn({ error: error.message }, 'swarm listener'))
    this.#tickTimer = setInterval(() => this.#tick(), TICK_MS)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port
  }

  get #isPaused(): boolean {
    return this.#closing !== undefined || this.#options.isChainFresh?.() === false
  }

  follow(username: Username, maxHistory = this.maxHistory): void {
    if (this.#swarms.has(username) || this.#closing !== undefined) return
    const swarm = new Swarm(username, this, maxHistory)
    this.#swarms.set(username, swarm)
    this.#byInfohash.set(bytesToHex(swarm.infoHash), swarm)
    this.#announcer?.add(username)
    setImmediate(() => {
      if (!this.#isPaused) this.#announcer?.tick(performance.now())
      this.#tickOne(swarm)
    })
  }

  /** Leaves the swarm; what is stored stays. */
  unfollow(username: Username): void {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined) return
    this.#swarms.delete(username)
    this.#byInfohash.delete(bytesToHex(swarm.infoHash))
    this.#announcer?.remove(username)
    this.#pool.leave(swarm)
    swarm.close()
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
      this.#pool.close()
      for (const swarm of this.#swarms.values()) swarm.close()
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
    this.#countRefused(code)
    this.#pool.bans.add(from, score)
    this.#options.onReject?.(code, piece, from)
  }

  dial(swarm: Swarm, endpoint: Endpoint): void {
    this.#pool.dial(swarm, endpoint)
  }

  dialsFor(connections: number): number {
    return this.#pool.dialsFor(connections)
  }

  #countRefused(code: string): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1)
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
    if (this.#isPaused) return
    const nowMs = performance.now()
    this.#announcer?.tick(nowMs)
    const candidates = this.#candidates()
    for (const swarm of this.#swarms.values()) {
      for (const endpoint of candidates) swarm.book.add(endpoint, 'chain')
      swarm.tick(nowMs)
    }
  }

  #tickOne(swarm: Swarm): void {
    if (this.#isPaused) return
    for (const endpoint of this.#candidates()) swarm.book.add(endpoint, 'chain')
    swarm.tick(performance.now())
  }

  #candidates(): Endpoint[] {
    return (this.#options.candidates?.() ?? []).filter(({ host }) => this.#options.allowAddress(host))
  }
}
