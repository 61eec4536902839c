import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { settleCounts } from '../indexer/counter.ts'
import type { OutboxItem, QueueConfig } from '../node/outbox/item.ts'
import { openPublisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openTestIndex } from './index-fixture.ts'
import { MemoryOutbox } from './memory-outbox.ts'
import { mixedStory } from './mixed-story.ts'
import { eventually, startPostgres, startRedis, type TestPostgres, type TestRedis, testLog } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

let server: TestPostgres
let redis: TestRedis
let items: OutboxItem[]
let expected: unknown
beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  items = mixedStory({ postsOfEach: 240, blocks: 150 })
  const index = await openTestIndex(server, tinyParams)
  await index.write(items)
  expected = await indexDigest(index.db)
  await index.close()
})
afterAll(async () => {
  await server.close()
  await redis.close()
})

/** One does it all on its own thread, the other has a thread that recovers signers. */
function startIndexer(url: string, queue: QueueConfig, threads: number): ChildProcess {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    REDIS_URL: queue.kind === 'redis' ? queue.url : '',
    WINDSOCK_NETWORK: 'regtest',
    WINDSOCK_LOG: process.env['WINDSOCK_LOG'] ?? 'silent',
    WINDSOCK_INDEXER_THREADS: String(threads),
  }
  const stdio = ['ignore', 'inherit', 'inherit'] as const
  return spawn(process.execPath, ['--import', 'tsx', 'indexer/main.ts'], { env, stdio: [...stdio] })
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
  return child.exitCode
}

it.each(['redis', 'postgres'] as const)(
  'two indexers on one database come to the same digest, with the queue on %s',
  async (kind) => {
    const url = await server.database()
    await migrateDatabase(url, { say: () => undefined })
    const queue: QueueConfig = kind === 'redis' ? { kind, url: redis.url } : { kind, url }
    const indexers = [0, 1].map((threads) => startIndexer(url, queue, threads))
    const db = openDb(url, { max: 2, name: 'test' })
    const here = () => db`SELECT DISTINCT client_port FROM pg_stat_activity WHERE application_name = 'windsock indexer'`
    await eventually(here, (sessions) => sessions.length > 3)
    const source = new MemoryOutbox()
    const publisher = await openPublisher({ source, connection: queue, clock: systemClock, log: testLog })
    try {
      source.append(items)
      await eventually(
        () => publisher.stats().cursor,
        (cursor) => cursor === items.length,
        120_000,
      )
      expect(await Promise.all(indexers.map(stop))).toEqual([0, 0])
      await settleCounts(db)
      expect(await indexDigest(db)).toEqual(expected)
      expect(await db`SELECT count(*)::int AS n FROM pending_item`).toEqual([{ n: 0 }])
    } finally {
      await publisher.close()
      await Promise.all(indexers.map(stop))
      await db.end({ timeout: 1 })
    }
  },
)
