import { LRUCache } from 'lru-cache'

/** How much of something is left for one key; refilled with time. */
interface Fill {
  tokens: number
  at: number
}

/** Allowance per address: `burst` at once, then `perSecond`. Remembers at most `maxKeys` addresses. */
export class TokenBuckets {
  readonly #perSecond: number
  readonly #burst: number
  readonly #fills: LRUCache<string, Fill>

  constructor(options: { perSecond: number; burst: number; maxKeys: number }) {
    this.#perSecond = options.perSecond
    this.#burst = options.burst
    this.#fills = new LRUCache({ max: options.maxKeys })
  }

  /** Takes `amount` if it is there. */
  take(key: string, amount: number, nowMs: number): boolean {
    const fill = this.#fill(key, nowMs)
    if (fill.tokens < amount) return false
    fill.tokens -= amount
    return true
  }

  /** Milliseconds until `amount` will be there. */
  waitMs(key: string, amount: number, nowMs: number): number {
    const missing = amount - this.#fill(key, nowMs).tokens
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1_000)
  }

  #fill(key: string, nowMs: number): Fill {
    const fill = this.#fills.get(key) ?? { tokens: this.#burst, at: nowMs }
    const gained = (Math.max(0, nowMs - fill.at) / 1_000) * this.#perSecond
    fill.tokens = Math.min(this.#burst, fill.tokens + gained)
    fill.at = nowMs
    this.#fills.set(key, fill)
    return fill
  }
}
