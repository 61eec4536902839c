import { createPostgresBackend, type Processor, Queue, runMigrations, Worker } from 'bullmq'
import pg from 'pg'
import type { QueueConfig } from './item.ts'
import {
  CLOSE_WITHIN_MS,
  CONNECT_WITHIN_MS,
  JOB_LOCK_MS,
  MAX_STALLED,
  POOL_CONNECTIONS,
  QUEUE_EVENTS_KEPT,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
  STALLED_LOOK_MS,
} from './limits.ts'
import { within } from './timing.ts'

/** PostgreSQL schema of the queue's tables: the same database may hold the index. */
const QUEUE_SCHEMA = 'bullmq'

export function newQueue(config: QueueConfig, name: string): Queue {
  const settings = { streams: { events: { maxLen: QUEUE_EVENTS_KEPT } } }
  if (config.kind === 'redis') return new Queue(name, { ...settings, connection: redisConnection(config.url) })
  const connection = postgresConnection(config.url)
  return new Queue(name, { ...settings, connection }, createPostgresBackend) as unknown as Queue
}

/** So many jobs at a time; finished jobs are removed. */
export function newWorker(config: QueueConfig, name: string, concurrency: number, processor: Processor): Worker {
  const settings = {
    concurrency,
    lockDuration: JOB_LOCK_MS,
    stalledInterval: STALLED_LOOK_MS,
    maxStalledCount: MAX_STALLED,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    runRetryDelay: RETRY_FIRST_MS,
  }
  if (config.kind === 'redis') {
    return new Worker(name, processor, { ...settings, connection: redisConnection(config.url) })
  }
  const connection = postgresConnection(config.url)
  return new Worker(name, processor, { ...settings, connection }, createPostgresBackend) as unknown as Worker
}

/** Lets a job at work finish, and gives up waiting for a server that does not answer. */
export async function closePart(part: Queue | Worker): Promise<void> {
  try {
    await within(CLOSE_WITHIN_MS, part.close())
  } catch {
    // What is thrown now concerns nobody.
    const closed = part instanceof Worker ? part.close(true) : part.disconnect()
    await within(CLOSE_WITHIN_MS / 4, closed).catch(() => undefined)
  }
}

/** Makes the queue's tables if they are not there. Throws when the server is away. */
export async function prepareServer(config: QueueConfig): Promise<void> {
  if (config.kind === 'redis') return
  const client = new pg.Client({ connectionString: config.url, connectionTimeoutMillis: CONNECT_WITHIN_MS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await runMigrations(client, QUEUE_SCHEMA)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** invalid_schema_name, undefined_table, undefined_function, and BullMQ's own word for a missing ledger. */
export function isSchemaLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return code === '3F000' || code === '42P01' || code === '42883' || error.name === 'SchemaMigrationRequiredError'
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
