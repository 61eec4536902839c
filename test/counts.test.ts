import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { countAll, countMarked } from '../db/writes/count.ts'
import { lockCounter, takeRecounts } from '../db/writes/recount.ts'
import { ChainViews } from '../indexer/chain/chain-view.ts'
import { HeaderTable } from '../indexer/chain/header-table.ts'
import { Counter, settleCounts } from '../indexer/counter.ts'
import { type BlockSubject, blockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { readItem } from '../indexer/ingest/read-item.ts'
import { writeReadings } from '../indexer/ingest/write-readings.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { dumpIndex, openTestIndex, type TestIndex } from './index-fixture.ts'
import { eventually, startPostgres, type TestPostgres, testLog } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, mineMany, nameOf, postItem, register, tinyParams } from './tiny-chain.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave']
const DAY = 86_400
const first = mine(
  genesisBlock(),
  NAMES.map((name) => register(name, keyOf(name))),
)
const chain = [first, ...mineMany(first, 60, 0)]
const TABLES = [
  ...['user_state', 'user_day', 'userpost_count', 'hashtag_day', 'hashtag_author', 'hashtag_state', 'network_day'],
  ...['user_year', 'network_year'],
] as const

let server: TestPostgres
let index: TestIndex
beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
})
afterAll(async () => {
  await index.close()
  await server.close()
})
beforeEach(async () => {
  await index.clear()
  await index.write(chain.map(blockItem))
})

/** Posts of all kinds that are counted, over three days before the chain's first block. */
function post(i: number): OutboxItem {
  const n = NAMES[i % 4] ?? ''
  const k = Math.floor(i / 4)
  const time = first.header.time - (i % 3) * DAY
  const reply = i % 5 === 0 ? { n: nameOf(NAMES[(i + 1) % 4] ?? ''), k: i % 7 } : undefined
  return postItem({ n: nameOf(n), k, time, height: 5, msg: `#tag${i % 4} #all number ${i}`, reply }, keyOf(n))
}

function following(name: string, followed: readonly string[], seq: number): OutboxItem {
  const resource = { n: name, r: 'following1', t: 's' } as const
  const fields = { resource, height: 2, time: 1_400_000_000 + seq, seq, v: [...followed], sigUser: nameOf(name) }
  const { p, sigP } = encodeDhtItem(fields, keyOf(name))
  const provenance = { firstSeen: 1, source: 'dht', tipHeight: 1 }
  return { seq: 1, kind: 'dht-item', p, sigP, sigUser: nameOf(name), ...provenance }
}

async function totals(): Promise<Record<string, unknown[]>> {
  const dump = await dumpIndex(index.db)
  return Object.fromEntries(TABLES.map((table) => [table, dump[table]]))
}

async function countedFromNothing(): Promise<Record<string, unknown[]>> {
  await index.db.begin(countAll)
  return totals()
}

/** Writes side by side with others, and leaves the totals to whoever counts. */
async function writeInBatches(items: readonly OutboxItem[], size: number): Promise<void> {
  const db = openDb(index.url, { max: 1, name: 'writer' })
  const context = { params: tinyParams, headers: new HeaderTable(), chains: new ChainViews(), now: 1 }
  for (let i = 0; i < items.length; i += size) {
    const readings = items.slice(i, i + size).flatMap((item) => readItem(item, tinyParams))
    await db.begin((tx) => writeReadings(tx, readings, context))
  }
  await db.end()
}

it('counts what three writers write side by side, with counters that are killed in the middle', async () => {
  const items = Array.from({ length: 240 }, (_, i) => post(i))
  const follows = NAMES.map((name, i) => following(name, NAMES.slice(i + 1), 1))
  const counter = new Counter(index.db, testLog)
  const writers = [0, 1, 2].map((w) => writeInBatches([...items.filter((_, i) => i % 3 === w), ...follows], 7))
  const victim = openDb(index.url, { max: 1, name: 'victim' })
  let killed = 0
  for (let i = 0; i < 6; i++) {
    const counting = victim.begin(async (tx) => {
      const [me] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
      await lockCounter(tx)
      const marks = await takeRecounts(tx, 1_000)
      await countMarked(tx, marks)
      await index.db`SELECT pg_terminate_backend(${me?.pid ?? 0})`
      await new Promise(() => undefined)
    })
    await counting.catch(() => killed++)
    counter.note()
  }
  await Promise.all(writers)
  await victim.end({ timeout: 1 })
  const marks = () => index.db<{ count: number }[]>`SELECT count(*)::int AS count FROM recount`
  await eventually(marks, ([row]) => row?.count === 0)
  await counter.close()
  const counted = await totals()
  expect(killed).toBe(6)
  expect(counted['user_state']).toMatchObject([
    { username: 'alice', postCount: 60, followingCount: 3, followerCount: 0 },
    { username: 'bob', postCount: 60, followingCount: 2, followerCount: 1 },
    { username: 'carol', postCount: 60, followingCount: 1, followerCount: 2 },
    { username: 'dave', postCount: 60, followingCount: 0, followerCount: 3 },
  ])
  expect(counted['hashtag_state']).toContainEqual(
    expect.objectContaining({ tag: 'all', postCount: 240, peopleCount: 4 }),
  )
  expect(counted['network_day']).toHaveLength(3)
  expect(counted['network_year']).toMatchObject([{ year: 2011, postCount: 240, authorCount: 4, nameCount: 4 }])
  expect(await countedFromNothing()).toEqual(counted)
})

it('counts again what a reorganisation, a shorter list and a block by the operator take away', async () => {
  await index.write([...Array.from({ length: 40 }, (_, i) => post(i)), following('alice', ['bob', 'carol'], 1)])
  await index.write([following('alice', ['carol'], 2)])
  const before = await totals()
  expect(before['user_state']).toMatchObject([
    { username: 'alice', postCount: 10, followingCount: 1 },
    { username: 'bob', followerCount: 0 },
    { username: 'carol', followerCount: 1 },
    { username: 'dave' },
  ])
  const blocks: BlockSubject[] = [
    { kind: 'user', subject: 'carol' },
    { kind: 'post', subject: 'dave/1', key: { username: 'dave', k: 1 } },
    { kind: 'tag', subject: 'tag1' },
  ]
  for (const block of blocks) await blockSubject(index.db, block, 'spam', 1)
  await settleCounts(index.db)
  const hidden = await totals()
  expect(hidden['user_state']).toMatchObject([
    { username: 'alice', postCount: 10, followingCount: 0 },
    { username: 'bob', postCount: 0, knownK: 9 },
    { username: 'dave', postCount: 9, knownK: 9 },
  ])
  expect(await countedFromNothing()).toEqual(hidden)
  for (const block of blocks) await unblockSubject(index.db, block)
  await settleCounts(index.db)
  expect(await totals()).toEqual(before)
  await blockSubject(index.db, { kind: 'user', subject: 'carol' }, 'spam', 1)
  // dave, who does not exist on the longer branch, has no posts there.
  const others = NAMES.slice(0, 3).map((name) => register(name, keyOf(name)))
  const fork = mine(genesisBlock(), others, 1)
  await index.write([fork, ...mineMany(fork, 62, 1)].map(blockItem))
  const after = await totals()
  expect(after['user_state']).toMatchObject([{ username: 'alice' }, { username: 'bob' }])
  expect(JSON.stringify([after['hashtag_author'], after['user_day']])).not.toMatch(/dave|carol/)
  expect(await countedFromNothing()).toEqual(after)
})

it('waits while the database is away, and counts when it is back', async () => {
  const counter = new Counter(index.db, testLog)
  await writeInBatches([post(0)], 1)
  await server.killAndRestart()
  counter.note()
  const counted = () => index.db`SELECT 1 FROM user_state WHERE username = 'alice'`.catch(() => [])
  await eventually(counted, (rows) => rows.length === 1)
  await counter.close()
  await settleCounts(index.db)
})
