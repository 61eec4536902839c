import { createPostgresBackend, type Processor, Queue, runMigrations, Worker } from 'bullmq'
import pg from 'pg'
import type { Log } from '../log.ts'
import type { QueueConfig } from './item.ts'
import {
  ANSWER_WITHIN_MS,
  CLOSE_WITHIN_MS,
  JOB_LOCK_MS,
  LATEST_WAITING,
  MAX_STALLED,
  QUEUE_EVENTS_KEPT,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
  STALLED_LOOK_MS,
} from './limits.ts'

/** PostgreSQL schema of the queue's tables: the same database may hold the index. */
const QUEUE_SCHEMA = 'bullmq'
const POOL_CONNECTIONS = 2
const CONNECT_WITHIN_MS = 5_000

/** What is thrown by send and count when the server does not answer; the caller tries again later. */
export class QueueAway extends Error {}

/**
 * The server of the queues, whichever it is. Opening never fails: while the server is away, senders get QueueAway and
 * workers wait; one line is logged when it goes and one when it is back.
 */
export class QueueServer {
  readonly #config: QueueConfig
  readonly #log: Log
  readonly #closing = new AbortController()
  readonly #queues = new Map<string, Queue>()
  readonly #workers: Worker[] = []
  readonly #opened: Promise<void>
  #isReady = false
  #isAway = false
  #healing: Promise<void> | undefined

  constructor(config: QueueConfig, log: Log) {
    this.#config = config
    this.#log = log
    this.#opened = this.#open()
    this.#opened.catch(() => undefined)
  }

  get isAway(): boolean {
    return this.#isAway || !this.#isReady
  }

  /** Adds one job. Completed and failed jobs go at once: an id that lingers would swallow a re-added job. */
  async send(queueName: string, data: object): Promise<void> {
    await this.#ask((queue) => queue.add('', data, { removeOnComplete: true, removeOnFail: true }), queueName)
  }

  /** Adds a message of which only the last counts: when nobody reads them, the older ones go. */
  async sendLatest(queueName: string, data: object): Promise<void> {
    if ((await this.waiting(queueName)) >= LATEST_WAITING) await this.#ask((queue) => queue.drain(), queueName)
    await this.send(queueName, data)
  }

  /** Jobs of a queue that are not finished, those at work included. */
  async waiting(queueName: string): Promise<number> {
    const counts = await this.#ask(
      (queue) => queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized'),
      queueName,
    )
    return Object.values(counts).reduce((sum, count) => sum + count, 0)
  }

  /** Closes the connections of a queue that is not used any more. */
  async forget(queueName: string): Promise<void> {
    const queue = this.#queues.get(queueName)
    this.#queues.delete(queueName)
    if (queue !== undefined) await within(CLOSE_WITHIN_MS, queue.close()).catch(() => forceClose(queue))
  }

  /** Hands each job to `work`, one at a time, in order. */
  consume(queueName: string, work: (data: unknown) => Promise<void>): void {
    this.#opened.then(
      () => this.#startWorker(queueName, async (job) => work(job.data)),
      () => undefined,
    )
  }

  /** Lets the job at work finish; gives up waiting for a server that does not answer. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    await this.#opened.catch(() => undefined)
    const open = [...this.#workers, ...this.#queues.values()]
    await Promise.all(open.map((part) => within(CLOSE_WITHIN_MS, part.close()).catch(() => forceClose(part))))
  }

  async #open(): Promise<void> {
    for (let delayMs = RETRY_FIRST_MS; !this.#closing.signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        if (this.#config.kind === 'postgres') await migrate(this.#config.url)
        this.#isReady = true
        return
      } catch (error) {
        this.#noteError(error)
        await pause(delayMs, this.#closing.signal)
      }
    }
    throw new QueueAway('closed before the queue server answered')
  }

  async #ask<T>(question: (queue: Queue) => Promise<T>, queueName: string): Promise<T> {
    if (this.#closing.signal.aborted) throw new QueueAway('closed')
    try {
      if (!this.#isReady) await within(CONNECT_WITHIN_MS, this.#opened)
      const answer = await within(ANSWER_WITHIN_MS, question(this.#queue(queueName)))
      this.#noteAnswer()
      return answer
    } catch (error) {
      this.#noteError(error)
      throw new QueueAway(messageOf(error), { cause: error })
    }
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name)
    if (known !== undefined) return known
    const settings = { streams: { events: { maxLen: QUEUE_EVENTS_KEPT } } }
    const queue: Queue =
      this.#config.kind === 'redis'
        ? new Queue(name, { ...settings, connection: redisConnection(this.#config.url) })
        : (new Queue(
            name,
            { ...settings, connection: postgresConnection(this.#config.url) },
            createPostgresBackend,
          ) as unknown as Queue)
    queue.on('error', (error) => this.#noteError(error))
    this.#queues.set(name, queue)
    return queue
  }

  #startWorker(name: string, processor: Processor): void {
    if (this.#closing.signal.aborted) return
    const settings = {
      concurrency: 1,
      lockDuration: JOB_LOCK_MS,
      stalledInterval: STALLED_LOOK_MS,
      maxStalledCount: MAX_STALLED,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      runRetryDelay: RETRY_FIRST_MS,
    }
    const worker: Worker =
      this.#config.kind === 'redis'
        ? new Worker(name, processor, { ...settings, connection: redisConnection(this.#config.url) })
        : (new Worker(
            name,
            processor,
            { ...settings, connection: postgresConnection(this.#config.url) },
            createPostgresBackend,
          ) as unknown as Worker)
    worker.on('error', (error) => this.#noteError(error))
    worker.on('active', () => this.#noteAnswer())
    worker.on('drained', () => this.#noteAnswer())
    this.#workers.push(worker)
  }

  #noteAnswer(): void {
    if (!this.#isAway) return
    this.#isAway = false
    this.#log.info({ queue: this.#config.kind }, 'the queue server is back')
  }

  #noteError(error: unknown): void {
    if (this.#closing.signal.aborted) return
    if (isSchemaLost(error)) this.#heal()
    if (this.#isAway) return
    this.#isAway = true
    this.#log.warn({ queue: this.#config.kind, error: messageOf(error) }, 'the queue server is away; trying again')
  }

  /** The queue's tables are gone (a restored database): make them again. What was in them the node sends again. */
  #heal(): void {
    if (this.#config.kind !== 'postgres' || this.#healing !== undefined) return
    this.#healing = migrate(this.#config.url)
      .catch((error) => this.#log.warn({ error: messageOf(error) }, "the queue's tables cannot be made again yet"))
      .then(() => pause(RETRY_FIRST_MS, this.#closing.signal))
      .finally(() => {
        this.#healing = undefined
      })
  }
}

async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await runMigrations(client, QUEUE_SCHEMA)
  } finally {
    await client.end()
  }
}

function postgresConnection(url: string) {
  return {
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: POOL_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
  }
}

function redisConnection(url: string) {
  return {
    url,
    // BullMQ demands null: a command waits for the reconnection instead of failing.
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * RETRY_FIRST_MS, RETRY_MAX_MS),
  }
}

/** invalid_schema_name, undefined_table, undefined_function, and BullMQ's own word for a missing ledger. */
function isSchemaLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return code === '3F000' || code === '42P01' || code === '42883' || error.name === 'SchemaMigrationRequiredError'
}

/** Stops a part that the server keeps waiting; what is thrown now concerns nobody. */
async function forceClose(part: Queue | Worker): Promise<void> {
  const closed = part instanceof Worker ? part.close(true) : part.disconnect()
  await within(CLOSE_WITHIN_MS / 4, closed).catch(() => undefined)
}

export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Ends early, without an error, when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
