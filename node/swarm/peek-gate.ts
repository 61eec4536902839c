import type { Target } from '../protocol/dht-target.ts'
import { isHashcashNonce } from '../protocol/hashcash.ts'
import { HASHCASH_BITS } from './limits.ts'

/** One post for some work: "the server accepts the choked request if the nonce fits the nbits it sent" (spec 4.9). */
export class PeekGate {
  #nonce: Uint8Array | undefined

  /** "once per connection, 2nd ⇒ disconnect" (spec 4.4, id 11): false then. */
  take(nonce: Uint8Array): boolean {
    if (this.#nonce !== undefined) return false
    this.#nonce = nonce
    return true
  }

  isPaid(infohash: Target, k: number): boolean {
    return this.#nonce !== undefined && isHashcashNonce(infohash, k, this.#nonce, HASHCASH_BITS)
  }
}
