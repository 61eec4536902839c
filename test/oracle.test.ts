import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { newestPosts } from '../db/queries/newest-posts.ts'
import { usersByActivity } from '../db/queries/people.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { threadOf } from '../db/queries/thread.ts'
import { settleCounts } from '../indexer/counter.ts'
import { type BlockSubject, blockSubject, parseBlockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { Oracle } from './oracle.ts'
import { acts } from './oracle-acts.ts'
import { type Arrival, arrivals, batchesOf } from './oracle-arrival.ts'
import { privateKeyOf } from './oracle-cast.ts'
import type { OracleBlock } from './oracle-hiding.ts'
import { oddItems } from './oracle-odd-items.ts'
import { compareEverything } from './oracle-queries.ts'
import { forkedWorld, type WorldPlan, worldOf, worldPlan } from './oracle-world.ts'
import { writeBeside } from './oracle-writers.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, postItem, tinyParams } from './tiny-chain.ts'

const RUNS = Number(process.env['WINDSOCK_ORACLE_RUNS'] ?? 10)
const ACTS = Number(process.env['WINDSOCK_ORACLE_ACTS'] ?? 50)
const MAX_WRITERS = 3
const TURMOIL_SEED = Number(process.env['WINDSOCK_ORACLE_SEED'] ?? 11)

let server: TestPostgres
let index: TestIndex
let db: Database
let sql: Reader
beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  db = openDb(index.url, { max: MAX_WRITERS + 3, name: 'test writers' })
  sql = openReader(index.url)
})
afterAll(async () => {
  await sql.end({ timeout: 1 })
  await db.end({ timeout: 1 })
  await index.close()
  await server.close()
})

/** What an operator may block in these worlds. */
const BLOCKS: readonly OracleBlock[] = [
  { kind: 'user', subject: 'bob' },
  { kind: 'user', subject: 'nobody' },
  { kind: 'post', subject: 'alice/0' },
  { kind: 'post', subject: 'dave/1' },
  { kind: 'post', subject: '!nobody/2' },
  { kind: 'tag', subject: 'a' },
  { kind: 'tag', subject: 'b' },
  { kind: 'word', subject: 'hello' },
]

/** Blocked before anything came, or when everything is there; some of it only for a while. */
interface Moderation {
  before: OracleBlock[]
  after: OracleBlock[]
  lifted: OracleBlock[]
}

const moderations: fc.Arbitrary<Moderation> = fc.record({
  before: fc.subarray([...BLOCKS], { maxLength: 2 }),
  after: fc.subarray([...BLOCKS], { maxLength: 2 }),
  lifted: fc.subarray([...BLOCKS], { maxLength: 2 }),
})

function subjectOf({ kind, subject }: OracleBlock): BlockSubject {
  const block = parseBlockSubject(kind, subject)
  if (typeof block === 'string') throw new Error(block)
  return block
}

async function agrees(plan: WorldPlan, how: Arrival, moderation: Moderation, limit: number): Promise<void> {
  const { items } = worldOf(plan)
  const { before, after, lifted } = moderation
  await index.clear()
  for (const block of [...before, ...lifted]) await blockSubject(db, subjectOf(block), 'before', 1)
  for (const batch of batchesOf(items, how)) await index.write(batch)
  for (const block of after) await blockSubject(db, subjectOf(block), 'after', 1)
  for (const block of lifted) await unblockSubject(db, subjectOf(block))
  await settleCounts(db)
  const blocks = [...before, ...after].filter((block) => !lifted.includes(block))
  await compareEverything(sql, new Oracle(tinyParams.genesisBlock, items, blocks), limit)
}

it('answers every question as a naive model does, whatever came and in whatever order', async () => {
  const limits = fc.integer({ min: 1, max: 7 })
  await fc.assert(fc.asyncProperty(worldPlan(ACTS), arrivals, moderations, limits, agrees), { numRuns: RUNS })
})

it('comes to the same digest by any number of writers, in any order, with any repetition', async () => {
  const comesToTheSame = async (plan: WorldPlan, how: Arrival, writers: number): Promise<void> => {
    const { items } = worldOf(plan)
    await index.clear()
    await index.write(items)
    const straight = await indexDigest(db)
    await index.clear()
    await writeBeside(db, tinyParams, batchesOf(items, how), writers)
    expect(await indexDigest(db)).toEqual(straight)
  }
  const writers = fc.integer({ min: 1, max: MAX_WRITERS })
  await fc.assert(fc.asyncProperty(worldPlan(ACTS), arrivals, writers, comesToTheSame), { numRuns: RUNS })
})

it('takes what is odd as a naive model does, and none of it for a mistake of its own', async () => {
  const { trunk, short } = forkedWorld([], 30)
  const known = [...[...trunk, ...short].map(blockItem), ...oddItems()]
  await index.clear()
  await index.write(known)
  const codes = await db<{ code: string }[]>`SELECT DISTINCT code FROM quarantine ORDER BY code`
  const refused = ['bad-bencoding', 'bad-time', 'expected-piece', 'invalid-utf8-string']
  expect(codes.map((row) => row.code)).toEqual(refused)
  await compareEverything(sql, new Oracle(tinyParams.genesisBlock, known), 50)
})

it('comes to the same digest when writers meet at the same few numbers', async () => {
  const blocks = forkedWorld([], 1).trunk.map(blockItem)
  const rivals = Array.from({ length: 90 }, (_, i) =>
    postItem({ n: 'alice', k: i % 3, height: 1, time: i, msg: `#rival ${i}` }, privateKeyOf(0, 0)),
  )
  await index.clear()
  await index.write([...blocks, ...rivals])
  const straight = await indexDigest(db)
  for (const seed of [1, 2, 3]) {
    await index.clear()
    await index.write(blocks)
    await writeBeside(db, tinyParams, batchesOf(rivals, { seed, repeatedOfTen: 1, batchSize: 2 }), MAX_WRITERS)
    expect(await indexDigest(db)).toEqual(straight)
  }
})

it('answers as a naive model does after each of two reorganisations of more than a hundred blocks', async () => {
  const plan = fc.sample(acts(90), { numRuns: 20, seed: 4 }).flat().slice(0, 100)
  const { trunk, short, long, rest, items } = forkedWorld(plan, 110)
  await index.clear()
  const known = [...items, ...trunk.map(blockItem)]
  await index.write(known)
  const hidden = BLOCKS.filter(({ kind }) => kind === 'tag' || kind === 'word')
  for (const block of hidden) await blockSubject(db, subjectOf(block), 'for good', 1)
  for (const branch of [short, long, rest]) {
    const blocks = branch.map(blockItem)
    known.push(...blocks)
    for (let i = 0; i < blocks.length; i += 30) await index.write(blocks.slice(i, i + 30))
    await compareEverything(sql, new Oracle(tinyParams.genesisBlock, known, hidden), 50)
  }
  const digest = await indexDigest(db)
  await index.clear()
  for (const block of hidden) await blockSubject(db, subjectOf(block), 'for good', 1)
  await index.write([...trunk, ...short, ...rest].map(blockItem))
  await index.write(items)
  expect(await indexDigest(db)).toEqual(digest)
})

/** Written by several, counted, rebuilt, blocked, unblocked and read, all at once. */
async function writeInTurmoil(batches: OutboxItem[][], blocks: readonly BlockSubject[]): Promise<void> {
  let isWriting = true
  const repeat = async (work: () => Promise<unknown>): Promise<void> => {
    while (isWriting) await work()
  }
  const rebuild = () =>
    rebuildIndex({
      databaseUrl: index.url,
      signal: AbortSignal.timeout(60_000),
      now: () => 1,
      onProgress: () => undefined,
    })
  const toggle = async () => {
    for (const block of blocks) await blockSubject(db, block, 'for a while', 1)
    for (const block of blocks) await unblockSubject(db, block)
  }
  const read = async () => {
    await newestPosts(sql, [], { limit: 20 })
    await threadOf(sql, 'alice', 0)
    await usersByActivity(sql, { limit: 20 })
  }
  const others = Promise.all([repeat(rebuild), repeat(toggle), repeat(read)])
  await writeBeside(db, tinyParams, batches, MAX_WRITERS).finally(() => {
    isWriting = false
  })
  await others
  for (const block of blocks) await blockSubject(db, block, 'for good', 1)
  await settleCounts(db)
}

it('comes to the same digest while all that can be done to an index is done to it', async () => {
  const blocks = BLOCKS.map(subjectOf)
  const plan = fc.sample(acts(60), { numRuns: 50, seed: TURMOIL_SEED }).flat().slice(0, 400)
  const { trunk, short, long, rest, items: signed } = forkedWorld(plan, 20)
  const items = [...[...trunk, ...short, ...long, ...rest].map(blockItem), ...signed]
  await index.clear()
  await index.write(items)
  for (const block of blocks) await blockSubject(db, block, 'for good', 1)
  await settleCounts(db)
  const straight = await indexDigest(db)
  await index.clear()
  await writeInTurmoil(batchesOf(items, { seed: TURMOIL_SEED, repeatedOfTen: 2, batchSize: 4 }), blocks)
  expect(await indexDigest(db)).toEqual(straight)
})
