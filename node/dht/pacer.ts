import {
  MAX_PACED_IPS,
  MAX_QUEUED_DATAGRAMS,
  MAX_QUEUED_DATAGRAMS_PER_IP,
  PACE_ALL_BURST,
  PACE_ALL_PER_SECOND,
  PACE_BURST,
  PACE_PER_SECOND,
} from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'

const EVERYBODY = ''

interface Queues {
  /** Ours go first: who makes us answer much must not keep us from asking. */
  readonly queries: (() => void)[]
  readonly answers: (() => void)[]
}

/**
 * Keeps what we send to one address below the reference's flood ban, "1000 packets / 5 s / IP" (spec 8.4), and what we
 * send to all below a bound of ours: what is too much waits, then is dropped.
 */
export class Pacer {
  readonly #buckets = new TokenBuckets({ perSecond: PACE_PER_SECOND, burst: PACE_BURST, maxKeys: MAX_PACED_IPS })
  readonly #all = new TokenBuckets({ perSecond: PACE_ALL_PER_SECOND, burst: PACE_ALL_BURST, maxKeys: 1 })
  readonly #queues = new Map<string, Queues>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #queued = 0

  /** Runs `send` now or soon; false if too many wait already. */
  pace(host: string, kind: 'query' | 'answer', send: () => void): boolean {
    const waiting = this.#queues.get(host)
    if (waiting === undefined && this.#take(host)) {
      send()
      return true
    }
    const queues = waiting ?? { queries: [], answers: [] }
    const queue = kind === 'query' ? queues.queries : queues.answers
    if (queue.length >= MAX_QUEUED_DATAGRAMS_PER_IP || this.#queued >= MAX_QUEUED_DATAGRAMS) return false
    this.#queued++
    queue.push(send)
    if (waiting === undefined) {
      this.#queues.set(host, queues)
      this.#wait(host)
    }
    return true
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#queues.clear()
    this.#queued = 0
  }

  #take(host: string): boolean {
    const nowMs = performance.now()
    return (
      this.#all.waitMs(EVERYBODY, 1, nowMs) === 0 &&
      this.#buckets.take(host, 1, nowMs) &&
      this.#all.take(EVERYBODY, 1, nowMs)
    )
  }

  #wait(host: string): void {
    const nowMs = performance.now()
    const waitMs = Math.max(this.#buckets.waitMs(host, 1, nowMs), this.#all.waitMs(EVERYBODY, 1, nowMs), 1)
    this.#timers.set(
      host,
      setTimeout(() => this.#drain(host), waitMs),
    )
  }

  #drain(host: string): void {
    const { queries, answers } = this.#queues.get(host) ?? { queries: [], answers: [] }
    while (queries.length + answers.length > 0 && this.#take(host)) {
      this.#queued--
      const send = queries.shift() ?? answers.shift()
      send?.()
    }
    this.#timers.delete(host)
    if (queries.length + answers.length === 0) this.#queues.delete(host)
    else this.#wait(host)
  }
}
