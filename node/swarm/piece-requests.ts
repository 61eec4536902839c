import { FIRST_OUTSTANDING, MAX_OUTSTANDING, REQUEST_TIMEOUT_MS } from './limits.ts'
import { PieceSet } from './piece-set.ts'

/** What one peer has, and what it was asked for and has not delivered yet. */
export class PieceRequests {
  readonly has = new PieceSet()
  /** Post number → milliseconds at which it was asked for, oldest first. */
  readonly #asked = new Map<number, number>()
  /** Requests that timed out here: a late answer is still welcome. */
  readonly #late = new Set<number>()
  #window = FIRST_OUTSTANDING
  #cursor = -1
  /** Rounds of requests that timed out before it had delivered anything. */
  timeouts = 0
  hasDelivered = false

  get outstanding(): number {
    return this.#asked.size
  }

  get room(): number {
    return this.#window - this.#asked.size
  }

  isAsked(k: number): boolean {
    return this.#asked.has(k)
  }

  saw(k: number): void {
    this.has.add(k)
    this.#cursor = Math.max(this.#cursor, k)
  }

  /** Everything the peer has is looked at again, from its newest down. */
  rewind(): void {
    this.#cursor = this.has.highest
  }

  /** The peer's newest number that passes the test; what did not pass is not looked at again before a rewind. */
  next(isWanted: (k: number) => boolean, floor: number): number | undefined {
    for (; this.#cursor >= floor; this.#cursor--) {
      if (this.has.has(this.#cursor) && isWanted(this.#cursor)) return this.#cursor
    }
    return undefined
  }

  ask(k: number, nowMs: number): void {
    this.#late.delete(k)
    this.#asked.set(k, nowMs)
  }

  /** A piece came; false if it was never asked for. */
  arrived(k: number): boolean {
    if (!this.#asked.delete(k)) return this.#late.delete(k)
    this.timeouts = 0
    this.hasDelivered = true
    if (this.#window < MAX_OUTSTANDING) this.#window++
    return true
  }

  /** The peer will not deliver it. */
  refused(k: number): boolean {
    return this.#asked.delete(k)
  }

  /** Takes back what is unanswered for too long, and returns it. */
  expire(nowMs: number): number[] {
    const expired: number[] = []
    for (const [k, at] of this.#asked) {
      if (nowMs - at < REQUEST_TIMEOUT_MS) break
      expired.push(k)
    }
    for (const k of expired) {
      this.#asked.delete(k)
      if (this.#late.size < MAX_OUTSTANDING) this.#late.add(k)
    }
    if (expired.length > 0) {
      if (!this.hasDelivered) this.timeouts++
      this.#window = Math.max(2, this.#window >> 1)
    }
    return expired
  }

  /** What was asked for before, and has not come. */
  *olderThan(askedBeforeMs: number): Generator<number> {
    for (const [k, at] of this.#asked) {
      if (at > askedBeforeMs) return
      yield k
    }
  }

  /** Takes back everything. */
  clear(): number[] {
    const asked = [...this.#asked.keys()]
    this.#asked.clear()
    return asked
  }
}
