import { LRUCache } from 'lru-cache'
import { swarmInfohash, type Target } from '../protocol/dht-target.ts'
import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import { type NameView, postNumberLimit } from '../protocol/name-view.ts'
import { checkPiece } from '../protocol/rules/check-userpost.ts'
import type { Username } from '../protocol/username.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Connection, ConnectionHandler } from './connection.ts'
import {
  BAN_SCORE,
  ENOUGH_CONNECTIONS,
  MAX_CONNECTIONS_PER_SWARM,
  MAX_IGNORED_PIECES,
  MAX_TIMEOUTS,
  PEX_MAX_KEPT,
  PEX_MAX_SENT,
  POST_NUMBER_SLACK,
  RETRY_IGNORED_MS,
} from './limits.ts'
import { type Endpoint, endpointKey, PeerBook } from './peer-book.ts'
import { PieceRequests } from './piece-requests.ts'
import { PieceSet } from './piece-set.ts'
import { UnchokeSlots } from './unchoke-slots.ts'

/** What all swarms of a node share. */
export interface SwarmContext {
  readonly posts: Posts
  readonly nameView: NameView
  readonly maxHistory: number
  /** Requests are on hold: the store or the queue is behind. */
  isHeld(): boolean
  /** Puts a verified piece in line for the store; Swarm.stored follows. */
  accept(swarm: Swarm, k: number, piece: Uint8Array): void
  refuse(code: string, piece: Uint8Array, from: Endpoint, score: number): void
  dial(swarm: Swarm, endpoint: Endpoint): void
  isDialing(endpoint: Endpoint, infoHash: Uint8Array): boolean
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

interface Member {
  readonly connection: Connection
  readonly requests: PieceRequests
  /** Numbers this peer refused or delivered badly. */
  readonly skips: LRUCache<number, true>
}

/** One user's swarm: who is in it, who has what, and what to ask whom for. */
export class Swarm implements ConnectionHandler {
  readonly username: Username
  readonly infoHash: Target
  readonly book = new PeerBook()
  readonly held = new PieceSet()
  readonly #context: SwarmContext
  readonly #members = new Map<Connection, Member>()
  readonly #slots = new UnchokeSlots()
  readonly #seen = new PieceSet()
  /** Numbers asked for somewhere. */
  readonly #pending = new Set<number>()
  /** Numbers whose piece may not be judged yet, with the time to ask again. */
  readonly #postponed = new LRUCache<number, number>({ max: MAX_IGNORED_PIECES })
  #toldK = -1
  #limit: number
  #isStale = false
  #lastError: string | undefined

  constructor(username: Username, context: SwarmContext) {
    this.username = username
    this.infoHash = swarmInfohash(username)
    this.#context = context
    this.#limit = this.#postLimit()
    for (const k of context.posts.heldNumbers(username)) {
      this.held.add(k)
      this.#seen.add(k)
    }
  }

  get connections(): Connection[] {
    return [...this.#members.keys()]
  }

  get isFull(): boolean {
    return this.#members.size >= MAX_CONNECTIONS_PER_SWARM
  }

  get state(): SwarmState {
    const knownK = Math.max(this.#toldK, this.#seen.highest)
    return {
      knownK: knownK < 0 ? undefined : knownK,
      held: this.held.size,
      seen: this.#seen.size,
      peers: this.#members.size,
      lastError: this.#lastError,
    }
  }

  /** The DHT says that the user has written post k. */
  told(k: number): void {
    if (k <= this.#postLimit()) this.#toldK = Math.max(this.#toldK, k)
  }

  failed(error: string): void {
    this.#lastError = error
  }

  /** The handshake is done both ways. */
  join(connection: Connection): void {
    const member: Member = { connection, requests: new PieceRequests(), skips: new LRUCache({ max: 1_024 }) }
    this.#members.set(connection, member)
    this.#lastError = undefined
  }

  leave(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    this.#members.delete(connection)
    this.#slots.release(connection)
    this.#release(member.requests.clear())
  }

  /** "i may exceed known pieces" (spec 4.4, id 4). A new number is asked for at once. */
  onHave(connection: Connection, k: number): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    if (this.#see(member, k)) this.#pump(member)
    else connection.drop('too-many-posts')
  }

  /** "any length in bytes; bits beyond known … then grow; may be repeated" (spec 4.4, id 5). */
  onBitfield(connection: Connection, bits: Uint8Array): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    for (const k of PieceSet.fromBitfield(bits).descending()) {
      if (!this.#see(member, k)) {
        connection.drop('too-many-posts')
        return
      }
    }
    this.#pump(member)
  }

  /** Never sent by the reference, and not by us: there is no last post (spec 4.4, id 14). */
  onHaveAll(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    for (let k = Math.max(this.#toldK, this.#seen.highest); k >= 0; k--) this.#see(member, k)
    this.#pump(member)
  }

  onUnchoke(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    member.skips.clear()
    member.requests.rewind()
    this.#pump(member)
  }

  onAllowedFast(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member !== undefined && connection.isChoked) this.#pump(member)
  }

  /** BEP 6: with FAST a choke is followed by rejects; without, it takes everything back by itself. */
  onChoke(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member !== undefined && !connection.hasFast) this.#release(member.requests.clear())
  }

  onReject(connection: Connection, k: number): void {
    const member = this.#members.get(connection)
    if (member === undefined || !member.requests.refused(k)) return
    member.skips.set(k, true)
    this.#release([k])
  }

  onInterested(connection: Connection): void {
    this.#slots.want(connection)
  }

  onUninterested(connection: Connection): void {
    this.#slots.release(connection)
  }

  /** "Before upload: post re-validated with the current chain" (spec 4.5); what fails is rejected, not dropped. */
  pieceFor(connection: Connection, k: number): Uint8Array | undefined {
    this.#slots.used(connection)
    const piece = this.held.has(k) ? this.#context.posts.post(this.username, k) : undefined
    return piece !== undefined && this.#judge(k, piece).kind === 'accept' ? piece : undefined
  }

  /** "data = the post, 1…2048 bytes; length 0 = treated as reject; not requested => ignored" (spec 4.4, id 7). */
  onPiece(connection: Connection, k: number, piece: Uint8Array): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    if (piece.length === 0) {
      this.onReject(connection, k)
      return
    }
    if (!member.requests.arrived(k)) return
    this.#pending.delete(k)
    if (!this.held.has(k)) this.#receive(member, k, piece)
    if (!connection.isClosed) this.#pump(member)
  }

  onPeers(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints.slice(0, PEX_MAX_KEPT)) this.book.add(endpoint, 'pex')
  }

  /** Judges a piece that did not come from a peer of this swarm. */
  judge(k: number, piece: Uint8Array): Verdict {
    return this.#judge(k, piece)
  }

  /** The piece is on disk: "have(k) to all peers, also those that already have it" (spec 4.5). */
  stored(k: number): void {
    this.held.add(k)
    this.#seen.add(k)
    for (const connection of this.#members.keys()) connection.have(k)
  }

  /** Asks every peer for what it has and we lack; after a pause of requests. */
  resume(): void {
    for (const member of [...this.#members.values()]) this.#pump(member)
  }

  tick(nowMs: number): void {
    this.#slots.rotate(nowMs)
    this.#expireRequests(nowMs)
    this.#refreshLimit(nowMs)
    if (this.#isStale) {
      this.#isStale = false
      for (const member of this.#members.values()) member.requests.rewind()
      this.resume()
    }
    this.#dialSome(nowMs)
    this.#exchangePeers(nowMs)
  }

  #receive(member: Member, k: number, piece: Uint8Array): void {
    const verdict = this.#judge(k, piece)
    if (verdict.kind === 'accept') {
      this.held.add(k)
      this.#context.accept(this, k, piece)
      return
    }
    if (verdict.kind === 'ignore') {
      this.#postponed.set(k, performance.now() + RETRY_IGNORED_MS)
      return
    }
    // "Fail: piece reset; sender banned if it was the single source: always, since a piece has one block" (spec 4.5).
    this.#lastError = verdict.code
    member.skips.set(k, true)
    this.#isStale = true
    const { connection } = member
    this.#context.refuse(verdict.code, piece, connection.listenEndpoint ?? connection.remote, verdict.score)
    if (verdict.score >= BAN_SCORE) connection.drop(verdict.code)
  }

  #judge(k: number, piece: Uint8Array): Verdict {
    return checkPiece(piece, { username: this.username, k }, this.#context.nameView)
  }

  /** False if the number is out of all reason: "accepted iff validatePostNumberForUser, else disconnect". */
  #see(member: Member, k: number): boolean {
    if (k >= MAX_SWARM_PIECES || k > this.#limit + POST_NUMBER_SLACK) return false
    member.requests.saw(k)
    if (k <= this.#limit) this.#seen.add(k)
    return true
  }

  #pump(member: Member): void {
    const { connection, requests } = member
    if (this.#context.isHeld()) return
    const floor = Math.max(0, this.#seen.highest - this.#context.maxHistory + 1)
    const isWanted = (k: number) =>
      k <= this.#limit && !this.held.has(k) && !this.#pending.has(k) && !this.#postponed.has(k) && !member.skips.has(k)
    const first = requests.next(isWanted, floor)
    connection.setInterested(first !== undefined || requests.outstanding > 0)
    if (first === undefined) return
    if (connection.isChoked) {
      this.#askFast(member, isWanted)
      return
    }
    const nowMs = performance.now()
    for (let k: number | undefined = first; k !== undefined && requests.room > 0; k = requests.next(isWanted, floor)) {
      this.#ask(member, k, nowMs)
    }
  }

  /** "pieces below it may be requested while choked" (spec 4.4, id 17). */
  #askFast(member: Member, isWanted: (k: number) => boolean): void {
    const nowMs = performance.now()
    for (const k of member.connection.fastPieces) {
      if (member.requests.room > 0 && member.requests.has.has(k) && isWanted(k)) this.#ask(member, k, nowMs)
    }
  }

  #ask(member: Member, k: number, nowMs: number): void {
    this.#pending.add(k)
    member.requests.ask(k, nowMs)
    member.connection.request(k)
  }

  #release(numbers: readonly number[]): void {
    for (const k of numbers) this.#pending.delete(k)
    if (numbers.length > 0) this.#isStale = true
  }

  #expireRequests(nowMs: number): void {
    for (const { connection, requests } of [...this.#members.values()]) {
      this.#release(requests.expire(nowMs))
      if (requests.timeouts >= MAX_TIMEOUTS) connection.drop('request-timeout')
    }
  }

  #refreshLimit(nowMs: number): void {
    const limit = this.#postLimit()
    if (limit !== this.#limit) {
      this.#limit = limit
      this.#isStale = true
      for (const { requests } of this.#members.values()) {
        for (const k of requests.has.descending(limit)) {
          if (this.#seen.has(k)) break
          this.#seen.add(k)
        }
      }
    }
    for (const [k, retryAtMs] of this.#postponed) {
      if (retryAtMs > nowMs) continue
      this.#postponed.delete(k)
      this.#isStale = true
    }
  }

  #dialSome(nowMs: number): void {
    if (this.#members.size >= ENOUGH_CONNECTIONS) return
    const busy = new Set<string>()
    for (const connection of this.#members.keys()) {
      busy.add(endpointKey(connection.remote))
      if (connection.listenEndpoint !== undefined) busy.add(endpointKey(connection.listenEndpoint))
    }
    const isBusy = (key: string) => busy.has(key)
    for (const endpoint of this.book.due(nowMs, isBusy, ENOUGH_CONNECTIONS - this.#members.size)) {
      if (!this.#context.isDialing(endpoint, this.infoHash)) this.#context.dial(this, endpoint)
    }
  }

  #exchangePeers(nowMs: number): void {
    const endpoints = [...this.#members.keys()].flatMap((connection) => connection.listenEndpoint ?? [])
    for (const connection of this.#members.keys()) {
      const others = endpoints.filter((endpoint) => endpoint !== connection.listenEndpoint)
      connection.exchangePeers(others.slice(0, PEX_MAX_SENT), nowMs)
    }
  }

  #postLimit(): number {
    return Math.min(MAX_SWARM_PIECES - 1, postNumberLimit(this.#context.nameView, this.username) ?? -1)
  }
}
