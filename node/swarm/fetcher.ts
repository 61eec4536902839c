import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import {
  HEDGE_MS,
  MAX_IGNORED_PIECES,
  MAX_OUTSTANDING,
  MAX_TIMEOUTS,
  POST_NUMBER_SLACK,
  RETRY_REFUSED_MS,
  RETRY_UNANSWERED_MS,
  REVISE_MS,
} from './limits.ts'
import type { Member } from './member.ts'
import type { NumberWindow } from './number-window.ts'
import { Pending } from './pending.ts'

interface FetcherOptions {
  numbers: NumberWindow
  /** Requests are on hold: the store or the queue is behind. */
  isHeld: () => boolean
  /** What is kept until the chain admits it is not asked for again. */
  isEarly: (k: number) => boolean
  members: () => Iterable<Member>
  onAsked: () => void
}

/** Decides which post to ask whom for: newest first, each from one peer at a time, from two if the first is slow. */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #pending = new Pending()
  #limit: number
  #reviseTimer: NodeJS.Timeout | undefined
  #forgivenAtMs = performance.now()

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#limit = options.numbers.limit
  }

  /** False if the number is out of all reason: "accepted iff validatePostNumberForUser, else disconnect" (spec 4.4). */
  see(member: Member, k: number): boolean {
    if (k >= MAX_SWARM_PIECES || k > this.#limit + POST_NUMBER_SLACK) return false
    member.requests.saw(k)
    if (k <= this.#limit) this.#options.numbers.seen.add(k)
    return true
  }

  isAsked(k: number): boolean {
    return this.#pending.has(k)
  }

  /** Asks a peer for as much as it may be asked for. */
  pump(member: Member): void {
    const { connection, requests } = member
    const { isHeld, numbers } = this.#options
    if (connection.isClosed || isHeld()) return
    const floor = numbers.floor(this.#pending.size)
    const isWanted = (k: number) => this.#isWanted(member, k)
    const first = requests.next(isWanted, floor)
    if (member.probe !== undefined && !connection.isChoked) this.probe(member, member.probe)
    connection.setInterested(first !== undefined || requests.outstanding > 0 || member.probe !== undefined)
    if (first === undefined) return
    const nowMs = performance.now()
    if (connection.isChoked) {
      // "pieces below it may be requested while choked" (spec 4.4, id 17).
      for (const k of connection.fastPieces) {
        if (requests.room > 0 && requests.has.has(k) && k >= floor && isWanted(k)) this.#ask(member, k, nowMs)
      }
      return
    }
    for (let k: number | undefined = first; k !== undefined && requests.room > 0; k = this.#next(member, isWanted)) {
      this.#ask(member, k, nowMs)
    }
  }

  /** A new post is asked for at once, also from a peer that owes us as many as it may: it may never answer those. */
  askNow(member: Member, k: number): void {
    const { connection, requests } = member
    if (connection.isClosed || connection.isChoked || this.#options.isHeld()) return
    if (k < this.#options.numbers.floor() || requests.outstanding >= MAX_OUTSTANDING || !this.#isWanted(member, k))
      return
    connection.setInterested(true)
    this.#ask(member, k, performance.now())
  }

  /**
   * Asks for a post that is held already, to see whether the peer has another one: now, or when it unchokes us, for which
   * it has to hear that we are interested.
   */
  probe(member: Member, k: number): boolean {
    const { connection, requests } = member
    if (connection.isClosed || requests.room <= 0 || requests.isAsked(k)) return false
    connection.setInterested(true)
    member.probe = connection.isChoked && !connection.fastPieces.includes(k) ? k : undefined
    if (member.probe !== undefined) return true
    requests.ask(k, performance.now())
    connection.request(k)
    return true
  }

  /** Numbers that somebody will not deliver are free to be asked for elsewhere. */
  release(numbers: readonly number[]): void {
    for (const k of numbers) this.#pending.release(k)
    if (numbers.length > 0) this.revise()
  }

  /** False if it was not asked for: "not requested ⇒ counted redundant and ignored" (spec 4.4, id 7). */
  arrived(member: Member, k: number): boolean {
    if (!member.requests.arrived(k)) return false
    this.#pending.release(k)
    return true
  }

  /** The peer will not give it, for now. */
  rejected(member: Member, k: number): void {
    if (!member.requests.refused(k)) return
    member.refused.add(k)
    this.release([k])
  }

  /** The number is asked of this peer again when the time has come. */
  postpone({ postponed, spoilt }: Member, k: number, pauseMs: number): void {
    if (postponed.size < MAX_IGNORED_PIECES) postponed.set(k, performance.now() + pauseMs)
    else spoilt.add(k)
    this.revise()
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
    for (const member of [...this.#options.members()]) this.#tickMember(member, nowMs)
    const { limit } = this.#options.numbers
    if (limit !== this.#limit) this.#moveLimit(limit)
  }

  close(): void {
    clearTimeout(this.#reviseTimer)
  }

  #tickMember(member: Member, nowMs: number): void {
    const { requests, postponed } = member
    // "Failing piece is dropped silently (no reject!)" (spec 4.5): asked for elsewhere first.
    const expired = requests.expire(nowMs)
    for (const k of expired) if (postponed.size < MAX_IGNORED_PIECES) postponed.set(k, nowMs + RETRY_UNANSWERED_MS)
    this.release(expired)
    // Who lets us wait may never answer: others are asked too.
    for (const k of requests.olderThan(nowMs - HEDGE_MS)) if (this.#pending.isSlow(k)) this.revise()
    for (const [k, retryAtMs] of postponed) {
      if (retryAtMs > nowMs) continue
      postponed.delete(k)
      this.revise()
    }
    if (requests.timeouts >= MAX_TIMEOUTS) member.connection.drop('request-timeout')
  }

  #next({ requests }: Member, isWanted: (k: number) => boolean): number | undefined {
    return requests.next(isWanted, this.#options.numbers.floor(this.#pending.size))
  }

  #isWanted({ requests, refused, spoilt, postponed }: Member, k: number): boolean {
    const { numbers, isEarly } = this.#options
    const isFree = !numbers.held.has(k) && this.#pending.isFree(k) && !requests.isAsked(k) && !isEarly(k)
    return isFree && k <= this.#limit && !refused.has(k) && !spoilt.has(k) && !postponed.has(k)
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
    this.#pending.ask(k)
    member.requests.ask(k, nowMs)
    member.connection.request(k)
    this.#options.onAsked()
  }

  /** The chain has moved: numbers that peers showed before may count now. */
  #moveLimit(limit: number): void {
    const { numbers, members } = this.#options
    this.#limit = limit
    for (const { requests, postponed } of members()) {
      postponed.clear()
      for (const k of requests.has.descending(limit)) {
        if (numbers.seen.has(k)) break
        numbers.seen.add(k)
      }
    }
    this.revise()
  }
}
