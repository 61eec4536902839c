import { TokenBuckets } from '../dht/token-bucket.ts'
import {
  LOOKUPS_AT_ONCE,
  LOOKUPS_BURST,
  LOOKUPS_LOOPBACK_BURST,
  LOOKUPS_LOOPBACK_PER_MINUTE,
  LOOKUPS_PER_MINUTE,
  MAX_WAITING_LOOKUPS,
} from './limits.ts'

const ALL = ''

/** How many look-ups may be made: so many a minute, so many at once. Whoever waits comes before what is not begun. */
export class Budget {
  readonly perMinute: number
  readonly #lookups: TokenBuckets
  #waiting: (() => void)[] = []

  constructor(isLoopback: boolean) {
    this.perMinute = isLoopback ? LOOKUPS_LOOPBACK_PER_MINUTE : LOOKUPS_PER_MINUTE
    const burst = isLoopback ? LOOKUPS_LOOPBACK_BURST : LOOKUPS_BURST
    this.#lookups = new TokenBuckets({ perSecond: this.perMinute / 60, burst, maxKeys: 1 })
  }

  /** May another look-up begin, with so many under way? */
  hasRoom(running: number, nowMs: number): boolean {
    if (running >= LOOKUPS_AT_ONCE || this.#waiting.length > 0) return false
    return this.#lookups.waitMs(ALL, 1, nowMs) === 0
  }

  /** One has begun. */
  spend(nowMs: number): void {
    this.#lookups.take(ALL, 1, nowMs)
  }

  /** Resolves when one more may be made; at once false when too many wait. */
  async wait(nowMs: number): Promise<boolean> {
    if (this.#waiting.length === 0 && this.#lookups.take(ALL, 1, nowMs)) return true
    if (this.#waiting.length >= MAX_WAITING_LOOKUPS) return false
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return true
  }

  /** Lets those go on who waited. */
  serve(nowMs: number): void {
    while (this.#waiting.length > 0 && this.#lookups.take(ALL, 1, nowMs)) this.#waiting.shift()?.()
  }

  close(): void {
    for (const go of this.#waiting.splice(0)) go()
  }
}
