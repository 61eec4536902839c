import { LRUCache } from 'lru-cache'
import { subnetOf } from './contact.ts'
import {
  ANSWER_BURST,
  ANSWER_PER_SECOND,
  FLOOD_BURST,
  FLOOD_PER_SECOND,
  FLOODER_SHOWN_MS,
  MAX_FLOOD_IPS,
  MAX_FLOODERS_SHOWN,
  PROVEN_MS,
  REPLY_BYTES_ALL_BURST,
  REPLY_BYTES_ALL_PER_SECOND,
  REPLY_BYTES_BURST,
  REPLY_BYTES_PER_SECOND,
  SUBNET_FLOOD_FACTOR,
  UNPROVEN_BYTES_BURST,
  UNPROVEN_BYTES_PER_SECOND,
} from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'

const EVERYBODY = ''

/** How much each address may send us, and make us send. Everything in bounded memory: a source may be forged. */
export class FloodGuard {
  readonly #isDiversityOn: boolean
  readonly #inbound = new TokenBuckets({ perSecond: FLOOD_PER_SECOND, burst: FLOOD_BURST, maxKeys: MAX_FLOOD_IPS })
  readonly #subnets = new TokenBuckets({
    perSecond: SUBNET_FLOOD_FACTOR * FLOOD_PER_SECOND,
    burst: SUBNET_FLOOD_FACTOR * FLOOD_BURST,
    maxKeys: MAX_FLOOD_IPS,
  })
  readonly #answers = new TokenBuckets({ perSecond: ANSWER_PER_SECOND, burst: ANSWER_BURST, maxKeys: MAX_FLOOD_IPS })
  readonly #proven = new LRUCache<string, true>({ max: MAX_FLOOD_IPS, ttl: PROVEN_MS })
  readonly #bytesToProven = new TokenBuckets({
    perSecond: REPLY_BYTES_PER_SECOND,
    burst: REPLY_BYTES_BURST,
    maxKeys: MAX_FLOOD_IPS,
  })
  readonly #bytesToUnproven = new TokenBuckets({
    perSecond: UNPROVEN_BYTES_PER_SECOND,
    burst: UNPROVEN_BYTES_BURST,
    maxKeys: MAX_FLOOD_IPS,
  })
  readonly #bytesToAll = new TokenBuckets({
    perSecond: REPLY_BYTES_ALL_PER_SECOND,
    burst: REPLY_BYTES_ALL_BURST,
    maxKeys: 1,
  })
  readonly #flooders = new LRUCache<string, true>({ max: MAX_FLOODERS_SHOWN, ttl: FLOODER_SHOWN_MS })

  constructor(isDiversityOn: boolean) {
    this.#isDiversityOn = isDiversityOn
  }

  /**
   * May a datagram be looked at? The reference bans an address for 5 minutes after 1 000 datagrams in 5 s (spec 8.4), and
   * so lets anybody silence a third party by a forged source: here what is too much is left out, and no more than that.
   */
  admits(host: string, isAwaited: boolean): boolean {
    const nowMs = performance.now()
    // "bypass with > 20 IPs | token bucket per /24" (spec 8.1 #20).
    const isWithin =
      this.#inbound.take(host, 1, nowMs) && (!this.#isDiversityOn || this.#subnets.take(subnetOf(host, 24), 1, nowMs))
    if (isWithin) return true
    this.#flooders.set(host, true)
    // Whom we have asked is heard even while somebody floods us in its name.
    return isAwaited && this.#answers.take(host, 1, nowMs)
  }

  /** It has answered a question of ours: it is where it says. */
  prove(host: string): void {
    this.#proven.set(host, true)
  }

  /** "getData has no source proof before big reply: limit reply size by source" (spec 8.1 #13). */
  allowsReply(host: string, sizeBytes: number): boolean {
    const nowMs = performance.now()
    const buckets = this.#proven.has(host) ? this.#bytesToProven : this.#bytesToUnproven
    return buckets.take(host, sizeBytes, nowMs) && this.#bytesToAll.take(EVERYBODY, sizeBytes, nowMs)
  }

  /** Addresses that lately sent more than they may. */
  flooders(): string[] {
    return [...this.#flooders.keys()]
  }
}
