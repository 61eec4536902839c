import { type Database, isDatabaseAway, isWriteConflict } from '../db/client.ts'
import type { Change } from '../db/schema/change.ts'
import { notifyChanged } from '../db/writes/change.ts'
import { countMarked } from '../db/writes/count.ts'
import { lockCounter, sweepRecounts, type TakenMarks, takeRecounts, tryLockCounter } from '../db/writes/recount.ts'
import type { Log } from '../node/log.ts'
import { COUNT_EVERY_MS, COUNT_MARKS, COUNT_SHARE, COUNT_SOON_MS, COUNT_SWEPT_MARKS } from './limits.ts'

/**
 * Counts again what writers have marked: "aggregates are recounted for what a write touched, never incremented". Every
 * indexer process has one; at any moment one of them counts, and what a killed one had taken is there again.
 */
export class Counter {
  readonly #db: Database
  readonly #log: Log
  readonly #counts = { marks: 0, passes: 0 }
  #timer: NodeJS.Timeout | undefined
  /** When the next pass starts, by performance.now(). */
  #dueMs = Number.POSITIVE_INFINITY
  #working: Promise<void> | undefined
  #isClosed = false
  /** performance.now() before which nothing is counted. */
  #restsUntilMs = 0
  #unswept = 0

  constructor(db: Database, log: Log) {
    this.#db = db
    this.#log = log
    this.#schedule(0)
  }

  /** Something was written: it is counted in a moment, with what is written meanwhile. */
  note(): void {
    if (this.#working === undefined) this.#schedule(COUNT_SOON_MS)
  }

  counts(): { marks: number; passes: number } {
    return { ...this.#counts }
  }

  /** Finishes the pass at work. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#working
  }

  #schedule(delayMs: number): void {
    const dueMs = Math.max(performance.now() + delayMs, this.#restsUntilMs)
    if (this.#isClosed || dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#start(), dueMs - performance.now())
  }

  #start(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#working = this.#pass().then((hasMore) => {
      this.#working = undefined
      this.#schedule(hasMore ? 0 : COUNT_EVERY_MS)
    })
  }

  /** Answers whether there may be more to count. */
  async #pass(): Promise<boolean> {
    const startedMs = performance.now()
    try {
      const taken = await countOnce(this.#db, tryLockCounter)
      this.#restsUntilMs = performance.now() + (performance.now() - startedMs) * (1 / COUNT_SHARE - 1)
      if (taken > 0) this.#counts.passes++
      this.#counts.marks += taken
      this.#unswept += taken
      if (taken === 0 && this.#unswept > COUNT_SWEPT_MARKS) {
        await sweepRecounts(this.#db)
        this.#unswept = 0
      }
      return taken > 0
    } catch (error) {
      // What was taken is there again: the next pass takes it.
      if (isDatabaseAway(error) || isWriteConflict(error)) this.#log.debug({ err: error }, 'not counted')
      else if (!this.#isClosed) this.#log.error({ err: error }, 'totals could not be counted; trying again')
      return false
    }
  }
}

/** Counts until nothing is marked, also what another counter is at: for tests and commands that compare totals. */
export async function settleCounts(db: Database): Promise<void> {
  const lock = async (...args: Parameters<typeof lockCounter>) => {
    await lockCounter(...args)
    return true
  }
  while ((await countOnce(db, lock)) > 0);
}

/** One transaction; answers how many marks it took, none when another counter is at work. */
function countOnce(db: Database, lock: typeof tryLockCounter): Promise<number> {
  return db.begin(async (tx) => {
    if (!(await lock(tx))) return 0
    const marks = await takeRecounts(tx, COUNT_MARKS)
    if (marks.count === 0) return 0
    await countMarked(tx, marks)
    await notifyChanged(tx, changeOf(marks))
    return marks.count
  })
}

function changeOf(marks: TakenMarks): Partial<Change> {
  return {
    users: marks.users,
    authors: marks.userDays.map(({ name }) => name),
    posts: marks.userposts.map(({ name, number }) => `${name}/${number}`),
    tags: marks.hashtags.map(({ name }) => name),
  }
}
