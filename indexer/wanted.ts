import type { Database } from '../db/client.ts'
import { isFetchable, listenForWanted } from '../db/writes/wanted.ts'
import type { Log } from '../node/log.ts'
import type { ControlSender } from '../node/outbox/control.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { MAX_WANTED_REMEMBERED, MAX_WANTED_WAITING, WANTED_AGAIN_MS, WANTED_PER_MINUTE } from './limits.ts'

interface WantedOptions {
  db: Database
  control: ControlSender
  log: Log
}

export interface WantedCounts {
  /** Wishes that were passed to the node. */
  forwarded: number
  /** Wishes beyond the bounds, for unknown names, or what is none. */
  dropped: number
}

/**
 * Passes on what the site's visitors ask for: "a visitor's request for a user who is not indexed goes out as a
 * PostgreSQL notification, and the indexer bounds it, drops duplicates and forwards it to control". Anybody with a
 * database login can send one, so the site's own bounds count for nothing here.
 */
export class Wanted {
  readonly #options: WantedOptions
  /** When each was last passed on, the oldest first; also before it was looked up, so that it is done once. */
  readonly #askedAtMs = new Map<Username, number>()
  readonly #waiting: Username[] = []
  readonly #counts = { forwarded: 0, dropped: 0 }
  #working: Promise<void> | undefined
  #left = WANTED_PER_MINUTE
  #refilledAtMs = performance.now()
  #isClosed = false

  constructor(options: WantedOptions) {
    this.#options = options
  }

  /** Until the database is closed; goes on by itself when it comes back. */
  listen(): void {
    const { db, log } = this.#options
    listenForWanted(db, (payload) => this.hear(payload)).catch((error: unknown) => {
      if (!this.#isClosed) log.warn({ err: error }, "visitors' wishes are not heard")
    })
  }

  hear(payload: string): void {
    const username = parseUsername(payload)
    const nowMs = performance.now()
    const askedAtMs = username && this.#askedAtMs.get(username)
    if (askedAtMs !== undefined && nowMs - askedAtMs < WANTED_AGAIN_MS) return
    const hasRoom = this.#waiting.length < MAX_WANTED_WAITING
    if (this.#isClosed || username === undefined || !hasRoom || !this.#takesRate(nowMs)) {
      this.#counts.dropped++
      return
    }
    this.#remember(username, nowMs)
    this.#waiting.push(username)
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  counts(): WantedCounts {
    return { ...this.#counts }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting.length = 0
    await this.#working
  }

  async #work(): Promise<void> {
    for (let username = this.#waiting.shift(); username !== undefined; username = this.#waiting.shift()) {
      try {
        await this.#forward(username)
      } catch (error) {
        // The database or the queue is away, or full: the visitor may ask again.
        this.#askedAtMs.delete(username)
        this.#counts.dropped++
        this.#options.log.debug({ err: error, username }, 'a wish was not passed on')
      }
    }
  }

  async #forward(username: Username): Promise<void> {
    const { db, control } = this.#options
    if (!(await db.begin((tx) => isFetchable(tx, username)))) {
      this.#counts.dropped++
      return
    }
    await control.send({ kind: 'fetch', username, asker: 'visitor' })
    this.#counts.forwarded++
  }

  #takesRate(nowMs: number): boolean {
    this.#left = Math.min(WANTED_PER_MINUTE, this.#left + ((nowMs - this.#refilledAtMs) / 60_000) * WANTED_PER_MINUTE)
    this.#refilledAtMs = nowMs
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  #remember(username: Username, nowMs: number): void {
    this.#askedAtMs.delete(username)
    this.#askedAtMs.set(username, nowMs)
    for (const oldest of this.#askedAtMs.keys()) {
      if (this.#askedAtMs.size <= MAX_WANTED_REMEMBERED) break
      this.#askedAtMs.delete(oldest)
    }
  }
}
