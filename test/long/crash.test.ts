import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexDigest } from '../../db/digest.ts'
import { openCrashGround } from '../crash-ground.ts'
import { crashStory, type Moment, strike, type Victim } from '../crash-points.ts'
import { CANCELLED, DEADLOCK, DISK_FULL, LOCK_TIMEOUT, suffer, UNREADABLE_FILE } from '../crash-troubles.ts'
import { openTestIndex } from '../index-fixture.ts'
import { startPostgres, startRedis, type TestPostgres, type TestRedis } from '../services.ts'
import { tinyParams } from '../tiny-chain.ts'

const MOMENTS: readonly Moment[] = ['write', 'cursor', 'acknowledge', 'count']
const VICTIMS: readonly Victim[] = ['indexer', 'postgres', 'queue']
const STRIKES = [...MOMENTS.flatMap((moment) => VICTIMS.map((victim) => [moment, victim] as const))]

let server: TestPostgres
let redis: TestRedis
let expected: unknown
beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  const index = await openTestIndex(server, tinyParams)
  for (const items of crashStory(STRIKES.length + 1)) await index.write(items)
  expected = await indexDigest(index.db)
  await index.close()
})
afterAll(async () => {
  await server.close()
  await redis.close()
})

describe.each(['redis', 'postgres'] as const)('with the queue on %s', (kind) => {
  it('loses nothing and doubles nothing, whatever is killed at whatever moment', async () => {
    const ground = await openCrashGround(server, redis, kind)
    const parts = crashStory(STRIKES.length + 1)
    try {
      for (const [i, [moment, victim]] of STRIKES.entries()) await strike(ground, moment, victim, parts[i] ?? [])
      await strike(ground, 'publish', 'indexer', parts.at(-1) ?? [])
      expect(await ground.digest()).toEqual(expected)
    } finally {
      await ground.close()
    }
  })

  it('loses nothing to a server that cannot write for a while', async () => {
    const ground = await openCrashGround(server, redis, kind)
    const troubles = [DISK_FULL, CANCELLED, LOCK_TIMEOUT, UNREADABLE_FILE, DEADLOCK]
    try {
      for (const [i, items] of crashStory(STRIKES.length + 1).entries()) await suffer(ground, troubles[i], items)
      expect(await ground.digest()).toEqual(expected)
    } finally {
      await ground.close()
    }
  })
})
