import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { settleCounts } from '../indexer/counter.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { openPublisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { dumpIndex, openTestIndex } from './index-fixture.ts'
import { MemoryOutbox } from './memory-outbox.ts'
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
} from './services.ts'
import {
  blockItem,
  genesisBlock,
  keyOf,
  mine,
  mineMany,
  postItem,
  profileItem,
  register,
  tinyParams,
} from './tiny-chain.ts'

const USERS = 8
const POSTS = 1_000
const BLOCKS = 500
const time = 1_400_000_000

/** A chain that reorganises in the middle, and thousands of posts around it. */
function story(): OutboxItem[] {
  const names = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const trunk = mine(
    genesisBlock(),
    names.slice(0, -1).map((name) => register(name, keyOf(name))),
  )
  const last = `user${USERS - 1}`
  const losing = mineMany(trunk, 3, 1, [register(last, keyOf('loser'))])
  const winning = mineMany(trunk, BLOCKS, 2, [register(last, keyOf(last))])
  const posts = names.flatMap((n) =>
    Array.from({ length: POSTS }, (_, k) =>
      postItem({ n, k, height: 2, time: time + k, msg: `${k} #tag${k % 7}` }, keyOf(n)),
    ),
  )
  const profiles = names.map((name) => profileItem(name, `I am ${name}`, 1, keyOf(name), 2))
  const chain = [trunk, ...losing, ...winning].map(blockItem)
  const middle = posts.length / 2
  return [...chain.slice(0, 4), ...posts.slice(0, middle), ...chain.slice(4), ...profiles, ...posts.slice(middle)]
}

let server: TestPostgres
let redis: TestRedis
let items: OutboxItem[]
let expected: unknown
beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  items = story()
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
  it('comes to the same rows when everything is killed on the way', { timeout: 180_000 }, async () => {
    const url = await server.database()
    await migrateDatabase(url, { say: () => undefined })
    const queue = kind === 'redis' ? await redisQueue(redis) : postgresQueue(server, url)
    const source = new MemoryOutbox()
    source.append(items)
    const publisher = await openPublisher({ source, connection: queue.config, clock: systemClock, log: testLog })
    const db = openDb(url, { max: 1, name: 'test' })
    const cursor = async () => (await db`SELECT cursor FROM outbox_cursor`.catch(() => []))[0]?.['cursor'] ?? 0
    let indexer = startIndexer(url, queue)
    const killedAt: number[] = []
    for (const share of [0.1, 0.3, 0.5]) {
      killedAt.push(await eventually(cursor, (at) => at >= items.length * share, 60_000))
      await kill(indexer, 'SIGKILL')
      indexer = startIndexer(url, queue)
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
      if (indexer.exitCode !== null) indexer = startIndexer(url, queue)
      return publisher.stats()
    }
    await eventually(isWritten, (stats) => stats.cursor === items.length, 90_000)
    expect(await kill(indexer, 'SIGTERM')).toBe(0)
    await publisher.close()
    await settleCounts(db)
    expect(await dumpIndex(db)).toEqual(expected)
    await db.end({ timeout: 1 })
  })
})

it('says in one sentence why it cannot start', async () => {
  const say = async (env: Record<string, string>) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'indexer/main.ts'], {
      env: { ...process.env, WINDSOCK_LOG: 'silent', ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    const said: string[] = []
    child.stderr?.on('data', (chunk) => said.push(String(chunk)))
    const [code] = await once(child, 'close')
    return { code, said: said.join('') }
  }
  expect(await say({ DATABASE_URL: '' })).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^DATABASE_URL is not set[^\n]*\n$/),
  })
  expect(await say({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^The database cannot be reached: [^\n]*\n$/),
  })
  const index = await openTestIndex(server, tinyParams)
  expect(await say({ DATABASE_URL: index.url, WINDSOCK_NETWORK: 'main' })).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^This database holds the index of network regtest, not main[^\n]*\n$/),
  })
  await index.close()
})
