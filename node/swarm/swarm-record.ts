/** What a swarm remembers of its attempts, for whoever looks at it. Times in Unix seconds. */
export class SwarmRecord {
  readonly #clock: { now(): number }
  lastAttempt: number | undefined
  lastError: string | undefined
  lastErrorAt: number | undefined
  /** Pieces that were refused for good. */
  invalid = 0

  constructor(clock: { now(): number }) {
    this.#clock = clock
  }

  /** Somebody is asked for something: a look-up, a connection, a post. */
  tried(): void {
    this.lastAttempt = this.#clock.now()
  }

  failed(code: string): void {
    this.lastError = code
    this.lastErrorAt = this.#clock.now()
  }

  refused(code: string): void {
    this.invalid++
    this.failed(code)
  }

  /** It works again. */
  succeeded(): void {
    this.lastError = undefined
    this.lastErrorAt = undefined
  }
}
