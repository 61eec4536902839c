import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { devnetItems, devnetParams } from './devnet-items.ts'
import { type Dump, dumpIndex, openTestIndex, type TestIndex } from './index-fixture.ts'
import { type Arrival, arrivals, batchesOf } from './oracle-arrival.ts'
import { writeBeside } from './oracle-writers.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { startPostgres, type TestPostgres } from './services.ts'

let server: TestPostgres
let recorded: TestIndex
beforeAll(async () => {
  server = await startPostgres()
  recorded = await openTestIndex(server, recordedParams)
})
afterAll(async () => {
  await recorded.close()
  await server.close()
})

async function indexed(batches: readonly (readonly OutboxItem[])[]): Promise<Dump> {
  await recorded.clear()
  for (const batch of batches) await recorded.write(batch)
  return dumpIndex(recorded.db)
}

it('indexes the recorded network completely', async () => {
  const dump = await indexed([recordedItems()])
  expect(Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.length]))).toEqual({
    block: 49,
    registration: 6,
    name: 5,
    promoted: 49,
    raw_userpost: 22,
    userpost: 22,
    hashtag: 8,
    mention: 5,
    raw_dht_item: 26,
    profile: 3,
    avatar: 1,
    following: 2,
    user_state: 4,
    user_day: 4,
    userpost_count: 3,
    hashtag_day: 7,
    hashtag_author: 7,
    hashtag_state: 7,
    network_day: 1,
    user_year: 4,
    network_year: 1,
    twist_link: 0,
    profile_version: 3,
    following_span: 2,
    pending_item: 0,
  })
  expect(dump.user_state[0]).toMatchObject({ username: 'alice', postCount: 14, directCount: 6, customCount: 2 })
  expect(JSON.stringify(dump.userpost.filter((row) => (row as { kind: string }).kind === 'direct'))).not.toContain(
    'innerMsg":"',
  )
})

it('comes to the same rows in any order, with any repetition, in any batches', async () => {
  const items = recordedItems()
  const straight = await indexed([items])
  const order = fc.record({
    shuffled: fc.shuffledSubarray(items, { minLength: items.length }),
    repeated: fc.subarray(items),
    batchSize: fc.integer({ min: 1, max: 40 }),
  })
  await fc.assert(
    fc.asyncProperty(order, async ({ shuffled, repeated, batchSize }) => {
      const all = [...shuffled, ...repeated]
      const batches: OutboxItem[][] = []
      for (let i = 0; i < all.length; i += batchSize) batches.push(all.slice(i, i + batchSize))
      expect(await indexed(batches)).toEqual(straight)
    }),
    { numRuns: 12 },
  )
})

it('comes to the same rows backwards, one item at a time', async () => {
  const items = recordedItems()
  const backwards = await indexed(items.toReversed().map((item) => [item]))
  expect(backwards).toEqual(await indexed([items]))
})

it('comes to the same digest from what nodes of a private network publish, however it comes', async () => {
  const items = await devnetItems()
  const index = await openTestIndex(server, devnetParams)
  const db = openDb(index.url, { max: 4, name: 'test writers' })
  try {
    expect(new Set(items.map((item) => item.kind))).toEqual(new Set(['block-connected', 'userpost', 'dht-item']))
    await index.write(items)
    const straight = await indexDigest(db)
    const comesToTheSame = async (how: Arrival, writers: number): Promise<void> => {
      await index.clear()
      await writeBeside(db, devnetParams, batchesOf(items, how), writers)
      expect(await indexDigest(db)).toEqual(straight)
    }
    const property = fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), comesToTheSame)
    await fc.assert(property, { numRuns: 1, endOnFailure: true })
  } finally {
    await db.end({ timeout: 1 })
    await index.close()
  }
})
