import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { settleCounts } from '../indexer/counter.ts'
import { encodeOutboxItem, type OutboxItem } from '../node/outbox/item.ts'
import { openPublisher, type Publisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { type Breakpoints, openBreakpoints } from './breakpoints.ts'
import { MemoryOutbox } from './memory-outbox.ts'
import {
  eventually,
  postgresQueue,
  redisQueue,
  type TestPostgres,
  type TestQueue,
  type TestRedis,
  testLog,
} from './services.ts'

/** A node's outbox, a queue and an indexer in a process of its own, to be killed wherever one likes. */
export interface CrashGround {
  readonly points: Breakpoints
  readonly queue: TestQueue
  /** The node comes to know more. */
  append(items: readonly OutboxItem[]): void
  /** The node in a process of its own, about to publish these, too: answers how to let it, and how to kill it. */
  publishApart(items: readonly OutboxItem[]): Promise<{ send(): void; kill(): Promise<void> }>
  killIndexer(): Promise<void>
  killPostgres(): Promise<void>
  /** Everything appended is in the index; an indexer that ended meanwhile is started, as the launcher does. */
  settled(): Promise<void>
  cursor(): Promise<number>
  digest(): Promise<unknown>
  db: Database
  close(): Promise<void>
}

const SETTLED_WITHIN_MS = 90_000

export async function openCrashGround(
  server: TestPostgres,
  redis: TestRedis,
  kind: TestQueue['kind'],
): Promise<CrashGround> {
  const url = await server.database()
  await migrateDatabase(url, { say: () => undefined })
  const queue = kind === 'redis' ? await redisQueue(redis) : postgresQueue(server, url)
  const outbox = new MemoryOutbox()
  const dir = mkdtempSync(join(tmpdir(), 'windsock-crash-'))
  const db = openDb(url, { max: 2, name: 'test' })
  const open = () => openPublisher({ source: outbox, connection: queue.config, clock: systemClock, log: testLog })
  let publisher: Publisher = await open()
  let indexer = startIndexer(url, queue)
  const cursor = async () => Number((await db`SELECT cursor FROM outbox_cursor`.catch(() => []))[0]?.['cursor'] ?? 0)
  // The tables of the queue are made by whoever comes first.
  await eventually(
    async () => (await publisher.stats()).cursor,
    (at) => at === 0,
    60_000,
  )
  const points = await openBreakpoints(url, [
    'write',
    'cursor',
    'count',
    ...(kind === 'postgres' ? (['send', 'take'] as const) : []),
  ])
  const revive = () => {
    if (indexer.exitCode !== null || indexer.signalCode !== null) indexer = startIndexer(url, queue)
  }
  return {
    points,
    queue,
    db,
    cursor,
    append: (items) => outbox.append(items),
    publishApart: async (items) => {
      await publisher.close()
      outbox.append(items)
      const file = join(dir, 'items')
      const all = outbox.read(1, outbox.lastSequence())
      writeFileSync(file, all.map(encodeOutboxItem).join('\n'))
      const settings = JSON.stringify({ nodeId: outbox.nodeId, queue: queue.config, file })
      const child = start(['test/publisher-process.ts', settings], {})
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('the publisher ended')))
      await Promise.race([once(child, 'message'), ended])
      ended.catch(() => undefined)
      return {
        send: () => child.send('send'),
        kill: async () => {
          await kill(child, 'SIGKILL')
          publisher = await open()
        },
      }
    },
    killIndexer: async () => {
      await kill(indexer, 'SIGKILL')
    },
    killPostgres: () => server.killAndRestart(300),
    settled: async () => {
      const at = () => {
        revive()
        return cursor()
      }
      await eventually(at, (seen) => seen === outbox.lastSequence(), SETTLED_WITHIN_MS)
    },
    digest: async () => {
      await settleCounts(db)
      return indexDigest(db)
    },
    close: async () => {
      await points.close().catch(() => undefined)
      await kill(indexer, 'SIGTERM')
      await publisher.close()
      await db.end({ timeout: 1 })
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function startIndexer(url: string, queue: TestQueue): ChildProcess {
  return start(['indexer/main.ts'], {
    DATABASE_URL: url,
    REDIS_URL: queue.config.kind === 'redis' ? queue.config.url : '',
    WINDSOCK_NETWORK: 'regtest',
  })
}

function start(script: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', ...script], {
    env: { ...process.env, WINDSOCK_LOG: process.env['WINDSOCK_LOG'] ?? 'silent', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
