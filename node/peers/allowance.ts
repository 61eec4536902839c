/** So many at once, and then some a second: a bucket that refills up to what it may hold. */
export class Allowance {
  readonly #perS: number
  #left: number
  #max: number
  #at = performance.now()

  constructor(perS: number, first: number) {
    this.#perS = perS
    this.#left = first
    this.#max = first
  }

  /** For an answer that was asked for. */
  raise(count: number): void {
    this.#max = Math.max(this.#max, count)
    this.#left = Math.max(this.#left, count)
  }

  /** How many of `count` are allowed now; they are used up. */
  take(count: number, now: number = performance.now()): number {
    this.#left = Math.min(this.#max, this.#left + (Math.max(0, now - this.#at) / 1000) * this.#perS)
    this.#at = now
    const taken = Math.min(count, Math.floor(this.#left))
    this.#left -= taken
    return taken
  }
}
