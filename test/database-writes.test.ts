import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { advanceCursor } from '../db/writes/outbox-cursor.ts'
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
  expect(await db`SELECT value FROM meta WHERE key = 'schema'`).toEqual([{ value: '1' }])
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
