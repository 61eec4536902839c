import { MAX_PACED_IPS, MAX_QUEUED_DATAGRAMS_PER_IP, PACE_BURST, PACE_PER_SECOND } from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'

/** Keeps what we send to one address below the reference's flood ban: what is too much waits, then is dropped. */
export class Pacer {
  readonly #buckets = new TokenBuckets({ perSecond: PACE_PER_SECOND, burst: PACE_BURST, maxKeys: MAX_PACED_IPS })
  readonly #queues = new Map<string, (() => void)[]>()
  readonly #timers = new Map<string, NodeJS.Timeout>()

  /** Runs `send` now or soon; false if too many wait already. */
  pace(host: string, send: () => void): boolean {
    const queue = this.#queues.get(host)
    if (queue === undefined) {
      if (this.#buckets.take(host, 1, performance.now())) send()
      else this.#queue(host, send)
      return true
    }
    if (queue.length >= MAX_QUEUED_DATAGRAMS_PER_IP) return false
    queue.push(send)
    return true
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#queues.clear()
  }

  #queue(host: string, send: () => void): void {
    this.#queues.set(host, [send])
    this.#wait(host)
  }

  #wait(host: string): void {
    const waitMs = this.#buckets.waitMs(host, 1, performance.now())
    this.#timers.set(
      host,
      setTimeout(() => this.#drain(host), waitMs),
    )
  }

  #drain(host: string): void {
    const queue = this.#queues.get(host) ?? []
    while (queue.length > 0 && this.#buckets.take(host, 1, performance.now())) queue.shift()?.()
    this.#timers.delete(host)
    if (queue.length === 0) this.#queues.delete(host)
    else this.#wait(host)
  }
}
