import type { Target } from '../protocol/dht-target.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Connection } from './connection.ts'
import type { ConnectionHandler } from './connection-handler.ts'
import { Fetcher } from './fetcher.ts'
import { BAN_SCORE, MAX_BITFIELDS, MAX_SPOILT, PEX_MAX_KEPT, PEX_MAX_SENT, RETRY_IGNORED_MS } from './limits.ts'
import { type Member, newMember } from './member.ts'
import type { NumberWindow } from './number-window.ts'
import type { Endpoint } from './peer-book.ts'
import { PieceSet } from './piece-set.ts'
import { RivalProbe } from './rival-probe.ts'
import type { Seeder } from './seeder.ts'
import { isStillOfUse } from './usefulness.ts'

interface CompanyOptions {
  infoHash: Target
  numbers: NumberWindow
  seeder: Seeder
  /** Quicker, as nobody else is bothered. */
  isLoopback: boolean
  isHeld: () => boolean
  isEarly: (k: number) => boolean
  /** The highest number that is known from elsewhere. */
  highestTold: () => number
  /** Judges a piece, and keeps it if it is good. */
  take: (k: number, piece: Uint8Array) => Verdict
  onAsked: () => void
  onJoined: () => void
  /** A piece that its peer should not have had. */
  onRefused: (code: string, piece: Uint8Array, from: Endpoint, score: number) => void
  onPeers: (endpoints: readonly Endpoint[]) => void
  /** Nobody is left. */
  onEmpty: () => void
}

/** Those who are in one swarm with us: what they have, what they are asked for, and what they get. */
export class Company implements ConnectionHandler<Connection> {
  readonly infoHash: Target
  readonly held: PieceSet
  readonly #options: CompanyOptions
  readonly #members = new Map<Connection, Member>()
  readonly #fetcher: Fetcher
  readonly #probe: RivalProbe

  constructor(options: CompanyOptions) {
    const { infoHash, numbers, isLoopback } = options
    const members = () => this.#members.values()
    this.infoHash = infoHash
    this.held = numbers.held
    this.#options = options
    this.#fetcher = new Fetcher({ ...options, members })
    const ask = (member: Member, k: number) => this.#fetcher.probe(member, k)
    this.#probe = new RivalProbe({ held: numbers.held, isLoopback, members, ask })
  }

  get connections(): Connection[] {
    return [...this.#members.keys()]
  }

  /** Nothing is expected of it. */
  isIdle(connection: Connection): boolean {
    return this.#members.get(connection)?.requests.outstanding === 0
  }

  get size(): number {
    return this.#members.size
  }

  /** Somebody has the post, and has not refused it. */
  isShown(k: number): boolean {
    for (const { requests, refused, spoilt, postponed } of this.#members.values()) {
      if (requests.has.has(k) && !refused.has(k) && !spoilt.has(k) && !postponed.has(k)) return true
    }
    return false
  }

  /** "have(k) to all peers, also those that already have it" (spec 4.5). */
  have(k: number): void {
    for (const connection of this.#members.keys()) connection.have(k)
  }

  /** More than one valid post has this number. */
  isSplit(k: number): void {
    this.#probe.found(k)
  }

  /** Numbers that are wanted again. */
  revise(): void {
    this.#fetcher.revise()
  }

  /** Asks every peer for what it has and we lack; after a pause of requests. */
  resume(): void {
    for (const member of [...this.#members.values()]) this.#fetcher.pump(member)
  }

  tick(nowMs: number): void {
    this.#options.seeder.slots.rotate(nowMs)
    this.#fetcher.tick(nowMs)
    for (const member of [...this.#members.values()]) {
      if (member.isMarked && !this.#isStillOfUse(member)) member.connection.drop('forger')
      member.connection.dropIfSilent(nowMs)
    }
    this.#exchangePeers(nowMs)
  }

  /** Asks somebody for a post that is held from somebody else; true if that was possible. */
  probe(nowMs: number): boolean {
    return this.#members.size > 0 && !this.#options.isHeld() && this.#probe.tick(nowMs)
  }

  /** Another key counts: what was a forgery under the one before may be none. */
  forgive(): void {
    for (const member of this.#members.values()) {
      member.isMarked = false
      member.spoilt.clear()
    }
    this.#fetcher.revise()
  }

  close(): void {
    this.#fetcher.close()
  }

  // ---- what connections report ----

  join(connection: Connection): void {
    this.#members.set(connection, newMember(connection))
    this.#options.onJoined()
  }

  leave(connection: Connection): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    this.#members.delete(connection)
    this.#options.seeder.slots.leave(connection)
    this.#fetcher.release(member.requests.clear())
    if (!member.requests.hasDelivered) this.#forgetClaims(member)
    if (this.#members.size === 0) this.#options.onEmpty()
  }

  /** "i may exceed known pieces" (spec 4.4, id 4). A new number is asked for at once. */
  onHave(connection: Connection, k: number): void {
    const member = this.#members.get(connection)
    if (member === undefined) return
    // "Also those that already have it" are told: most of what comes is no news.
    if (member.requests.has.has(k) && !member.refused.delete(k)) return
    if (k > member.requests.has.highest && this.#fetcher.see(member, k)) this.#fetcher.askNow(member, k)
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
    const known = Math.max(this.#options.highestTold(), this.#options.numbers.seen.highest)
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
    else if (this.#fetcher.arrived(member, k)) this.#received(member, k, piece)
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
    this.#options.seeder.slots.want(connection)
  }

  onUninterested(connection: Connection): void {
    this.#options.seeder.slots.rest(connection)
  }

  onPeers(endpoints: readonly Endpoint[]): void {
    this.#options.onPeers(endpoints.slice(0, PEX_MAX_KEPT))
  }

  pieceFor(connection: Connection, k: number): Uint8Array | undefined {
    return this.#options.seeder.pieceFor(connection, k)
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

  #received(member: Member, k: number, piece: Uint8Array): void {
    member.compared.add(k)
    const verdict = this.#options.take(k, piece)
    if (verdict.kind === 'reject') this.#refused(member, k, verdict.code, piece, verdict.score)
    // Others may have another piece under the number, which can be judged now.
    else if (verdict.kind === 'ignore' && !this.held.has(k)) this.#fetcher.postpone(member, k, RETRY_IGNORED_MS)
  }

  /** "Fail: piece reset; sender banned if it was the single source: always, since a piece has one block" (spec 4.5). */
  #refused(member: Member, k: number, code: string, piece: Uint8Array, score: number): void {
    const { connection, spoilt } = member
    spoilt.add(k)
    this.#fetcher.revise()
    member.isMarked ||= score >= BAN_SCORE
    this.#options.onRefused(code, piece, connection.listenEndpoint ?? connection.remote, score)
    if (spoilt.size > MAX_SPOILT || !this.#isStillOfUse(member)) connection.drop(code)
  }

  #isStillOfUse(member: Member): boolean {
    return isStillOfUse(member, this.#members.values(), this.#options.numbers)
  }

  /** What only somebody has shown who never delivered anything is not known to exist. */
  #forgetClaims({ requests }: Member): void {
    const { numbers } = this.#options
    const others = [...this.#members.values()].map((member) => member.requests.has)
    for (const k of [...requests.has.descending(numbers.limit)]) {
      if (!numbers.held.has(k) && !others.some((has) => has.has(k))) numbers.seen.delete(k)
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
