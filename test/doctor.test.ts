import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { diagnose, runDoctor } from '../cli/doctor/doctor.ts'
import type { Finding } from '../cli/doctor/finding.ts'
import { freeP2pPort } from '../cli/free-ports.ts'
import { type Database, openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { SCHEMA_VERSION } from '../db/schema/version.ts'
import { openIndex } from '../indexer/open-index.ts'
import { prepareServer } from '../node/outbox/queue-parts.ts'
import { freePort, startPostgres, startRedis, type TestPostgres, type TestRedis, testLog } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

const root = mkdtempSync(join(tmpdir(), 'windsock-doctor-'))
/** An address of this machine on which nobody else takes a port between the look and the check. */
const BIND = `127.77.${process.pid & 255}.${1 + (process.hrtime()[1] % 250)}`
const READ_PASSWORD = 'read'
let server: TestPostgres
let redis: TestRedis
let url: string
let db: Database
let tipTime = 0

beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
  url = await server.database()
  await migrateDatabase(url, { readPassword: READ_PASSWORD, say: () => undefined })
  db = openDb(url, { max: 2, name: 'test' })
  await openIndex(db, tinyParams, testLog)
  await prepareServer({ kind: 'postgres', url })
  const [tip] = await db<{ time: number }[]>`SELECT time FROM block WHERE is_active ORDER BY height DESC LIMIT 1`
  tipTime = tip?.time ?? 0
  const node = {
    network: 'regtest',
    chain: { height: 0, headerHeight: 0, isSynced: true },
    peers: [{}],
    dht: { contacts: 3 },
  }
  await db`INSERT INTO node_status (node_id, json, at) VALUES ('node', ${db.json(node)}, ${now()})`
  await db`INSERT INTO indexer_status (id, json, at) VALUES (1, '{}', ${now()})`
}, 60_000)

afterAll(async () => {
  await db?.end({ timeout: 1 })
  await redis?.close()
  await server?.close()
  rmSync(root, { recursive: true, force: true })
})

/** A moment at which the only block, whose time is fixed, is fresh. */
function now(): number {
  return tipTime + 60
}

function options(env: Record<string, string> = {}) {
  return { root, cwd: root, env, configFile: undefined, dataDir: undefined, isJson: false, now: now() }
}

async function settings(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const p2pPort = await freeP2pPort(BIND, await freePort())
  const ports = { WINDSOCK_BIND: BIND, WINDSOCK_PORT: String(await freePort()), WINDSOCK_P2P_PORT: String(p2pPort) }
  return { DATABASE_URL: url, WINDSOCK_NETWORK: 'regtest', ...ports, ...more }
}

async function bads(env: Record<string, string>): Promise<string[]> {
  return wordsOf(await diagnose(options(env)), 'bad')
}

function wordsOf(findings: readonly Finding[], ...states: Finding['state'][]): string[] {
  return findings.filter(({ state }) => states.includes(state)).map(({ area, words }) => `${area}: ${words}`)
}

test('a healthy system is well; every area is looked at', async () => {
  const findings = await diagnose(options(await settings()))
  expect(wordsOf(findings, 'bad')).toEqual([])
  expect(new Set(findings.map(({ area }) => area))).toEqual(
    new Set(['configuration', 'database', 'queue', 'node', 'index']),
  )
})

describe('the database, broken on purpose', () => {
  /** Breaks, looks, mends: what the doctor says is bad. */
  const broken: [name: string, how: string, mend: string, says: RegExp][] = [
    [
      'a role that may write',
      'GRANT INSERT ON userpost TO windsock_read',
      'REVOKE INSERT ON userpost FROM windsock_read',
      /windsock_read may change userpost/,
    ],
    [
      'a role that may not read',
      'REVOKE SELECT ON profile FROM windsock_read',
      'GRANT SELECT ON profile TO windsock_read',
      /may not read profile/,
    ],
    [
      'a role that is mighty',
      'ALTER ROLE windsock_read SUPERUSER',
      'ALTER ROLE windsock_read NOSUPERUSER',
      /is a superuser/,
    ],
    [
      'an old schema',
      "UPDATE meta SET value = '1' WHERE key = 'schema'",
      `UPDATE meta SET value = '${SCHEMA_VERSION}' WHERE key = 'schema'`,
      /the schema is 1, not \d+: run/,
    ],
    [
      'another network',
      "UPDATE meta SET value = 'main' WHERE key = 'network'",
      "UPDATE meta SET value = 'regtest' WHERE key = 'network'",
      /holds the network "main", not "regtest"/,
    ],
    [
      'an index that is not valid',
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'userpost_newest'::regclass",
      "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'userpost_newest'::regclass",
      /not valid: userpost_newest/,
    ],
    [
      'a check that found problems',
      `INSERT INTO meta VALUES ('verification', '{"at": 1, "isGood": false, "problems": 3}')`,
      "DELETE FROM meta WHERE key = 'verification'",
      /found 3 problems: run/,
    ],
    [
      'a fault of ours in the quarantine',
      "INSERT INTO quarantine (digest, code, kind, bytes, source, detail, received_at) VALUES ('\\x00', 'indexer-error', 'userpost', '\\x00', '', '', 1)",
      'DELETE FROM quarantine',
      /1 items could not be written by our own fault/,
    ],
    [
      'an indexer that is silent',
      'UPDATE indexer_status SET at = at - 3600',
      'UPDATE indexer_status SET at = at + 3600',
      /the indexer was last heard/,
    ],
    [
      'a node that is silent',
      'UPDATE node_status SET at = at - 3600',
      'UPDATE node_status SET at = at + 3600',
      /the node was last heard/,
    ],
    [
      'a node without peers',
      `UPDATE node_status SET json = jsonb_set(json, '{peers}', '[]')`,
      `UPDATE node_status SET json = jsonb_set(json, '{peers}', '[{}]')`,
      /no peer of the chain/,
    ],
    [
      'a queue without tables',
      'ALTER SCHEMA bullmq RENAME TO away',
      'ALTER SCHEMA away RENAME TO bullmq',
      /the queue has no tables/,
    ],
  ]

  test.each(broken)('%s', async (_name, how, mend, says) => {
    const env = await settings()
    await db.unsafe(how)
    try {
      const found = await bads(env)
      expect(found.filter((words) => says.test(words))).toHaveLength(1)
      expect(found).toHaveLength(1)
    } finally {
      await db.unsafe(mend)
    }
    expect(await bads(env)).toEqual([])
  })

  test('no extensions, no schema at all', async () => {
    const empty = await server.database()
    const found = await bads(await settings({ DATABASE_URL: empty }))
    expect(found.join('\n')).toMatch(/extension unaccent is missing[\s\S]*extension pg_trgm is missing/)
    expect(found.join('\n')).toMatch(/index: the database is empty/)
  })

  test("the site's own way in is tried", async () => {
    const good = url.replace(/\/\/[^@]*@/, `//windsock_read:${READ_PASSWORD}@`)
    expect(await bads(await settings({ WINDSOCK_DATABASE_URL_READ: good }))).toEqual([])
    const wrong = url.replace(/\/\/[^@]*@/, '//windsock_read:wrong@')
    expect((await bads(await settings({ WINDSOCK_DATABASE_URL_READ: wrong }))).join()).toMatch(
      /cannot sign in as windsock_read/,
    )
    const nobody = url.replace(/\/\/[^@]*@/, '//nobody:x@')
    expect((await bads(await settings({ WINDSOCK_DATABASE_URL_READ: nobody }))).join()).toMatch(/no role nobody/)
  })

  test('a server that is away, while Redis is there', async () => {
    const away = `postgres://nobody@127.0.0.1:${await freePort()}/x`
    const found = await diagnose(options(await settings({ DATABASE_URL: away, REDIS_URL: redis.url })))
    expect(wordsOf(found, 'bad')).toEqual([
      expect.stringMatching(/database: the database does not answer \(.*ECONNREFUSED/),
    ])
    expect(wordsOf(found, 'good').some((words) => words.startsWith('queue: Redis'))).toBe(true)
  })
})

describe('Redis', () => {
  test('that may evict jobs is bad, and one that keeps nothing is noted', async () => {
    const env = await settings({ REDIS_URL: redis.url })
    expect(wordsOf(await diagnose(options(env)), 'note').join()).toMatch(/forgets its newest jobs/)
    const { askRedis } = await import('../cli/redis-probe.ts')
    await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'])
    expect((await bads(env)).join()).toMatch(/may evict jobs \(maxmemory-policy allkeys-lru\)/)
    await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction'])
    expect(await bads(env)).toEqual([])
  })

  test('that is away is bad, and the rest is checked all the same', async () => {
    const found = await diagnose(options(await settings({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })))
    expect(wordsOf(found, 'bad')).toEqual([expect.stringMatching(/queue: Redis cannot be used \(.*ECONNREFUSED/)])
    expect(wordsOf(found, 'good').some((words) => words.startsWith('index:'))).toBe(true)
  })
})

describe('the configuration', () => {
  let taken: Server | undefined
  beforeEach(() => void taken?.close())

  test('every wrong setting is told, not only the first, and those that there are not', async () => {
    const env = {
      WINDSOCK_PORT: 'x',
      WINDSOCK_CRAWL: '-1',
      WINDSOCK_LOG: 'loud',
      WINDSOCK_PROT: '1',
      DATABASE_URL: 'mysql://',
    }
    const found = await diagnose(options(env))
    const words = wordsOf(found, 'bad', 'note').join('\n')
    for (const name of [
      'WINDSOCK_PORT=x',
      'WINDSOCK_CRAWL=-1',
      'WINDSOCK_LOG=loud',
      'no setting WINDSOCK_PROT',
      'DATABASE_URL=mysql:',
    ]) {
      expect(words).toContain(name)
    }
  })

  test('a port in use, a data folder that is a file', async () => {
    const port = await freePort()
    taken = createServer().listen(port, BIND)
    expect((await bads(await settings({ WINDSOCK_PORT: String(port) }))).join()).toMatch(
      /cannot listen .* \(it is in use\)/,
    )
    const file = join(root, 'file')
    writeFileSync(file, '')
    expect((await bads(await settings({ WINDSOCK_DATA: file }))).join()).toMatch(/is no folder/)
    const other = join(root, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'network'), 'main\n')
    writeFileSync(join(other, 'connection.json'), '{}', { mode: 0o644 })
    const found = (await bads(await settings({ WINDSOCK_DATA: other }))).join()
    expect(found).toMatch(/belongs to the network "main"/)
    expect(found).toMatch(/others may read .*connection\.json/)
  })

  test('the files of settings', async () => {
    const env = await settings()
    writeFileSync(join(root, '.env'), 'POSTGRES_PASSWORD=a/b\nREDIS_PASSWORD=\nWINDSOCK_READ_PASSWORD=good\n')
    chmodSync(join(root, '.env'), 0o644)
    const found = wordsOf(await diagnose(options(env)), 'bad', 'note').join('\n')
    expect(found).toMatch(/POSTGRES_PASSWORD in .* letters and digits/)
    expect(found).toMatch(/REDIS_PASSWORD is empty/)
    expect(found).toMatch(/others may read it: chmod 600/)
    expect(found).not.toContain('a/b')
    rmSync(join(root, '.env'))
    writeFileSync(join(root, 'windsock.env'), 'WINDSOCK_PROT=1\n')
    expect((await bads(env)).join()).toMatch(/line 1: there is no setting WINDSOCK_PROT/)
    rmSync(join(root, 'windsock.env'))
  })
})

test('with nothing there at all it says so, and ends with 1; with all well it ends with 0', async () => {
  const said: string[] = []
  const terminal = { say: (line: string) => void said.push(line), warn: () => undefined }
  const { DATABASE_URL: _none, ...env } = await settings()
  expect(await runDoctor({ ...options(env), isJson: true }, terminal)).toBe(1)
  expect(JSON.parse(said.join(''))).toMatchObject({ isGood: false })
  expect(said.join('')).toContain('nothing runs')
  said.length = 0
  expect(await runDoctor(options(await settings()), terminal)).toBe(0)
  expect(said.at(-1)).toBe('all is well')
})
