import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import { type NameView, postNumberLimit } from '../protocol/name-view.ts'
import { checkPiece } from '../protocol/rules/check-userpost.ts'
import type { Username } from '../protocol/username.ts'
import type { Verdict } from '../protocol/verdict.ts'
import {
  BAN_SCORE,
  MAX_IGNORED_PIECES,
  MAX_OUTSTANDING,
  MAX_SPOILT,
  MAX_TIMEOUTS,
  POST_NUMBER_SLACK,
  RETRY_IGNORED_MS,
  RETRY_REFUSED_MS,
  RETRY_UNANSWERED_MS,
  REVISE_MS,
} from './limits.ts'
import type { Member } from './member.ts'
import { PieceSet } from './piece-set.ts'

interface FetcherOptions {
  username: Username
  nameView: NameView
  /** Numbers that are stored or about to be. */
  held: PieceSet
  maxHistory: number
  /** Requests are on hold: the store or the queue is behind. */
  isHeld: () => boolean
  /** A verified piece. */
  onPiece: (k: number, piece: Uint8Array) => void
  onRefused: (member: Member, code: string, piece: Uint8Array, score: number) => void
  members: () => Iterable<Member>
}

/** Decides which post to ask whom for: newest first, each from one peer at a time, and judges what comes. */
export class Fetcher {
  readonly #options: FetcherOptions
  /** All numbers that peers have shown, as far as the chain allows them. */
  readonly seen = new PieceSet()
  /** Numbers asked for somewhere. */
  readonly #pending = new Set<number>()
  #limit: number
  #reviseTimer: NodeJS.Timeout | undefined
  #forgivenAtMs = performance.now()

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#limit = this.numberLimit()
  }

  /** "k <= 2·(best − h) + 20" (spec 1.5); -1 while the name is not registered. */
  numberLimit(): number {
    const { nameView, username } = this.#options
    return Math.min(MAX_SWARM_PIECES - 1, postNumberLimit(nameView, username) ?? -1)
  }

  judge(k: number, piece: Uint8Array): Verdict {
    const { username, nameView } = this.#options
    return checkPiece(piece, { username, k }, nameView)
  }

  /** False if the number is out of all reason: "accepted iff validatePostNumberForUser, else disconnect" (spec 4.4). */
  see(member: Member, k: number): boolean {
    if (k >= MAX_SWARM_PIECES || k > this.#limit + POST_NUMBER_SLACK) return false
    member.requests.saw(k)
    if (k <= this.#limit) this.seen.add(k)
    return true
  }

  /** Asks a peer for as much as it may be asked for. */
  pump(member: Member): void {
    const { connection, requests } = member
    const { isHeld } = this.#options
    if (connection.isClosed || isHeld()) return
    const floor = this.#floor
    const isWanted = (k: number) => this.#isWanted(member, k)
    const first = requests.next(isWanted, floor)
    connection.setInterested(first !== undefined || requests.outstanding > 0)
    if (first === undefined) return
    const nowMs = performance.now()
    if (connection.isChoked) {
      // "pieces below it may be requested while choked" (spec 4.4, id 17).
      for (const k of connection.fastPieces) {
        if (requests.room > 0 && requests.has.has(k) && k >= floor && isWanted(k)) this.#ask(member, k, nowMs)
      }
      return
    }
    for (let k: number | undefined = first; k !== undefined && requests.room > 0; k = requests.next(isWanted, floor)) {
      this.#ask(member, k, nowMs)
    }
  }

  /** A new post is asked for at once, also from a peer that owes us as many as it may: it may never answer those. */
  askNow(member: Member, k: number): void {
    const { connection, requests } = member
    if (connection.isClosed || connection.isChoked || this.#options.isHeld()) return
    if (k < this.#floor || requests.outstanding >= MAX_OUTSTANDING || !this.#isWanted(member, k)) return
    connection.setInterested(true)
    this.#ask(member, k, performance.now())
  }

  /** Numbers that somebody will not deliver are free to be asked for elsewhere. */
  release(numbers: readonly number[]): void {
    for (const k of numbers) this.#pending.delete(k)
    if (numbers.length > 0) this.revise()
  }

  /** "not requested ⇒ counted redundant and ignored" (spec 4.4, id 7). */
  received(member: Member, k: number, piece: Uint8Array): void {
    const { held, onPiece, onRefused } = this.#options
    if (!member.requests.arrived(k)) return
    this.#pending.delete(k)
    if (held.has(k)) return
    const verdict = this.judge(k, piece)
    if (verdict.kind === 'accept') {
      held.add(k)
      onPiece(k, piece)
    } else if (verdict.kind === 'ignore') this.#postpone(member, k)
    else {
      // "Fail: piece reset; sender banned if it was the single source: always, since a piece has one block" (spec 4.5).
      member.spoilt.add(k)
      this.revise()
      onRefused(member, verdict.code, piece, verdict.score)
      member.isMarked ||= verdict.score >= BAN_SCORE
      if (member.spoilt.size > MAX_SPOILT || !this.#isStillOfUse(member)) member.connection.drop(verdict.code)
    }
  }

  /** The peer will not give it, for now. */
  rejected(member: Member, k: number): void {
    if (!member.requests.refused(k)) return
    member.refused.add(k)
    this.release([k])
  }

  /** Looks at everything that every peer has once more; soon, because the reasons come in crowds. */
  revise(): void {
    this.#reviseTimer ??= setTimeout(() => {
      this.#reviseTimer = undefined
      for (const member of [...this.#options.members()]) {
        member.requests.rewind()
        this.pump(member)
      }
    }, REVISE_MS)
  }

  tick(nowMs: number): void {
    this.#forgive(nowMs)
    for (const member of [...this.#options.members()]) {
      const { connection, requests, postponed } = member
      if (!this.#isStillOfUse(member)) connection.drop('forger')
      const expired = requests.expire(nowMs)
      // "Failing piece is dropped silently (no reject!)" (spec 4.5): asked for elsewhere first.
      for (const k of expired) if (postponed.size < MAX_IGNORED_PIECES) postponed.set(k, nowMs + RETRY_UNANSWERED_MS)
      this.release(expired)
      for (const [k, retryAtMs] of postponed) {
        if (retryAtMs > nowMs) continue
        postponed.delete(k)
        this.revise()
      }
      if (requests.timeouts >= MAX_TIMEOUTS) connection.drop('request-timeout')
    }
    const limit = this.numberLimit()
    if (limit !== this.#limit) this.#moveLimit(limit)
  }

  close(): void {
    clearTimeout(this.#reviseTimer)
  }

  get #floor(): number {
    return Math.max(0, this.seen.highest - this.#options.maxHistory + 1)
  }

  #isWanted({ refused, spoilt, postponed }: Member, k: number): boolean {
    const isFree = !this.#options.held.has(k) && !this.#pending.has(k)
    return isFree && k <= this.#limit && !refused.has(k) && !spoilt.has(k) && !postponed.has(k)
  }

  /** Who brought a forgery stays only for what nobody else has: good posts must not be lost because of its bad ones. */
  #isStillOfUse(member: Member): boolean {
    if (!member.isMarked) return true
    const { held } = this.#options
    const { requests, refused, spoilt, postponed } = member
    const honest = [...this.#options.members()].filter(({ isMarked }) => !isMarked)
    for (const k of requests.has.descending(this.#limit)) {
      if (k < this.#floor) return false
      const isUseless = held.has(k) || spoilt.has(k) || refused.has(k) || postponed.has(k)
      if (!isUseless && !honest.some((other) => other.requests.has.has(k) && !other.spoilt.has(k))) return true
    }
    return false
  }

  /** Others may have another piece under the number, which can be judged now. */
  #postpone({ postponed, spoilt }: Member, k: number): void {
    if (postponed.size < MAX_IGNORED_PIECES) postponed.set(k, performance.now() + RETRY_IGNORED_MS)
    else spoilt.add(k)
    this.revise()
  }

  /** What a peer refused once it may have later. */
  #forgive(nowMs: number): void {
    if (nowMs - this.#forgivenAtMs < RETRY_REFUSED_MS) return
    this.#forgivenAtMs = nowMs
    for (const { refused } of this.#options.members()) {
      if (refused.size > 0) this.revise()
      refused.clear()
    }
  }

  #ask(member: Member, k: number, nowMs: number): void {
    this.#pending.add(k)
    member.requests.ask(k, nowMs)
    member.connection.request(k)
  }

  /** The chain has moved: numbers that peers showed before may count now. */
  #moveLimit(limit: number): void {
    this.#limit = limit
    for (const { requests, postponed } of this.#options.members()) {
      postponed.clear()
      for (const k of requests.has.descending(limit)) {
        if (this.seen.has(k)) break
        this.seen.add(k)
      }
    }
    this.revise()
  }
}
