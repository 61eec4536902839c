import { type Hash256, hashKey } from '../protocol/hash.ts'
import { MAX_TRANSACTION_TELLERS, MAX_TRANSACTIONS_ASKED, TRANSACTION_TIMEOUT_MS } from './limits.ts'

interface Request<T> {
  readonly hash: Hash256
  /** When the first of the tellers was asked. */
  at: number
  /** Who has it: the first is asked, then the others. */
  tellers: T[]
}

/**
 * Registrations that were announced and are not here yet. Each is asked of one peer at a time; "there is no timeout
 * re-request" at the reference (chain.md 5.6), so whoever announced first could keep it from us: ours asks the next.
 * Times in ms of performance.now().
 */
export class TransactionRequests<T> {
  readonly #asked = new Map<string, Request<T>>()
  readonly #ask: (peer: T, hash: Hash256) => void

  constructor(ask: (peer: T, hash: Hash256) => void) {
    this.#ask = ask
  }

  /** A peer has it; true if it is to be asked now. */
  announced(peer: T, hash: Hash256, now: number): boolean {
    const key = hashKey(hash)
    const request = this.#asked.get(key)
    if (request !== undefined) {
      if (request.tellers.length < MAX_TRANSACTION_TELLERS && !request.tellers.includes(peer))
        request.tellers.push(peer)
      return false
    }
    if (this.#asked.size >= MAX_TRANSACTIONS_ASKED) return false
    this.#asked.set(key, { hash, at: now, tellers: [peer] })
    return true
  }

  /** It came, from whomever. */
  arrived(hash: Hash256): void {
    this.#asked.delete(hashKey(hash))
  }

  /** The peer that was asked does not have it after all. */
  lacking(peer: T, hash: Hash256): void {
    const request = this.#asked.get(hashKey(hash))
    if (request?.tellers[0] === peer) request.at = Number.NEGATIVE_INFINITY
  }

  gone(peer: T): void {
    for (const request of this.#asked.values()) {
      // Of the one that was asked no answer will come.
      if (request.tellers[0] === peer) request.at = Number.NEGATIVE_INFINITY
      else request.tellers = request.tellers.filter((teller) => teller !== peer)
    }
  }

  /** Asks the next peer for what has not come in time. */
  askAgain(now: number): void {
    for (const [key, request] of this.#asked) {
      if (now - request.at < TRANSACTION_TIMEOUT_MS) continue
      request.tellers.shift()
      request.at = now
      const [next] = request.tellers
      if (next === undefined) this.#asked.delete(key)
      else this.#ask(next, request.hash)
    }
  }
}
