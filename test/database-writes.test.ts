import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { SCHEMA_VERSION } from '../db/schema/version.ts'
import { advanceCursor } from '../db/writes/outbox-cursor.ts'
import { replaceInventory } from '../db/writes/status.ts'
import { replaceUserFetches } from '../db/writes/user-fetch.ts'
import { startPostgres, type TestPostgres } from './services.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())
const say = () => undefined

it('migrates once, however many start at the same time', async () => {
  const url = await server.database()
  await Promise.all([1, 2, 3].map(() => migrateDatabase(url, { readPassword: 'a', say })))
  await migrateDatabase(url, { say })
  const db = openDb(url, { max: 1, name: 'test' })
  expect(await db`SELECT value FROM meta WHERE key = 'schema'`).toEqual([{ value: String(SCHEMA_VERSION) }])
  await db`UPDATE meta SET value = '99' WHERE key = 'schema'`
  await expect(migrateDatabase(url, { say })).rejects.toThrow('use a newer Windsock')
  await db.end()
})

it('gives the site a role that can read and nothing else', async () => {
  const url = await server.database()
  const password = `it's "odd"`
  await migrateDatabase(url, { readPassword: password, say })
  const readUrl = new URL(url)
  readUrl.username = 'windsock_read'
  readUrl.password = encodeURIComponent(password)
  const db = openDb(readUrl.href, { max: 1, name: 'test' })
  expect(await db`SELECT count(*)::int AS n FROM userpost`).toEqual([{ n: 0 }])
  await db`SET default_transaction_read_only = off`
  for (const forbidden of [
    "INSERT INTO meta VALUES ('a', 'b')",
    'DELETE FROM userpost',
    'TRUNCATE userpost',
    'CREATE TABLE mine (a int)',
    'CREATE TEMP TABLE mine (a int)',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
  ]) {
    await expect(db.unsafe(forbidden), forbidden).rejects.toThrow(/permission denied/)
  }
  await db.end()
})

it('moves the cursor over unbroken runs only, in any order, and starts again when the outbox does', async () => {
  const url = await server.database()
  await migrateDatabase(url, { say })
  const db = openDb(url, { max: 1, name: 'test' })
  const advance = (first: number, last: number, isRewind = false) =>
    db.begin((tx) => advanceCursor(tx, 'node', { first, last, isRewind }, 1))
  expect(await advance(1, 10)).toBe(10)
  expect(await advance(21, 30)).toBe(10)
  expect(await advance(5, 12)).toBe(12)
  expect(await advance(13, 20)).toBe(30)
  expect(await advance(1, 4)).toBe(30)
  expect(await advance(1, 4, true)).toBe(4)
  await db.end()
})

it('keeps of each node the last inventory, and nothing of nodes that are silent for long', async () => {
  const url = await server.database()
  await migrateDatabase(url, { say })
  const db = openDb(url, { max: 1, name: 'test' })
  const tell = (nodeId: string, names: string[], at: number) =>
    db.begin((tx) => {
      const rest = { origin: 'setting', since: 1, isRegistered: true, knownK: 3, held: 3, seen: 4, missing: 1 }
      const none = { invalid: 0, rivals: 0, peers: 1, lastAttempt: 7, lastError: 'a\0b', lastErrorAt: undefined }
      const seqs = { profileSeq: 2, avatarSeq: -1, followingSeq: undefined }
      const numbers = { from: 0, to: 99, ranges: [0, 1, 3, 3] }
      const rows = names.map((username) => ({ username, ...rest, ...none, ...seqs, numbers }))
      return replaceInventory(tx, nodeId, { rows, at, sequence: 12 }, 100)
    })
  const told = () => db`SELECT node_id, username FROM inventory ORDER BY 1, 2`
  await tell('one', ['alice', 'bob'], 1_000)
  await tell('two', ['carol'], 1_050)
  await tell('one', ['bob'], 1_060)
  expect(await told()).toEqual([
    { nodeId: 'one', username: 'bob' },
    { nodeId: 'two', username: 'carol' },
  ])
  expect(await db`SELECT known_k, missing, last_attempt, last_error FROM inventory LIMIT 1`).toEqual([
    { knownK: 3, missing: 1, lastAttempt: 7, lastError: 'ab' },
  ])
  expect(
    await db`SELECT numbers::text, numbers_to, sequence, avatar_seq, following_seq FROM inventory LIMIT 1`,
  ).toEqual([{ numbers: '{[0,2),[3,4)}', numbersTo: 99, sequence: 12, avatarSeq: -1, followingSeq: null }])
  await tell('one', ['bob'], 1_151)
  expect(await told()).toEqual([{ nodeId: 'one', username: 'bob' }])
  await db.end()
})

it('keeps the newest word about each fetch on demand, of so many users', async () => {
  const url = await server.database()
  await migrateDatabase(url, { say })
  const db = openDb(url, { max: 1, name: 'test' })
  const found = { since: 1, profile: true, avatar: false, following: 0, posts: 2, knownK: undefined, code: undefined }
  const tell = (names: string[], state: string, at: number) =>
    db.begin((tx) =>
      replaceUserFetches(
        tx,
        'n',
        names.map((username) => ({ username, state, ...found })),
        at,
        3,
      ),
    )
  await tell(['alice', 'bob', 'alice'], 'running', 1)
  await tell(['alice'], 'done', 2)
  await tell(['carol', 'dave'], 'done', 3)
  await tell([], 'done', 4)
  expect(await db`SELECT username, state FROM user_fetch ORDER BY 1`).toEqual([
    { username: 'alice', state: 'done' },
    { username: 'carol', state: 'done' },
    { username: 'dave', state: 'done' },
  ])
  await db.end()
})
