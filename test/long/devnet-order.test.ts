import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from '../../db/client.ts'
import { indexDigest } from '../../db/digest.ts'
import { openReader } from '../../db/queries/reader.ts'
import { devnetItems, devnetParams } from '../devnet-items.ts'
import { openTestIndex } from '../index-fixture.ts'
import { Oracle } from '../oracle.ts'
import { type Arrival, arrivals, batchesOf } from '../oracle-arrival.ts'
import { compareEverything } from '../oracle-queries.ts'
import { writeBeside } from '../oracle-writers.ts'
import { startPostgres, type TestPostgres } from '../services.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

it('comes to the same digest from what nodes of a private network publish, however it comes', async () => {
  const items = await devnetItems()
  const index = await openTestIndex(server, devnetParams)
  const db = openDb(index.url, { max: 4, name: 'test writers' })
  const sql = openReader(index.url)
  try {
    expect(new Set(items.map((item) => item.kind))).toEqual(new Set(['block-connected', 'userpost', 'dht-item']))
    await index.write(items)
    const straight = await indexDigest(db)
    await compareEverything(sql, new Oracle(devnetParams.genesisBlock, items), 20)
    const comesToTheSame = async (how: Arrival, writers: number): Promise<void> => {
      await index.clear()
      await writeBeside(db, devnetParams, batchesOf(items, how), writers)
      expect(await indexDigest(db)).toEqual(straight)
    }
    const property = fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), comesToTheSame)
    await fc.assert(property, { numRuns: 20, endOnFailure: true })
  } finally {
    await Promise.all([sql.end({ timeout: 1 }), db.end({ timeout: 1 })])
    await index.close()
  }
})
