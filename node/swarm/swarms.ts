import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Log } from '../log.ts'
import { bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { InnerUserpost } from '../protocol/userpost.ts'
import { ignore, type Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Source } from '../store/provenance.ts'
import { Announcer, type SwarmDht } from './announcer.ts'
import { Attention } from './attention.ts'
import { ConnectionPool } from './connection-pool.ts'
import { GapFiller, type PostFromDht } from './gap-filler.ts'
import { DEFAULT_MAX_HISTORY, PAUSE_GRACE_MS, TICK_MS } from './limits.ts'
import { type Endpoint, isLoopback } from './peer-book.ts'
import { PieceInbox } from './piece-inbox.ts'
import { type HeldNumbers, Swarm, type SwarmContext, type SwarmState } from './swarm.ts'

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
  /** Asked for posts that their author says exist and that no peer shows. */
  postFromDht?: PostFromDht
  /** A piece was refused: its code, its bytes and who sent it. */
  onReject?: (code: string, piece: Uint8Array, from: Endpoint) => void
}

type OtherSource = Exclude<Source, 'chain' | 'swarm'>
export type PostListener = (username: Username, k: number, piece: Uint8Array) => void

export interface Swarms {
  readonly port: number
  /** Fetches the newest posts, so many of them; of all users the same unless said otherwise. */
  follow(username: Username, maxHistory?: number): void
  unfollow(username: Username): void
  /** A piece from elsewhere (written here, found in the DHT, kept by the index): judged, stored, told to the swarm. */
  addPiece(username: Username, k: number, piece: Uint8Array, source: OtherSource): Verdict
  /** The DHT's status says that post k exists. */
  tellKnown(username: Username, k: number): void
  state(username: Username): SwarmState | undefined
  /** Which posts are held, from a number on, as far as so many runs say it. */
  heldNumbers(username: Username, from: number, runs: number): HeldNumbers | undefined
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
  readonly isLoopback: boolean
  readonly #options: SwarmsOptions
  readonly #server: Server
  readonly #pool: ConnectionPool
  readonly #inbox: PieceInbox
  readonly #announcer: Announcer | undefined
  readonly #gaps: GapFiller | undefined
  readonly #attention: Attention
  readonly #swarms = new Map<Username, Swarm>()
  readonly #byInfohash = new Map<string, Swarm>()
  readonly #postListeners = new Set<PostListener>()
  readonly #rejected = new Map<string, number>()
  readonly #tickTimer: NodeJS.Timeout
  #soon: NodeJS.Immediate | undefined
  /** Since when nothing may be done, in milliseconds. */
  #pausedSinceMs: number | undefined
  #closing: Promise<void> | undefined

  constructor(options: SwarmsOptions, server: Server) {
    const { dht, log, bind, allowAddress } = options
    this.#options = options
    this.#server = server
    this.posts = options.posts
    this.nameView = options.nameView
    this.maxHistory = options.maxHistory ?? DEFAULT_MAX_HISTORY
    this.isLoopback = isLoopback(bind)
    this.#pool = new ConnectionPool({
      log,
      bind,
      allowAddress,
      listenPort: () => this.port,
      isPaused: () => this.#isPaused,
      swarmByInfohash: (infoHash) => this.#byInfohash.get(bytesToHex(infoHash)),
      onDhtPort: ({ host, port }) => dht?.addContact(host, port),
      onViolation: (code) => this.#countRefused(code),
      onRoom: () => {
        if (!this.#isPaused) this.#attention.goOn(performance.now())
      },
    })
    this.#inbox = new PieceInbox({
      ...options,
      ready: options.ready ?? (() => Promise.resolve()),
      onStored: ({ username }, k, piece) => {
        for (const listener of this.#postListeners) listener(username, k, piece)
      },
      onReady: () => {
        for (const swarm of this.#swarms.values()) swarm.resume()
      },
    })
    if (dht !== undefined) {
      const onPeer = (username: Username, peer: Endpoint) => this.#onPeer(username, peer)
      const { isLoopback, port } = this
      this.#announcer = new Announcer({ dht, port, isLoopback, isPaused: () => this.#isPaused, onPeer })
    }
    this.#gaps = options.postFromDht && new GapFiller(options.postFromDht)
    this.#attention = new Attention({ pool: this.#pool, gaps: this.#gaps, candidates: () => this.#candidates() })
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
    this.#attention.add(swarm)
    this.#announcer?.add(swarm)
    // With those who are followed in the same turn, so that who wrote last comes first.
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.#tick()
    })
  }

  /** Leaves the swarm; what is stored stays. */
  unfollow(username: Username): void {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined) return
    this.#swarms.delete(username)
    this.#byInfohash.delete(bytesToHex(swarm.infoHash))
    this.#attention.remove(swarm)
    this.#announcer?.remove(username)
    this.#pool.leave(swarm)
    swarm.close()
  }

  addPiece(username: Username, k: number, piece: Uint8Array, source: OtherSource): Verdict {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined) return ignore('not-followed', username)
    return swarm.take(k, piece, source)
  }

  tellKnown(username: Username, k: number): void {
    this.#swarms.get(username)?.told(k)
  }

  state(username: Username): SwarmState | undefined {
    return this.#swarms.get(username)?.state
  }

  heldNumbers(username: Username, from: number, runs: number): HeldNumbers | undefined {
    return this.#swarms.get(username)?.heldNumbers(from, runs)
  }

  onPost(listener: PostListener): () => void {
    this.#postListeners.add(listener)
    return () => void this.#postListeners.delete(listener)
  }

  peerCount(): number {
    return [...this.#swarms.values()].reduce((sum, swarm) => sum + swarm.size, 0)
  }

  rejected(): ReadonlyMap<string, number> {
    return this.#rejected
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      clearInterval(this.#tickTimer)
      clearImmediate(this.#soon)
      this.#announcer?.close()
      this.#gaps?.close()
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

  accept(swarm: Swarm, k: number, piece: Uint8Array, source: Source): void {
    this.#inbox.add(swarm, k, piece, source)
  }

  write<T>(change: () => T): T {
    return this.#options.write(change)
  }

  now(): number {
    return this.#options.clock.now()
  }

  retwisted(post: InnerUserpost): void {
    this.#swarms.get(post.userpost.n)?.quoted(post)
  }

  refuse(code: string, piece: Uint8Array, from: Endpoint, score: number): void {
    this.#countRefused(code)
    this.#pool.bans.add(from, score)
    this.#options.onReject?.(code, piece, from)
  }

  #countRefused(code: string): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1)
  }

  #onPeer(username: Username, peer: Endpoint): void {
    const swarm = this.#swarms.get(username)
    if (swarm === undefined || !this.#options.allowAddress(peer.host)) return
    swarm.book.add(peer, 'dht')
    if (!this.#isPaused) this.#attention.look(swarm, performance.now())
  }

  #tick(): void {
    const nowMs = performance.now()
    if (this.#isPaused) {
      this.#rest(nowMs)
      return
    }
    this.#pausedSinceMs = undefined
    this.#pool.tick()
    this.#announcer?.tick(nowMs)
    this.#attention.tick(nowMs)
  }

  /** Nothing is looked up, dialled or welcomed meanwhile; after a while those who are there have to go too. */
  #rest(nowMs: number): void {
    this.#pausedSinceMs ??= nowMs
    if (nowMs - this.#pausedSinceMs >= PAUSE_GRACE_MS) this.#pool.close('paused')
  }

  #candidates(): Endpoint[] {
    return (this.#options.candidates?.() ?? []).filter(({ host }) => this.#options.allowAddress(host))
  }
}
