import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import sqlOf from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDb } from '../db/client.ts'
import { replaceUserFetches } from '../db/writes/user-fetch.ts'
import { eventually, freePort, startPostgres, type TestPostgres } from './services.ts'
import { buildSite, type SiteProcess, spawnSite, startSite } from './site-process.ts'
import { migratedForReading, SEED_NOW, seedSite } from './site-seed.ts'

let postgres: TestPostgres
let databaseUrl: string
let readUrl: string
let site: SiteProcess

beforeAll(async () => {
  buildSite()
  postgres = await startPostgres()
  databaseUrl = await postgres.database()
  readUrl = await migratedForReading(databaseUrl)
  await seedSite(databaseUrl)
  site = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_CLOCK: String(SEED_NOW) })
})

afterAll(async () => {
  await site?.close()
  await postgres?.close()
})

function statusOf(path: string): Promise<number> {
  return fetch(site.url + path).then((response) => response.status)
}

test('a silent node and indexer are said to be silent, and everything is still served', async () => {
  const later = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_CLOCK: String(SEED_NOW + 7200) })
  const status = await (await fetch(`${later.url}/status`)).text()
  expect(status).toContain('The node last spoke 2 hours ago')
  expect(status).toContain('The indexer has not reported yet')
  expect((await fetch(`${later.url}/@alice/56`)).status).toBe(200)
  await later.close()
})

test('whoever looks at a user who is not followed asks the network, once, however often anybody looks', async () => {
  const heard: string[] = []
  const sql = sqlOf(databaseUrl, { max: 1 })
  await sql.listen('windsock_wanted', (name) => void heard.push(name))
  const words = await (await fetch(`${site.url}/@dave`)).text()
  expect(words).toContain('We have asked the network for this user; look again in a moment.')
  const many = Array.from({ length: 60 }, (_, i) =>
    fetch(`${site.url}/@dave?sort=${i}`, { method: i % 2 ? 'HEAD' : 'GET' }),
  )
  await Promise.all(many)
  // Followed, unknown and misspelt names are nobody's to ask for.
  for (const path of ['/@alice', '/@nobody_here', '/@x', '/api/v1/users/saltbush']) await statusOf(path)
  const db = openDb(databaseUrl, { max: 1, name: 'test' })
  const running = { username: 'dave', state: 'running', since: SEED_NOW - 5, profile: true, avatar: false }
  const rest = { following: 0, posts: 0, knownK: undefined, code: undefined }
  await db.begin((tx) => replaceUserFetches(tx, 'node', [{ ...running, ...rest }], SEED_NOW - 5, 10))
  await db.end()
  await eventually(
    async () => (await fetch(`${site.url}/@dave`)).text(),
    (page) =>
      page.includes('We are asking the network for this user; look again in a moment. Found so far: a profile.'),
    2000,
  )
  expect(heard).toEqual(['dave'])
  await sql.end()
})

test('without its database the site shows what was read before, says so of the rest, and recovers by itself', async () => {
  expect(await statusOf('/@alice')).toBe(200)
  const restarted = postgres.killAndRestart(6000)
  await eventually(
    () => statusOf('/readyz'),
    (status) => status === 503,
    5000,
  )
  expect(await statusOf('/@alice')).toBe(200)
  const page = await fetch(`${site.url}/@bob`)
  expect(page.status).toBe(503)
  expect(page.headers.get('retry-after')).toBe('5')
  expect(await page.text()).toContain('<h1>The index cannot be read right now</h1>')
  const call = await fetch(`${site.url}/api/v1/posts`)
  expect([call.status, await call.json()]).toMatchObject([503, { code: 'database-unavailable' }])
  expect(await statusOf('/healthz')).toBe(200)
  expect(await statusOf('/readyz')).toBe(503)
  await restarted
  await eventually(
    () => statusOf('/@bob'),
    (status) => status === 200,
    10_000,
  )
  expect(await statusOf('/@alice')).toBe(200)
  await eventually(
    () => statusOf('/readyz'),
    (status) => status === 200,
    5000,
  )
})

test('a port in use, a missing setting and a wrong one are each one sentence and a failure', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await delay(50)
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cases: [Record<string, string>, string][] = [
    [
      { WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_PORT: String(port) },
      `Port ${port} of 127.0.0.1 is already in use.`,
    ],
    [{}, 'WINDSOCK_DATABASE_URL_READ is not set.'],
    [{ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_PORT: 'x' }, 'WINDSOCK_PORT is wrong'],
  ]
  for (const [env, sentence] of cases) {
    const failed = spawnSite({ WINDSOCK_LOG: 'silent', ...env })
    expect(await failed.exited).not.toBe(0)
    const { stdout, stderr } = failed.output()
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
  }
  taken.close()
})

test('it starts without its database and serves when that comes', async () => {
  const url = `postgres://reader@127.0.0.1:${await freePort()}/nothing`
  const early = await startSite({ WINDSOCK_DATABASE_URL_READ: url })
  expect((await fetch(`${early.url}/`)).status).toBe(503)
  expect((await fetch(`${early.url}/readyz`)).status).toBe(503)
  await early.close()
})

test('SIGTERM stops it within five seconds with a clean end, an open connection or not', async () => {
  const stopping = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl })
  await fetch(stopping.url)
  const startedAt = Date.now()
  stopping.child.kill('SIGTERM')
  expect(await stopping.exited).toBe(0)
  expect(Date.now() - startedAt).toBeLessThan(5000)
  const { stdout, stderr } = stopping.output()
  expect(stdout).toBe('')
  for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
})
