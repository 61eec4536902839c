import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexDigest } from '../db/digest.ts'
import { openCrashGround } from './crash-ground.ts'
import { crashStory, type Moment, strike, type Victim } from './crash-points.ts'
import { openTestIndex } from './index-fixture.ts'
import { startPostgres, startRedis, type TestPostgres, type TestQueue, type TestRedis } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

const PARTS = 5

let server: TestPostgres
let redis: TestRedis
let expected: unknown
beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  const index = await openTestIndex(server, tinyParams)
  for (const items of crashStory(PARTS)) await index.write(items)
  expected = await indexDigest(index.db)
  await index.close()
})
afterAll(async () => {
  await server.close()
  await redis.close()
})

/** Each kind of queue meets each moment, and each part of the system dies; all that there is together is in test/long. */
const STRIKES: Record<TestQueue['kind'], [moment: Moment, victim: Victim][]> = {
  redis: [
    ['write', 'indexer'],
    ['cursor', 'postgres'],
    ['acknowledge', 'queue'],
    ['count', 'indexer'],
    ['publish', 'indexer'],
  ],
  postgres: [
    ['count', 'postgres'],
    ['write', 'postgres'],
    ['acknowledge', 'indexer'],
    ['cursor', 'indexer'],
    ['publish', 'indexer'],
  ],
}

describe.each(['redis', 'postgres'] as const)('with the queue on %s', (kind) => {
  it('loses nothing and doubles nothing, wherever it is killed', async () => {
    const ground = await openCrashGround(server, redis, kind)
    const parts = crashStory(PARTS)
    try {
      for (const [i, [moment, victim]] of STRIKES[kind].entries()) await strike(ground, moment, victim, parts[i] ?? [])
      expect(await ground.digest()).toEqual(expected)
    } finally {
      await ground.close()
    }
  })
})
