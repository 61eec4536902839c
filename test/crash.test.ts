import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexDigest } from '../db/digest.ts'
import { openCrashGround } from './crash-ground.ts'
import { crashStory, type Moment, strike, type Victim } from './crash-points.ts'
import { CANCELLED, DISK_FULL, suffer } from './crash-troubles.ts'
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

it('waits for a database that cannot write just now, and takes it for no fault of the items', async () => {
  const ground = await openCrashGround(server, redis, 'redis')
  try {
    const troubles = [DISK_FULL, CANCELLED]
    for (const [i, items] of crashStory(PARTS).entries()) await suffer(ground, troubles[i], items)
    expect(await ground.db`SELECT code FROM quarantine WHERE code = 'indexer-error'`).toEqual([])
    expect(await ground.digest()).toEqual(expected)
  } finally {
    await ground.close()
  }
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
