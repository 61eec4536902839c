import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import postgres from 'postgres'
import { openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { settleCounts } from '../indexer/counter.ts'
import type { OutboxItem, QueueConfig } from '../node/outbox/item.ts'
import { openPublisher, type Publisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { rounded } from './child.ts'
import { ListOutbox } from './list-outbox.ts'
import { familyUsage, usageOf } from './process-usage.ts'

const LOOK_MS = 20

export interface IngestServers {
  postgres: { url: string; pid: number }
  redis: { url: string; pid: number } | undefined
}

export interface IngestItems {
  /** Blocks and values: written before the clock starts. */
  before: readonly OutboxItem[]
  posts: readonly OutboxItem[]
}

/** One database, one queue, so many indexer processes: what they take to write the posts. */
export async function runIngest(
  name: string,
  servers: IngestServers,
  queueKind: QueueConfig['kind'],
  workers: number,
  { before, posts }: IngestItems,
): Promise<{ figures: object; digest: string }> {
  const url = await newDatabase(servers.postgres.url, name)
  const queue: QueueConfig =
    queueKind === 'redis' && servers.redis !== undefined
      ? { kind: 'redis', url: servers.redis.url }
      : { kind: 'postgres', url }
  const indexers = Array.from({ length: workers }, () => startIndexer(url, queue))
  const source = new ListOutbox()
  const log = pino({ level: 'warn' }, process.stderr)
  const publisher = await openPublisher({ source, connection: queue, clock: systemClock, log })
  try {
    source.append(before)
    await written(publisher, source, indexers)
    const pids = indexers.map(({ pid }) => pid ?? 0)
    const queuePid = queue.kind === 'redis' ? servers.redis?.pid : undefined
    const usage = () => ({
      indexer: pids.map((pid) => usageOf(pid)),
      database: familyUsage(servers.postgres.pid),
      redis: queuePid === undefined ? 0 : usageOf(queuePid).cpu_s,
      publisher: process.cpuUsage(),
    })
    const start = usage()
    const startMs = performance.now()
    source.append(posts)
    await written(publisher, source, indexers)
    const seconds = (performance.now() - startMs) / 1000
    const end = usage()
    const perThousand = (cpuS: number) => rounded((cpuS * 1000) / posts.length, 3)
    const indexerCpu = sum(end.indexer.map(({ cpu_s }) => cpu_s)) - sum(start.indexer.map(({ cpu_s }) => cpu_s))
    const publisherCpu = cpuSeconds(end.publisher) - cpuSeconds(start.publisher)
    const db = openDb(url, { max: 2, name: 'bench' })
    await settleCounts(db)
    const digest = await indexDigest(db)
    await db.end()
    return {
      digest: `${digest.network}/${digest.pages}`,
      figures: {
        queue: queue.kind,
        workers,
        posts_per_s: rounded(posts.length / seconds, 0),
        cpu_s_per_1000_posts: {
          indexers: perThousand(indexerCpu),
          database: perThousand(end.database.cpu_s - start.database.cpu_s),
          redis: perThousand(end.redis - start.redis),
          publisher: perThousand(publisherCpu),
        },
        peak_rss_mb: {
          indexers: end.indexer.map(({ peak_rss_mb }) => rounded(peak_rss_mb, 0)),
          database: rounded(end.database.peak_rss_mb, 0),
        },
      },
    }
  } finally {
    await publisher.close()
    await Promise.all(indexers.map(end))
  }
}

async function newDatabase(url: string, name: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`CREATE DATABASE ${name}`)
  await sql.end()
  const own = url.replace(/\/[^/]*$/, `/${name}`)
  await migrateDatabase(own, { say: () => undefined })
  return own
}

/** The process as the launcher starts it. */
function startIndexer(url: string, queue: QueueConfig): ChildProcess {
  const root = join(import.meta.dirname, '..')
  const child = spawn(process.execPath, ['--import', 'tsx', 'indexer/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: url,
      REDIS_URL: queue.kind === 'redis' ? queue.url : '',
      WINDSOCK_NETWORK: 'regtest',
      WINDSOCK_NO_CHECKPOINTS: '1',
      WINDSOCK_LOG: process.env['WINDSOCK_LOG'] ?? 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

async function written(publisher: Publisher, source: ListOutbox, indexers: readonly ChildProcess[]): Promise<void> {
  while (publisher.stats().cursor !== source.lastSequence()) {
    const ended = indexers.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)
    if (ended !== undefined) throw new Error(`an indexer ended with ${ended.exitCode ?? ended.signalCode}`)
    await delay(LOOK_MS)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

function cpuSeconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
