import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { openReader } from '../db/queries/reader.ts'
import { settleCounts } from '../indexer/counter.ts'
import { blockSubject } from '../indexer/hiding/moderation.ts'
import { DERIVATION_VERSION } from '../indexer/rebuild/derivation.ts'
import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import { RebuildError, type RebuildProgress } from '../indexer/rebuild/rebuild-run.ts'
import { rebuildWhenOlder } from '../indexer/rebuild/rebuild-when-older.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { eventually, startPostgres, type TestPostgres, testLog } from './services.ts'
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

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

function rebuild(url: string, onProgress: (progress: RebuildProgress) => void = () => undefined) {
  return rebuildIndex({ databaseUrl: url, signal: new AbortController().signal, now: () => 1, onProgress })
}

/** Tables, columns, indexes, constraints and rights: what a swap must not change. */
async function shapeOf(db: Database): Promise<unknown> {
  return db`
    SELECT c.relname, c.relkind, c.reloptions, pg_get_indexdef(c.oid) AS index,
      (SELECT array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' ||
        coalesce(pg_get_expr(d.adbin, d.adrelid), '') ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
      (SELECT array_agg(con.conname || ' ' || pg_get_constraintdef(con.oid) ORDER BY con.conname)
        FROM pg_constraint con WHERE con.conrelid = c.oid) AS constraints,
      (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(c.relacl) AS acl) AS rights,
      (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname`
}

const DAMAGE = [
  'DELETE FROM userpost WHERE k = 1',
  "UPDATE name SET uid = uid + 1; UPDATE promoted SET message = 'damaged'",
  'DELETE FROM registration WHERE height > 20; TRUNCATE hashtag, following',
  "UPDATE raw_userpost SET verdict = 'rival'; UPDATE user_state SET post_count = 0",
]

it('derives everything anew, to the same rows in tables of the same shape', async () => {
  const index = await openTestIndex(server, recordedParams)
  await migrateDatabase(index.url, { readPassword: 'read', say: () => undefined })
  await index.write(recordedItems())
  const [digest, shape] = [await indexDigest(index.db), await shapeOf(index.db)]
  for (const statement of DAMAGE) await index.db.unsafe(statement)
  expect((await indexDigest(index.db)).network).not.toBe(digest.network)
  expect(await rebuild(index.url)).toEqual({ blocks: 49, userposts: 22, values: 26 })
  await settleCounts(index.db)
  expect(await indexDigest(index.db)).toEqual(digest)
  expect(await shapeOf(index.db)).toEqual(shape)
  expect(await index.db`SELECT nspname FROM pg_namespace WHERE nspname = 'rebuilt'`).toHaveLength(0)
  expect(await index.db`SELECT value FROM meta WHERE key IN ('derivation', 'rebuild')`).toEqual([
    { value: String(DERIVATION_VERSION) },
  ])
  await index.close()
})

it('rebuilds by itself what an older version derived, once, and nothing that is empty', async () => {
  const index = await openTestIndex(server, recordedParams)
  const options = { db: index.db, databaseUrl: index.url, clock: systemClock, log: testLog }
  const look = () => rebuildWhenOlder({ ...options, signal: new AbortController().signal })
  const version = () => index.db`SELECT value FROM meta WHERE key = 'derivation'`
  await look()
  expect(await version()).toEqual([{ value: String(DERIVATION_VERSION) }])
  await index.write(recordedItems())
  const digest = await indexDigest(index.db)
  await index.db`TRUNCATE userpost`
  await look()
  expect((await indexDigest(index.db)).network).not.toBe(digest.network)
  await index.db`UPDATE meta SET value = ${String(DERIVATION_VERSION - 1)} WHERE key = 'derivation'`
  await look()
  await settleCounts(index.db)
  expect([await indexDigest(index.db), await version()]).toEqual([digest, [{ value: String(DERIVATION_VERSION) }]])
  await index.close()
})

const trunk = mine(genesisBlock(), [register('alice', keyOf('alice')), register('bob', keyOf('bob'))])
const branchA = mineMany(trunk, 3, 1, [register('carol', keyOf('carol a'))])
const branchB = mineMany(trunk, 5, 2, [register('carol', keyOf('carol b')), register('dave', keyOf('dave'))])
const time = 1_400_000_000
const post = (n: string, k: number, msg: string, seed = n, height = 1) =>
  postItem({ n, k, height, time: time + k, msg }, keyOf(seed))

const early: OutboxItem[] = [
  ...[trunk, ...branchA].map(blockItem),
  ...Array.from({ length: 20 }, (_, k) => post('alice', k, `alice #${k % 3} @bob`)),
  post('carol', 0, 'carol of A', 'carol a', 2),
  profileItem('alice', 'Alice', 1, keyOf('alice')),
]
/** A reorganisation, new posts, a rival, a newer profile. */
const late: OutboxItem[] = [
  ...branchB.map(blockItem),
  ...Array.from({ length: 20 }, (_, k) => post('bob', k, `bob #${k % 2} secret`)),
  post('alice', 3, 'another with this number'),
  post('carol', 0, 'carol of B', 'carol b', 2),
  post('dave', 0, 'dave of B', 'dave', 2),
  profileItem('alice', 'Alice again', 2, keyOf('alice')),
]

async function straight(...batches: OutboxItem[][]): Promise<Awaited<ReturnType<typeof indexDigest>>> {
  const index = await openTestIndex(server, tinyParams)
  for (const batch of batches) await index.write(batch)
  await blockSubject(index.db, { kind: 'word', subject: 'secret' }, 'a test', 1)
  await settleCounts(index.db)
  const digest = await indexDigest(index.db)
  await index.close()
  return digest
}

it('is never seen half done, and loses nothing of what is written meanwhile', async () => {
  const expected = await straight(early, late)
  const index = await openTestIndex(server, tinyParams)
  await migrateDatabase(index.url, { readPassword: 'read', say: () => undefined })
  await index.write(early)
  // The site reads all the while, as it does: prepared statements, the role that may only read.
  const reader = openReader(index.url.replace(/\/\/[^@]*@/, '//windsock_read:read@'))
  const seen = new Set<string>()
  let isOver = false
  const reading = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const [row] = await reader<{ posts: number; days: number }[]>`
          SELECT (SELECT count(*) FROM userpost WHERE username = 'alice') AS posts,
            (SELECT count(*) FROM user_day WHERE username = 'alice') AS days`
        seen.add(`${row?.posts} ${row?.days}`)
      }
    }),
  )
  // Somebody reads for so long that the switch has to wait, until all is written.
  const holder = openDb(index.url, { max: 1, name: 'test' })
  let release: () => void = () => undefined
  const held = new Promise<void>((done) => {
    release = done
  })
  const holding = holder.begin(async (tx) => {
    await tx`SELECT count(*) FROM user_state`
    await held
  })
  let writing: Promise<void> | undefined
  const phases = new Set<string>()
  const write = async () => {
    for (const item of late) await index.write([item])
    await blockSubject(index.db, { kind: 'word', subject: 'secret' }, 'a test', 1)
    release()
  }
  await rebuild(index.url, ({ phase }) => {
    phases.add(phase)
    // What is rebuilt is of a moment before this.
    if (phase === 'blocks') writing ??= write()
  })
  await Promise.all([writing, holding])
  isOver = true
  await reading
  expect([...seen]).toEqual(['20 1'])
  expect(phases).toContain('catching up')
  await settleCounts(index.db)
  expect(await indexDigest(index.db)).toEqual(expected)
  await Promise.all([reader.end(), holder.end(), index.close()])
})

/** What stands in the way of a rebuild for as long as we want, at three moments of it. */
const PAUSES = {
  'before its tables are made': 'LOCK TABLE raw_userpost IN ROW EXCLUSIVE MODE',
  'when everything is derived': 'SELECT pg_advisory_xact_lock_shared(7763109)',
  'at the switch': 'LOCK TABLE userpost IN ACCESS SHARE MODE',
}

function startReindex(url: string): { child: ChildProcess; said: string[] } {
  const env = { ...process.env, DATABASE_URL: url }
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'reindex'], { env, stdio: 'pipe' })
  const said: string[] = []
  child.stderr?.on('data', (chunk) => said.push(String(chunk)))
  return { child, said }
}

async function whilePaused(
  index: TestIndex,
  lock: string,
  work: (child: ChildProcess, said: string[]) => Promise<void>,
) {
  await index.db.begin(async (tx) => {
    await tx.unsafe(lock)
    const { child, said } = startReindex(index.url)
    const waits = () => index.db`
        SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'windsock rebuild%' AND wait_event_type = 'Lock'`
    try {
      await eventually(waits, (rows) => rows.length > 0)
      await work(child, said)
    } finally {
      child.kill('SIGKILL')
    }
  })
}

it('leaves the index whole wherever it is killed, and begins again', async () => {
  const index = await openTestIndex(server, tinyParams)
  await index.write(early)
  const before = await indexDigest(index.db)
  for (const [moment, lock] of Object.entries(PAUSES)) {
    await whilePaused(index, lock, async (child) => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await indexDigest(index.db).catch(String), moment).toEqual(before)
    })
  }
  await whilePaused(index, PAUSES['when everything is derived'], async (child, said) => {
    await expect(rebuild(index.url)).rejects.toThrow(RebuildError)
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect([code, said.join('')]).toEqual([130, expect.stringMatching(/windsock: stopped; the index is as it was\n$/)])
    expect(await index.db`SELECT 1 FROM pg_namespace WHERE nspname = 'rebuilt'`).toHaveLength(0)
  })
  await index.write(late)
  await rebuild(index.url)
  await blockSubject(index.db, { kind: 'word', subject: 'secret' }, 'a test', 1)
  await settleCounts(index.db)
  expect(await indexDigest(index.db)).toEqual(await straight(early, late))
  await index.close()
})
