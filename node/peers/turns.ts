import { TURN_MS } from './limits.ts'

/**
 * How long the messages of chain peers are looked at, all together, before the rest of the node has its turn. When there
 * is more to do, one peer after the other goes on, each for as long: many who ask without end do not add up.
 */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #endsAt = 0
  #isScheduled = false

  /** A promise to be waited for, or nothing if there is time now. */
  take(): Promise<void> | undefined {
    const now = performance.now()
    if (!this.#isScheduled) this.#begin(now)
    if (now < this.#endsAt) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #begin(now: number): void {
    this.#endsAt = now + TURN_MS
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#begin(performance.now())
      next()
    })
  }
}
