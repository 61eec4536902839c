import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { Oracle } from './oracle.ts'
import { acts } from './oracle-acts.ts'
import { type Arrival, arrivals, batchesOf } from './oracle-arrival.ts'
import { compareEverything } from './oracle-queries.ts'
import { forkedWorld, type WorldPlan, worldOf, worldPlan } from './oracle-world.ts'
import { writeBeside } from './oracle-writers.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, tinyParams } from './tiny-chain.ts'

const RUNS = Number(process.env['WINDSOCK_ORACLE_RUNS'] ?? 10)
const ACTS = Number(process.env['WINDSOCK_ORACLE_ACTS'] ?? 50)
const MAX_WRITERS = 3

let server: TestPostgres
let index: TestIndex
let db: Database
let sql: Reader
beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  db = openDb(index.url, { max: MAX_WRITERS + 1, name: 'test writers' })
  sql = openReader(index.url)
})
afterAll(async () => {
  await sql.end({ timeout: 1 })
  await db.end({ timeout: 1 })
  await index.close()
  await server.close()
})

async function agrees(plan: WorldPlan, how: Arrival, limit: number): Promise<void> {
  const { items } = worldOf(plan)
  await index.clear()
  for (const batch of batchesOf(items, how)) await index.write(batch)
  await compareEverything(sql, new Oracle(tinyParams.genesisBlock, items), limit)
}

it('answers every question as a naive model does, whatever came and in whatever order', async () => {
  const limits = fc.integer({ min: 1, max: 7 })
  await fc.assert(fc.asyncProperty(worldPlan(ACTS), arrivals, limits, agrees), { numRuns: RUNS })
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

it('answers as a naive model does after each of two reorganisations of more than a hundred blocks', async () => {
  const plan = fc.sample(acts(90), { numRuns: 20, seed: 4 }).flat().slice(0, 100)
  const { trunk, short, long, rest, items } = forkedWorld(plan, 110)
  await index.clear()
  const known = [...items, ...trunk.map(blockItem)]
  await index.write(known)
  for (const branch of [short, long, rest]) {
    const blocks = branch.map(blockItem)
    known.push(...blocks)
    for (let i = 0; i < blocks.length; i += 30) await index.write(blocks.slice(i, i + 30))
    await compareEverything(sql, new Oracle(tinyParams.genesisBlock, known), 50)
  }
  const digest = await indexDigest(db)
  await index.clear()
  await index.write([...trunk, ...short, ...rest].map(blockItem))
  await index.write(items)
  expect(await indexDigest(db)).toEqual(digest)
})
