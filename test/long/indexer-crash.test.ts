import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../../db/client.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import { settleCounts } from '../../indexer/counter.ts'
import type { OutboxItem } from '../../node/outbox/item.ts'
import { openPublisher } from '../../node/outbox/publish.ts'
import { systemClock } from '../../node/protocol/clock.ts'
import { parseSignedUserpost, type SignedUserpost, signUserpost } from '../../node/protocol/userpost.ts'
import { dumpIndex, openTestIndex } from '../index-fixture.ts'
import { MemoryOutbox } from '../memory-outbox.ts'
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
} from '../tiny-chain.ts'

const USERS = 8
const POSTS = 1_000
const BLOCKS = 500
const time = 1_400_000_000

/**
 * A chain that reorganises in the middle, and thousands of posts around it: the authors' posts are mixed, some retwist
 * and favourite each other's, and some have rivals that come far from them.
 */
function story(): OutboxItem[] {
  const names = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const trunk = mine(
    genesisBlock(),
    names.slice(0, -1).map((name) => register(name, keyOf(name))),
  )
  const last = `user${USERS - 1}`
  const losing = mineMany(trunk, 3, 1, [register(last, keyOf('loser'))])
  const winning = mineMany(trunk, BLOCKS, 2, [register(last, keyOf(last))])
  const posts = Array.from({ length: POSTS }, (_, k) => names.map((_name, i) => postOf(names, i, k))).flat()
  const rivals = names.flatMap((n) =>
    Array.from({ length: 20 }, (_, i) => {
      const k = 7 + i * 40
      return postItem({ n, k, height: 2, time: time + k, msg: `another ${k} by ${n}` }, keyOf(n))
    }),
  )
  const profiles = names.map((name) => profileItem(name, `I am ${name}`, 1, keyOf(name), 2))
  const chain = [trunk, ...losing, ...winning].map(blockItem)
  const middle = posts.length / 2
  return [
    ...[...chain.slice(0, 4), ...posts.slice(0, middle), ...chain.slice(4, 200)],
    ...[...rivals, ...chain.slice(200), ...profiles, ...posts.slice(middle)],
  ]
}

/** Every fifth retwists, every seventh favourites, what its neighbour writes at the same time. */
function postOf(names: readonly string[], i: number, k: number): OutboxItem {
  const n = names[i] ?? ''
  const base = { n, k, height: 2, time: time + k }
  const other = names[(i + 1) % names.length] ?? ''
  if (k % 5 === 3) return postItem({ ...base, msg: `see ${k}`, rt: originalOf(other, k - 1) }, keyOf(n))
  if (k % 7 === 6) return postItem({ ...base, msg: '', msg2: '', fav: originalOf(other, k + 20) }, keyOf(n))
  return postItem({ ...base, msg: `${k} #tag${k % 7}` }, keyOf(n))
}

function originalOf(n: string, k: number): Pick<SignedUserpost, 'raw' | 'signature'> {
  const msg = `${k} #tag${k % 7}`
  const post = parseSignedUserpost(signUserpost({ n, k, height: 2, time: time + k, msg }, keyOf(n)))
  if (post === undefined) throw new Error('not a post')
  return post
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
    await eventually(isWritten, (stats) => stats.cursor === items.length, 90_000)
    for (const indexer of indexers) expect(await kill(indexer, 'SIGTERM')).toBe(0)
    await publisher.close()
    await settleCounts(db)
    expect(await dumpIndex(db)).toEqual(expected)
    await db.end({ timeout: 1 })
  })
})
