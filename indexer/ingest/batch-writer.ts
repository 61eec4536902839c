import { isDatabaseAway, type Transaction } from '../../db/client.ts'
import { advanceCursor } from '../../db/writes/outbox-cursor.ts'
import type { Log } from '../../node/log.ts'
import type { Batch } from '../../node/outbox/item.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { ChainViews } from '../chain/chain-view.ts'
import { HeaderTable } from '../chain/header-table.ts'
import { ITEMS_PER_WRITE, WRITERS } from '../limits.ts'
import type { Reading } from './reading.ts'
import { writeReadings } from './write-readings.ts'

export interface ReadBatch {
  batch: Batch
  readings: readonly Reading[]
}

interface BatchWriterOptions {
  /** One transaction, tried again as long as that may help. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** What could not be written even alone. */
  onUnwritable(reading: Reading, error: unknown): Promise<void>
  onRefused(code: string, count: number): void
  params: NetworkParams
  clock: Clock
  log: Log
  signal: AbortSignal
}

interface Waiter extends ReadBatch {
  resolve(cursor: number): void
  reject(error: unknown): void
}

/**
 * Writes batches in the order in which they come: what waits while others are written is written together, in one
 * transaction with its cursors. Batches of posts are written side by side; of those with blocks one at a time.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions
  readonly #headers = new HeaderTable()
  readonly #chains = new ChainViews()
  readonly #waiting: Waiter[] = []
  #writing = 0
  #isChainMoving = false
  #areHeadersDoubtful = false

  constructor(options: BatchWriterOptions) {
    this.#options = options
  }

  /** Answers the node's cursor once the batch is durable. */
  write(read: ReadBatch): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...read, resolve, reject })
      this.#start()
    })
  }

  #start(): void {
    while (this.#writing < WRITERS && this.#waiting.length > 0) {
      const [next] = this.#waiting
      const isChain = next !== undefined && hasBlocks(next)
      // Headers are kept in memory, for one transaction at a time.
      if (isChain && this.#isChainMoving) return
      const group = this.#takeGroup(isChain)
      this.#writing += 1
      if (isChain) this.#isChainMoving = true
      void this.#writeGroup(group).finally(() => {
        this.#writing -= 1
        if (isChain) this.#isChainMoving = false
        this.#start()
      })
    }
  }

  #takeGroup(isChain: boolean): Waiter[] {
    let items = 0
    const end = this.#waiting.findIndex((waiter, i) => {
      items += waiter.batch.items.length
      return i > 0 && (items > ITEMS_PER_WRITE || hasBlocks(waiter) !== isChain)
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }

  async #writeGroup(group: readonly Waiter[]): Promise<void> {
    try {
      const cursors = await this.#writeTogether(group)
      for (const [i, { resolve }] of group.entries()) resolve(cursors[i] ?? 0)
    } catch (error) {
      const [one] = group
      if (this.#options.signal.aborted || isDatabaseAway(error)) for (const { reject } of group) reject(error)
      else if (group.length > 1) for (const waiter of group) await this.#writeGroup([waiter])
      else if (one !== undefined) await this.#writeOneByOne(one, error).then(one.resolve, one.reject)
    }
  }

  #writeTogether(group: readonly ReadBatch[]): Promise<number[]> {
    return this.#transact(group.some(hasBlocks), async (tx) => {
      await this.#writeReadings(
        tx,
        group.flatMap(({ readings }) => readings),
      )
      return this.#advance(
        tx,
        group.map(({ batch }) => batch),
      )
    })
  }

  /** What fails alone, too, is kept in quarantine, so that the cursor may move on. */
  async #writeOneByOne({ batch, readings }: ReadBatch, reason: unknown): Promise<number> {
    const { first, last } = batch
    this.#options.log.error({ err: reason, first, last }, 'a batch could not be written; trying its items alone')
    for (const reading of readings) {
      try {
        await this.#transact(reading.kind === 'block', (tx) => this.#writeReadings(tx, [reading]))
      } catch (error) {
        if (this.#options.signal.aborted || isDatabaseAway(error)) throw error
        await this.#options.onUnwritable(reading, error)
      }
    }
    const [cursor = 0] = await this.#transact(false, (tx) => this.#advance(tx, [batch]))
    return cursor
  }

  /** Of those with blocks there is one at a time. */
  async #transact<T>(isChain: boolean, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (!isChain) return this.#options.transact(work)
    const result = await this.#options.transact((tx) => {
      // Blocks of a transaction that failed are not in the database.
      if (this.#areHeadersDoubtful) this.#headers.clear()
      this.#areHeadersDoubtful = true
      return work(tx)
    })
    this.#areHeadersDoubtful = false
    return result
  }

  async #writeReadings(tx: Transaction, readings: readonly Reading[]): Promise<void> {
    const { params, clock } = this.#options
    const context = { params, headers: this.#headers, chains: this.#chains, now: clock.now() }
    const result = await writeReadings(tx, readings, context)
    for (const [code, count] of result.refused) this.#options.onRefused(code, count)
  }

  /** Answers each batch's node's cursor. */
  async #advance(tx: Transaction, batches: readonly Batch[]): Promise<number[]> {
    const cursors: number[] = []
    for (const { run, count } of runsOf(batches)) {
      const cursor = await advanceCursor(tx, run.nodeId, run, this.#options.clock.now())
      cursors.push(...Array.from({ length: count }, () => cursor))
    }
    return cursors
  }
}

/** Batches of one node that follow each other move its cursor together. */
function runsOf(batches: readonly Batch[]): { run: Omit<Batch, 'items'>; count: number }[] {
  const runs: { run: Omit<Batch, 'items'>; count: number }[] = []
  for (const { nodeId, first, last, isRewind } of batches) {
    const before = runs.at(-1)
    if (before?.run.nodeId === nodeId && before.run.last + 1 === first && !isRewind) {
      before.run.last = last
      before.count += 1
    } else runs.push({ run: { nodeId, first, last, isRewind }, count: 1 })
  }
  return runs
}

function hasBlocks({ readings }: Pick<ReadBatch, 'readings'>): boolean {
  return readings.some((reading) => reading.kind === 'block')
}
