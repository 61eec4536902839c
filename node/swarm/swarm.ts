import { swarmInfohash, type Target } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Connection } from './connection.ts'
import type { ConnectionHandler } from './connection-handler.ts'
import { Fetcher } from './fetcher.ts'
import { Holdings } from './holdings.ts'
import { MAX_BITFIELDS, MAX_CONNECTIONS_PER_SWARM, MAX_KNOWN_PEERS, PEX_MAX_KEPT, PEX_MAX_SENT } from './limits.ts'
import { type Member, newMember } from './member.ts'
import { type Endpoint, endpointKey, PeerBook } from './peer-book.ts'
import { PieceSet } from './piece-set.ts'
import { Seeder } from './seeder.ts'

/** What all swarms of a node share. */
export interface SwarmContext {
  readonly posts: Posts
  readonly nameView: NameView
  /** Requests are on hold: the store or the queue is behind. */
  isHeld(): boolean
  /** Puts a verified piece in line for the store; Swarm.stored follows. */
  accept(swarm: Swarm, k: number, piece: Uint8Array): void
  refuse(code: string, piece: Uint8Array, from: Endpoint, score: number): void
  dial(swarm: Swarm, endpoint: Endpoint): void
  /** How many more connections a swarm that has so many may open. */
  dialsFor(connections: number): number
}

export interface SwarmState {
  /** The highest number that anybody has shown. */
  knownK: number | undefined
  /** How many posts are stored. */
  held: number
  /** How many different numbers peers have shown, those held included. */
  seen: number
  peers: number
  lastError: string | undefined
}

/** One user's swarm: who is in it, what they have, and what we say to them. */
export class Swarm implements ConnectionHandler<Connection> {
  readonly username: Username
  readonly infoHash: Target
  readonly book = new PeerBook()
  readonly held = new PieceSet()
  readonly #context: SwarmContext
  readonly #members = new Map<Connection, Member>()
  readonly #fetcher: Fetcher
  readonly #seeder: Seeder
  readonly #holdings: Holdings
  /** Who brought a forgery to this swarm. */
  readonly #forgers = new Set<string>()
  #toldK = -1
  #lastError: string | undefined

  constructor(username: Username, context: SwarmContext, maxHistory: number) {
    const { posts, nameView } = context
    this.username = username
    this.infoHash = swarmInfohash(username)
    this.#context = context
    this.#fetcher = new Fetcher({
      username,
      nameView,
      held: this.held,
      maxHistory,
      isHeld: () => context.isHeld(),
      onPiece: (k, piece) => context.accept(this, k, piece),
      onRefused: (member, code, piece, score) => this.#refused(member, code, piece, score),
      members: () => this.#members.values(),
    })
    this.#seeder = new Seeder({ username, posts, nameView, held: this.held, fetcher: this.#fetcher })
    const judge = (k: number, piece: Uint8Array) => this.judge(k, piece)
    const onLost = (numbers: readonly number[]) => this.#fetcher.release(numbers)
    this.#holdings = new Holdings({
      username,
      posts,
      nameView,
      held: this.held,
      judge,
      onMoved: () => this.#forgive(),
      onLost,
    })
    for (const k of this.held.descending()) this.#fetcher.seen.add(k)
  }

  get connections(): Connection[] {
    return [...this.#members.keys()]
  }

  get isFull(): boolean {
    return this.#members.size >= MAX_CONNECTIONS_PER_SWARM
  }

  get state(): SwarmState {
    const { seen } = this.#fetcher
    const knownK = Math.max(this.#toldK, seen.highest)
    return {
      knownK: knownK < 0 ? undefined : knownK,
      held: this.held.size,
      seen: seen.size,
      peers: this.#members.size,
      lastError: this.#lastError,
    }
  }

  /** With nobody else to ask, also somebody banned for what he brought to other swarms is asked. */
  isLastResort(endpoint: Endpoint): boolean {
    return this.#members.size === 0 && !this.#forgers.has(endpointKey(endpoint))
  }

  /** The DHT says that the user has written post k. */
  told(k: number): void {
    if (k <= this.#fetcher.numberLimit()) this.#toldK = Math.max(this.#toldK, k)
  }

  failed(error: string): void {
    this.#lastError = error
  }

  judge(k: number, piece: Uint8Array): Verdict {
    return this.#fetcher.judge(k, piece)
  }

  /** The piece is on disk: "have(k) to all peers, also those that already have it" (spec 4.5). */
  stored(k: number): void {
    this.held.add(k)
    this.#fetcher.seen.add(k)
    for (const connection of this.#members.keys()) connection.have(k)
  }

  /** Asks every peer for what it has and we lack; after a pause of requests. */
  resume(): void {
    for (const member of [...this.#members.values()]) this.#fetcher.pump(member)
  }

  tick(nowMs: number): void {
    this.#seeder.slots.rotate(nowMs)
    this.#holdings.tick()
    this.#fetcher.tick(nowMs)
    for (const connection of this.connections) connection.dropIfSilent(nowMs)
    this.#dialSome(nowMs)
    this.#exchangePeers(nowMs)
  }

  close(): void {
    this.#fetcher.close()
  }

  // ---- what connections report ----

  join(connection: Connection): void {
    this.#members.set(connection, newMember(connection))
    this.#lastError = undefined
  }

  leave(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    this.#members.delete(connection)
    this.#seeder.slots.release(connection)
    this.#fetcher.release(member.requests.clear())
  }

  /** "i may exceed known pieces" (spec 4.4, id 4). A new number is asked for at once. */
  onHave(connection: Connection, k: number): void {
    const member = this.#members.get(connection)
    if (member !== undefined && k > member.requests.has.highest && this.#fetcher.see(member, k)) {
      this.#fetcher.askNow(member, k)
    }
    this.#sees(connection, [k])
  }

  /** "any length in bytes; bits beyond known … then grow; may be repeated" (spec 4.4, id 5). */
  onBitfield(connection: Connection, bits: Uint8Array): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    if (++member.bitfields > MAX_BITFIELDS) connection.drop('bitfield-flood')
    else this.#sees(connection, PieceSet.fromBitfield(bits).descending())
  }

  /** Never sent by the reference, and not by us: there is no last post (spec 4.4, id 14). */
  onHaveAll(connection: Connection): void {
    const known = Math.max(this.#toldK, this.#fetcher.seen.highest)
    this.#sees(
      connection,
      Array.from({ length: known + 1 }, (_, k) => k),
    )
  }

  /** "data = the post, 1…2048 bytes; length 0 = treated as reject" (spec 4.4, id 7). */
  onPiece(connection: Connection, k: number, piece: Uint8Array): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    if (piece.length === 0) this.onReject(connection, k)
    else this.#fetcher.received(member, k, piece)
    this.#fetcher.pump(member)
  }

  onUnchoke(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    member.refused.clear()
    member.requests.rewind()
    this.#fetcher.pump(member)
  }

  onAllowedFast(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member !== undefined && connection.isChoked) this.#fetcher.pump(member)
  }

  /** BEP 6: with FAST a choke is followed by rejects; without, it takes everything back by itself. */
  onChoke(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member !== undefined && !connection.hasFast) this.#fetcher.release(member.requests.clear())
  }

  onReject(connection: Connection, k: number): void {
    const member = this.#members.get(connection)
    if (member !== undefined) this.#fetcher.rejected(member, k)
  }

  onInterested(connection: Connection): void {
    this.#seeder.slots.want(connection)
  }

  onUninterested(connection: Connection): void {
    this.#seeder.slots.release(connection)
  }

  onPeers(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints.slice(0, PEX_MAX_KEPT)) this.book.add(endpoint, 'pex')
  }

  pieceFor(connection: Connection, k: number): Uint8Array | undefined {
    return this.#seeder.pieceFor(connection, k)
  }

  #sees(connection: Connection, numbers: Iterable<number>): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    for (const k of numbers) {
      if (this.#fetcher.see(member, k)) continue
      connection.drop('too-many-posts')
      return
    }
    this.#fetcher.pump(member)
  }

  #refused({ connection }: Member, code: string, piece: Uint8Array, score: number): void {
    const from = connection.listenEndpoint ?? connection.remote
    this.#lastError = code
    if (this.#forgers.size < MAX_KNOWN_PEERS) this.#forgers.add(endpointKey(from))
    this.#context.refuse(code, piece, from, score)
  }

  /** Another key counts: what was a forgery under the one before may be none. */
  #forgive(): void {
    this.#forgers.clear()
    for (const member of this.#members.values()) {
      member.isMarked = false
      member.spoilt.clear()
    }
    this.book.forgive()
    this.#fetcher.revise()
  }

  #dialSome(nowMs: number): void {
    const count = this.#context.dialsFor(this.#members.size)
    if (count <= 0) return
    const busy = new Set<string>()
    for (const { remote, listenEndpoint } of this.#members.keys()) {
      busy.add(endpointKey(remote))
      if (listenEndpoint !== undefined) busy.add(endpointKey(listenEndpoint))
    }
    for (const endpoint of this.book.due(nowMs, (key) => busy.has(key), count)) {
      this.book.dialling(endpoint)
      this.#context.dial(this, endpoint)
    }
  }

  #exchangePeers(nowMs: number): void {
    const endpoints = [...this.#members.keys()].flatMap((connection) => connection.listenEndpoint ?? [])
    for (const connection of this.#members.keys()) {
      const others = endpoints.filter((endpoint) => endpoint !== connection.listenEndpoint)
      connection.exchangePeers(others.slice(0, PEX_MAX_SENT), nowMs)
    }
  }
}
