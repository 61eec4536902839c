import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isDatabaseAway, isWriteConflict, openDb, type Transaction } from '../db/client.ts'
import { cursorOf, latestCursors } from '../db/writes/outbox-cursor.ts'
import { insertQuarantine } from '../db/writes/quarantine.ts'
import { replaceIndexerStatus, replaceInventory, replaceNodeStatus } from '../db/writes/status.ts'
import { replaceUserFetches } from '../db/writes/user-fetch.ts'
import type { Log } from '../node/log.ts'
import { type Consumer, openConsumer } from '../node/outbox/consume.ts'
import type { Batch, OutboxItem, QueueConfig } from '../node/outbox/item.ts'
import { utf8Encode } from '../node/protocol/bytes.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { sha256 } from '../node/protocol/hash.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { Counter } from './counter.ts'
import { CursorSender } from './cursor-sender.ts'
import { BatchWriter } from './ingest/batch-writer.ts'
import { claimsOf, type OpenedItem, openItem, readingsOf } from './ingest/read-item.ts'
import { type Reading, refusedReading } from './ingest/reading.ts'
import { openRecoverer, type Recoverer } from './ingest/recoverer.ts'
import {
  CLOSE_WITHIN_MS,
  CONFLICT_RETRIES,
  DATABASE_CONNECTIONS,
  DATABASE_RETRY_MS,
  DETAIL_CHARACTERS,
  FETCHES_KEPT,
  JOBS_AT_ONCE,
  NODE_FORGOTTEN_S,
  QUARANTINE_BYTES_PER_ITEM,
  QUARANTINE_ITEMS,
  STATUS_EVERY_MS,
} from './limits.ts'
import { openIndex, reasonOf } from './open-index.ts'
import { rebuildWhenOlder } from './rebuild/rebuild-when-older.ts'
import { Reconciler } from './reconcile.ts'
import { Sequencer } from './stream/sequencer.ts'
import { Wanted } from './wanted.ts'

export interface IndexerOptions {
  databaseUrl: string
  queue: QueueConfig
  params: NetworkParams
  clock: Clock
  log: Log
  /** That recover signers beside this one; 0: this one does it. */
  threads: number
}

export interface Indexer {
  /** Finishes the batch at work, within a few seconds. */
  close(): Promise<void>
}

/** Takes batches from the queue and writes them. Throws ConfigError when the database cannot be used. */
export async function openIndexer(options: IndexerOptions): Promise<Indexer> {
  const db = openDb(options.databaseUrl, { max: DATABASE_CONNECTIONS, name: 'windsock indexer' })
  try {
    await openIndex(db, options.params, options.log)
    const indexer = new QueueIndexer(db, options)
    await indexer.start(options.queue)
    return indexer
  } catch (error) {
    await db.end({ timeout: 1 })
    throw error
  }
}

class QueueIndexer implements Indexer {
  readonly #db: Database
  readonly #databaseUrl: string
  readonly #params: NetworkParams
  readonly #clock: Clock
  readonly #log: Log
  readonly #closing = new AbortController()
  readonly #recoverer: Recoverer
  readonly #writer: BatchWriter
  readonly #startedAt: number
  #consumer: Consumer | undefined
  #cursors: CursorSender | undefined
  #wanted: Wanted | undefined
  #counter: Counter | undefined
  #sequencer: Sequencer | undefined
  #reconciler: Reconciler | undefined
  #rebuilding: Promise<void> | undefined
  #statusTimer: NodeJS.Timeout | undefined
  #isAway = false
  #counts = { batches: 0, items: 0, refused: 0 }

  constructor(db: Database, { databaseUrl, params, clock, log, threads }: IndexerOptions) {
    this.#db = db
    this.#databaseUrl = databaseUrl
    this.#recoverer = openRecoverer({ threads, log })
    this.#writer = new BatchWriter({
      transact: (work) => this.#write(work),
      onUnwritable: (reading, error) => this.#quarantineReading(reading, error),
      onRefused: (code, count) => {
        this.#counts.refused += count
        log.warn({ code, count }, 'refused')
      },
      params,
      clock,
      log,
      signal: this.#closing.signal,
    })
    this.#params = params
    this.#clock = clock
    this.#log = log
    this.#startedAt = clock.now()
  }

  async start(queue: QueueConfig): Promise<void> {
    const consumer = await openConsumer({
      connection: queue,
      log: this.#log,
      onBatch: (batch) => this.#onBatch(batch),
      batchesAtOnce: JOBS_AT_ONCE,
      onHello: (nodeId) => this.#onHello(nodeId),
      onStatus: (nodeId, json, at) => this.#write((tx) => replaceNodeStatus(tx, nodeId, json, at)),
      onInventory: (nodeId, inventory) =>
        this.#write((tx) => replaceInventory(tx, nodeId, inventory, NODE_FORGOTTEN_S)),
      onFetches: (nodeId, rows, at) => this.#write((tx) => replaceUserFetches(tx, nodeId, rows, at, FETCHES_KEPT)),
      onRefused: (code, json) => this.#quarantineJob(code, json),
    })
    this.#consumer = consumer
    this.#cursors = new CursorSender(consumer.control)
    // A node may be waiting for an answer that was lost with this process, or with a restored database.
    for (const { nodeId, cursor } of await this.#write(latestCursors)) this.#cursors.note(nodeId, cursor)
    this.#wanted = new Wanted({ db: this.#db, control: consumer.control, log: this.#log })
    this.#wanted.listen()
    this.#counter = new Counter(this.#db, this.#log)
    const { control } = consumer
    const [db, clock, log] = [this.#db, this.#clock, this.#log]
    this.#sequencer = new Sequencer({ db, clock, log })
    this.#reconciler = new Reconciler({ db, control, cursors: this.#cursors, clock, log })
    this.#reconciler.start()
    this.#rebuilding = rebuildWhenOlder({
      db,
      clock,
      log,
      databaseUrl: this.#databaseUrl,
      signal: this.#closing.signal,
    })
    this.#statusTimer = setInterval(() => void this.#writeStatus(), STATUS_EVERY_MS)
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    clearInterval(this.#statusTimer)
    this.#cursors?.close()
    await this.#wanted?.close()
    await this.#reconciler?.close()
    await this.#consumer?.close()
    await this.#recoverer.close()
    await this.#counter?.close()
    await this.#sequencer?.close()
    await this.#rebuilding
    await this.#db.end({ timeout: CLOSE_WITHIN_MS / 1000 / 2 })
  }

  async #onBatch(batch: Batch): Promise<void> {
    const opened = batch.items.map((item) => this.#open(item))
    await this.#recoverer.recover(opened.flatMap(claimsOf))
    const cursor = await this.#writer.write({ batch, readings: opened.flatMap(readingsOf) })
    this.#counter?.note()
    this.#sequencer?.note()
    this.#counts.batches += 1
    this.#counts.items += batch.items.length
    if (cursor < batch.first) this.#cursors?.noteGap(batch.nodeId, cursor)
    else this.#cursors?.note(batch.nodeId, cursor)
  }

  #open(item: OutboxItem): OpenedItem {
    try {
      return openItem(item, this.#params)
    } catch (error) {
      // "Foreign data never throws past its edge": a parser's own mistake must not stop the queue.
      this.#log.error({ err: error, kind: item.kind }, 'an item could not be read')
      const bytes = item.kind === 'userpost' ? item.piece : item.kind === 'dht-item' ? item.p : new Uint8Array(0)
      return { readings: [refusedReading(item, bytes, 'indexer-error', reasonOf(error))], drafts: [] }
    }
  }

  /**
   * One transaction. Waits while the database is away or cannot do it, and lets others pass when writers meet again and
   * again, as long as nobody closes: nothing is wrong with what is written.
   */
  async #write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let conflicts = 0; ; ) {
      try {
        const result = await this.#db.begin(work)
        this.#noteDatabase(undefined)
        return result as T
      } catch (error) {
        if (this.#closing.signal.aborted) throw error
        const isConflict = isWriteConflict(error)
        if (!isConflict && !isDatabaseAway(error)) throw error
        if (isConflict && ++conflicts <= CONFLICT_RETRIES) continue
        if (!isConflict) this.#noteDatabase(error)
        await delay(DATABASE_RETRY_MS, undefined, { signal: this.#closing.signal })
      }
    }
  }

  #noteDatabase(error: unknown): void {
    const isAway = error !== undefined
    if (isAway === this.#isAway) return
    this.#isAway = isAway
    if (isAway) this.#log.warn({ error: reasonOf(error) }, 'the database is away; trying again')
    else this.#log.info('the database is back')
  }

  async #onHello(nodeId: string): Promise<void> {
    const cursor = await this.#write((tx) => cursorOf(tx, nodeId))
    this.#cursors?.note(nodeId, cursor)
  }

  async #quarantineJob(code: string, json: unknown): Promise<void> {
    this.#log.warn({ code }, 'a job that cannot be read was refused')
    await this.#quarantine(utf8Encode(JSON.stringify(json) ?? ''), 'job', code, '')
  }

  async #quarantineReading(reading: Reading, error: unknown): Promise<void> {
    this.#log.error({ err: error, kind: reading.kind }, 'an item could not be written')
    await this.#quarantine(bytesOf(reading), reading.kind, 'indexer-error', reasonOf(error))
  }

  async #quarantine(bytes: Uint8Array, kind: string, code: string, detail: string): Promise<void> {
    const row = {
      digest: sha256(bytes),
      code,
      kind,
      username: undefined,
      k: undefined,
      bytes: bytes.subarray(0, QUARANTINE_BYTES_PER_ITEM),
      item: undefined,
      source: 'queue',
      detail: detail.replaceAll('\0', '').slice(0, DETAIL_CHARACTERS),
      receivedAt: this.#clock.now(),
    }
    await this.#write((tx) => insertQuarantine(tx, [row], QUARANTINE_ITEMS))
  }

  async #writeStatus(): Promise<void> {
    if (this.#isAway) return
    try {
      const queueLength = await this.#consumer?.queueLength()
      const json = {
        startedAt: this.#startedAt,
        queueLength: queueLength ?? null,
        ...this.#counts,
        wanted: this.#wanted?.counts(),
        counted: this.#counter?.counts(),
      }
      await this.#db.begin((tx) => replaceIndexerStatus(tx, json, this.#clock.now()))
    } catch (error) {
      // The next one may succeed; batches say when the database is away.
      this.#log.debug({ error: reasonOf(error) }, 'the status was not written')
    }
  }
}

function bytesOf(reading: Reading): Uint8Array {
  switch (reading.kind) {
    case 'block':
      return reading.block.raw
    case 'userpost':
      return reading.post.piece
    case 'dht-item':
      return reading.item.p
    case 'refused':
      return reading.bytes
  }
}
