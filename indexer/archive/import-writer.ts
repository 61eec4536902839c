import { type Database, isDatabaseAway, isWriteConflict } from '../../db/client.ts'
import type { OutboxItem } from '../../node/outbox/item.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { ChainViews } from '../chain/chain-view.ts'
import { HeaderTable } from '../chain/header-table.ts'
import { claimsOf, type OpenedItem, openItem, readingsOf } from '../ingest/read-item.ts'
import type { Reading } from '../ingest/reading.ts'
import type { Recoverer } from '../ingest/recoverer.ts'
import { writeReadings } from '../ingest/write-readings.ts'
import { CONFLICT_RETRIES } from '../limits.ts'

export interface NumberedItem {
  line: number
  item: Exclude<OutboxItem, { kind: 'block-disconnected' }>
}

interface WriterOptions {
  db: Database
  params: NetworkParams
  recoverer: Recoverer
  now: () => number
}

/** Reads and writes items as the indexer does with those of the queue, and says which lines were bad. */
export class ImportWriter {
  readonly #options: WriterOptions
  readonly #onBad: (line: number, code: string) => void
  readonly #refused: Record<string, number>
  #headers = new HeaderTable()
  #chains = new ChainViews()

  constructor(options: WriterOptions, onBad: (line: number, code: string) => void, refused: Record<string, number>) {
    this.#options = options
    this.#onBad = onBad
    this.#refused = refused
  }

  async write(items: readonly NumberedItem[]): Promise<void> {
    const opened = items.flatMap(({ line, item }) => {
      const found = this.#open(line, item)
      return found === undefined ? [] : [{ line, found }]
    })
    await this.#options.recoverer.recover(opened.flatMap(({ found }) => claimsOf(found)))
    const read = opened.map(({ line, found }) => ({ line, readings: readingsOf(found) }))
    for (const { line, readings } of read) {
      for (const reading of readings) if (reading.kind === 'refused') this.#onBad(line, reading.code)
    }
    try {
      await this.#transact(read.flatMap(({ readings }) => readings))
    } catch (error) {
      if (isDatabaseAway(error) || isWriteConflict(error)) throw error
      for (const { line, readings } of read) await this.#writeAlone(line, readings)
    }
  }

  /** "Foreign data never throws past its edge": a parser's own mistake is that line's. */
  #open(line: number, item: OutboxItem): OpenedItem | undefined {
    try {
      return openItem(item, this.#options.params)
    } catch {
      this.#onBad(line, 'indexer-error')
      return undefined
    }
  }

  async #writeAlone(line: number, readings: readonly Reading[]): Promise<void> {
    try {
      await this.#transact(readings)
    } catch (error) {
      if (isDatabaseAway(error) || isWriteConflict(error)) throw error
      this.#onBad(line, 'indexer-error')
    }
  }

  async #transact(readings: readonly Reading[]): Promise<void> {
    const { db, params, now } = this.#options
    for (let conflicts = 0; ; ) {
      try {
        const context = { params, headers: this.#headers, chains: this.#chains, now: now() }
        const { refused } = await db.begin((tx) => writeReadings(tx, readings, context))
        for (const [code, count] of refused) this.#refused[code] = (this.#refused[code] ?? 0) + count
        return
      } catch (error) {
        // Blocks of a transaction that failed are not in the database.
        this.#headers = new HeaderTable()
        this.#chains = new ChainViews()
        if (!isWriteConflict(error) || ++conflicts > CONFLICT_RETRIES) throw error
      }
    }
  }
}
