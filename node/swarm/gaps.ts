import { GAP_RETRY_MS, MAX_GAPS_REMEMBERED } from './limits.ts'
import { PieceSet } from './piece-set.ts'

/**
 * Numbers that the author himself says exist: by a DHT status, by the `lastk` of a later post, by somebody's retwist.
 * Those that no peer shows are looked for in the DHT.
 */
export class Gaps {
  /** Allocated when something is told. */
  #told: PieceSet | undefined
  /** Numbers looked for in the DHT, with the time to look again. */
  #tried: Map<number, number> | undefined

  get highest(): number {
    return this.#told?.highest ?? -1
  }

  tell(k: number): void {
    this.#told ??= new PieceSet()
    this.#told.add(k)
  }

  /** How many of them are in none of the sets. */
  countWithout(floor: number, ...others: readonly PieceSet[]): number {
    return this.#told?.countWithout(floor, ...others) ?? 0
  }

  /** The newest number to look for, if there is one. */
  next(nowMs: number, floor: number, isMissing: (k: number) => boolean): number | undefined {
    for (const k of this.#told?.descending() ?? []) {
      if (k < floor) return undefined
      if (!isMissing(k) || (this.#tried?.get(k) ?? 0) > nowMs) continue
      this.#remember(k, nowMs + GAP_RETRY_MS)
      return k
    }
    return undefined
  }

  #remember(k: number, retryAtMs: number): void {
    this.#tried ??= new Map()
    this.#tried.delete(k)
    this.#tried.set(k, retryAtMs)
    const [oldest] = this.#tried.keys()
    if (this.#tried.size > MAX_GAPS_REMEMBERED && oldest !== undefined) this.#tried.delete(oldest)
  }
}
