import { type Database, isDatabaseAway, isWriteConflict } from '../../db/client.ts'
import { numberStreamDrafts, pruneStreamEvents, tryLockSequencer } from '../../db/writes/stream.ts'
import type { Log } from '../../node/log.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import {
  SEQUENCE_BUSY_MS,
  SEQUENCE_DRAFTS,
  SEQUENCE_EVERY_MS,
  STREAM_EVENTS,
  STREAM_KEPT_MS,
  STREAM_PRUNE_EVENTS,
  STREAM_PRUNE_EVERY_MS,
} from '../limits.ts'

interface SequencerOptions {
  db: Database
  clock: Clock
  log: Log
}

/**
 * Numbers what writers have drafted, after their commits: "numbered by one sequencer after commit (serial ids commit out
 * of order)". Every indexer process has one; at any moment one of them numbers. Taking and numbering is one transaction:
 * a killed one has done both or neither.
 */
export class Sequencer {
  readonly #options: SequencerOptions
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #isNoted = false
  #isClosed = false
  #nextPruneMs = 0

  constructor(options: SequencerOptions) {
    this.#options = options
    this.note()
  }

  /** Something was committed: it is numbered at once, or by the pass after the one at work. */
  note(): void {
    this.#isNoted = true
    if (this.#working !== undefined || this.#isClosed) return
    clearTimeout(this.#timer)
    this.#working = this.#work().then((pauseMs) => {
      this.#working = undefined
      if (!this.#isClosed) this.#timer = setTimeout(() => this.note(), this.#isNoted ? 0 : pauseMs)
    })
  }

  /** Finishes the pass at work. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#working
  }

  /** Answers how long nothing needs to be done, unless something is noted: other processes draft, too. */
  async #work(): Promise<number> {
    try {
      while (this.#isNoted && !this.#isClosed) {
        this.#isNoted = false
        const pass = await this.#pass()
        if (pass === 'busy') return SEQUENCE_BUSY_MS
        if (pass === 'more') this.#isNoted = true
      }
      if (!this.#isClosed) await this.#prune()
    } catch (error) {
      // What was taken is there again: the next pass takes it.
      const { log } = this.#options
      this.#isNoted = false
      if (isDatabaseAway(error) || isWriteConflict(error)) log.debug({ err: error }, 'not numbered')
      else if (!this.#isClosed) log.error({ err: error }, 'events could not be numbered; trying again')
    }
    return SEQUENCE_EVERY_MS
  }

  #pass(): Promise<'done' | 'more' | 'busy'> {
    const { db, clock } = this.#options
    return db.begin(async (tx) => {
      if (!(await tryLockSequencer(tx))) return 'busy'
      const count = await numberStreamDrafts(tx, Math.round(clock.now() * 1000), SEQUENCE_DRAFTS)
      return count < SEQUENCE_DRAFTS ? 'done' : 'more'
    })
  }

  async #prune(): Promise<void> {
    if (performance.now() < this.#nextPruneMs) return
    const { db, clock } = this.#options
    const sinceMs = Math.round(clock.now() * 1000) - STREAM_KEPT_MS
    const bounds = { sinceMs, kept: STREAM_EVENTS, limit: STREAM_PRUNE_EVENTS }
    const count = await db.begin(async (tx) => ((await tryLockSequencer(tx)) ? pruneStreamEvents(tx, bounds) : 0))
    // The rest of a long backlog goes with the next passes.
    if (count < STREAM_PRUNE_EVENTS) this.#nextPruneMs = performance.now() + STREAM_PRUNE_EVERY_MS
  }
}
