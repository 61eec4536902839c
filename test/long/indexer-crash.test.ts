import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../../db/client.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import { settleCounts } from '../../indexer/counter.ts'
import type { OutboxItem } from '../../node/outbox/item.ts'
import { openPublisher } from '../../node/outbox/publish.ts'
import { systemClock } from '../../node/protocol/clock.ts'
import { dumpIndex, openTestIndex } from '../index-fixture.ts'
import { MemoryOutbox } from '../memory-outbox.ts'
import { mixedStory } from '../mixed-story.ts'
import {
  eventually,
  postgresQueue,
  redisQueue,
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestQueue,
  type TestRedis,
  testLog,
} from '../services.ts'
import { tinyParams } from '../tiny-chain.ts'

let server: TestPostgres
let redis: TestRedis
let items: OutboxItem[]
let expected: unknown
beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  items = mixedStory({ postsOfEach: 1_000, blocks: 500 })
  const index = await openTestIndex(server, tinyParams)
  for (let i = 0; i < items.length; i += 500) await index.write(items.slice(i, i + 500))
  expected = await dumpIndex(index.db)
  await index.close()
})
afterAll(async () => {
  await server.close()
  await redis.close()
})

function startIndexer(url: string, queue: TestQueue): ChildProcess {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    REDIS_URL: queue.kind === 'redis' ? queue.config.url : '',
    WINDSOCK_NETWORK: 'regtest',
    WINDSOCK_LOG: process.env['WINDSOCK_LOG'] ?? 'silent',
  }
  return spawn(process.execPath, ['--import', 'tsx', 'indexer/main.ts'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
  return child.exitCode
}

describe.each(['redis', 'postgres'] as const)('with the queue on %s', (kind) => {
  it('comes to the same rows when everything is killed on the way', { timeout: 300_000 }, async () => {
    const url = await server.database()
    await migrateDatabase(url, { say: () => undefined })
    const queue = kind === 'redis' ? await redisQueue(redis) : postgresQueue(server, url)
    const source = new MemoryOutbox()
    source.append(items)
    const publisher = await openPublisher({ source, connection: queue.config, clock: systemClock, log: testLog })
    const db = openDb(url, { max: 1, name: 'test' })
    const cursor = async () => (await db`SELECT cursor FROM outbox_cursor`.catch(() => []))[0]?.['cursor'] ?? 0
    // "Workers scale out": two at work all the time.
    const indexers = [startIndexer(url, queue), startIndexer(url, queue)]
    const killedAt: number[] = []
    for (const [i, share] of [0.1, 0.3, 0.5].entries()) {
      killedAt.push(await eventually(cursor, (at) => at >= items.length * share, 60_000))
      const victim = indexers[i % 2]
      if (victim !== undefined) await kill(victim, 'SIGKILL')
      indexers[i % 2] = startIndexer(url, queue)
    }
    killedAt.push(await eventually(cursor, (at) => at >= items.length * 0.6, 60_000))
    await queue.loseEverything(500)
    // There was something left to lose.
    expect(killedAt[0]).toBeLessThan(items.length)
    await eventually(cursor, (at) => at >= items.length * 0.8, 60_000)
    if (kind === 'redis') await server.killAndRestart(500)
    const isWritten = () => {
      // When the server goes in the middle of a write, postgres.js can throw where nobody catches it: the indexer ends,
      // and is started again as by the launcher.
      for (const [i, { exitCode }] of indexers.entries()) if (exitCode !== null) indexers[i] = startIndexer(url, queue)
      return publisher.stats()
    }
    await eventually(isWritten, (stats) => stats.cursor === items.length, 180_000)
    for (const indexer of indexers) expect(await kill(indexer, 'SIGTERM')).toBe(0)
    await publisher.close()
    await settleCounts(db)
    expect(await dumpIndex(db)).toEqual(expected)
    await db.end({ timeout: 1 })
  })
})
