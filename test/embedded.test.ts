import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../db/embedded.ts'
import { identityOf } from '../db/embedded-process.ts'
import { databaseProblem } from '../db/probe.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined }
const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** mkdtemp makes it 0700, as /root is: the unprivileged user of the database cannot pass it by its own right. */
function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-embedded-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'postgres')
}

async function open(dataDir: string, more: { port?: number; said?: string[] } = {}): Promise<EmbeddedPostgres> {
  const log = { ...quiet, info: (text: string) => void more.said?.push(text) }
  const database = await openEmbeddedPostgres({ dataDir, log, port: more.port })
  cleanups.push(() => database.close())
  return database
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

/** A process of its own that opens the database and waits to be killed. */
async function openElsewhere(dataDir: string): Promise<{ parent: number; url: string; pid: number }> {
  const script = join(dataDir, '..', 'opens.mts')
  writeFileSync(
    script,
    `import { openEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, '../db/embedded.ts'))}
    const log = { debug() {}, info() {}, warn() {} }
    const { url, pid } = await openEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log })
    console.log(JSON.stringify({ url, pid }))
    setInterval(() => {}, 1000)`,
  )
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanups.push(() => void child.kill('SIGKILL'))
  const line = await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text))))
  return { parent: child.pid ?? 0, ...(JSON.parse(line) as { url: string; pid: number }) }
}

test('a fresh folder gets a UTF-8 database that knows non-ASCII trigrams, and keeps its rows', async () => {
  const dataDir = newDataDir()
  const first = await open(dataDir)
  await query(first.url, 'create extension pg_trgm; create table kept as select 7 as n')
  const [settings] = await query(
    first.url,
    `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
     current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
     array_length(show_trgm('привет'), 1) > 1 as trigrams, lower('ÄÖ') as lower`,
  )
  expect(settings).toEqual({
    encoding: 'UTF8',
    fsync: 'on',
    listen: '127.0.0.1',
    sockets: '',
    trigrams: true,
    lower: 'äö',
  })
  await first.close()
  await first.close()
  const second = await open(dataDir)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a wrong password is refused, and password and folder are private', async () => {
  const dataDir = newDataDir()
  const database = await open(dataDir)
  expect(await databaseProblem(database.url, 'regtest')).toBeUndefined()
  expect(await databaseProblem(database.url.replace(/:[^:@/]+@/, ':wrong@'), 'regtest')).toMatch(
    /password authentication failed/,
  )
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
})

test('one process at a time has the folder', async () => {
  const dataDir = newDataDir()
  await open(dataDir)
  await expect(open(dataDir)).rejects.toThrow(`the database in ${dataDir} is in use by process ${process.pid}`)
})

test('a wanted port is taken, and refused with a sentence when somebody has it', async () => {
  const first = await open(newDataDir())
  await expect(open(newDataDir(), { port: first.port })).rejects.toThrow(
    `port ${first.port} for the embedded database is in use`,
  )
  await first.close()
  expect((await open(newDataDir(), { port: first.port })).port).toBe(first.port)
})

test('committed rows survive the death of the server, whose end is told, and the folder is free again', async () => {
  const dataDir = newDataDir()
  const first = await open(dataDir)
  await query(first.url, 'create table kept as select 1 as n')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  const second = await open(dataDir, { port: first.port })
  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('what a killed parent left serving is stopped, and its rows are there', async () => {
  const dataDir = newDataDir()
  mkdirSync(dataDir)
  const left = await openElsewhere(dataDir)
  await query(left.url, 'create table kept as select 2 as n')
  process.kill(left.parent, 'SIGKILL')
  const here = await open(dataDir)
  expect(identityOf(left.pid)).toBeUndefined()
  expect(await query(here.url, 'select n from kept')).toEqual([{ n: 2 }])
})

test('a server without its parent is stopped before a new one starts', async () => {
  const dataDir = newDataDir()
  mkdirSync(dataDir)
  const left = await openElsewhere(dataDir)
  const owner = join(dataDir, 'owner.json')
  // As if its parent had died where the system does not pass that on: it serves, and nobody claims the folder.
  writeFileSync(owner, JSON.stringify({ ...JSON.parse(readFileSync(owner, 'utf8')), startedAt: 'long ago' }))
  const said: string[] = []
  const here = await open(dataDir, { said })
  expect(said[0]).toContain(`stopping the PostgreSQL (pid ${left.pid}`)
  expect(identityOf(left.pid)).toBeUndefined()
  expect(await query(here.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a pid file whose number now belongs to a stranger does not stop the start', async () => {
  const dataDir = newDataDir()
  const first = await open(dataDir)
  await first.close()
  const lines = [process.pid, join(dataDir, 'cluster'), 0, first.port, '', '127.0.0.1', '', 'ready']
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), lines.join('\n'))
  expect((await open(dataDir)).pid).not.toBe(process.pid)
})

test('a making that was killed half-way is made anew', async () => {
  const dataDir = newDataDir()
  mkdirSync(join(dataDir, 'cluster.new', 'base'), { recursive: true })
  writeFileSync(join(dataDir, 'cluster.new', 'PG_VERSION'), '18\n')
  const stopping = new AbortController()
  const making = openEmbeddedPostgres({ dataDir, log: quiet, signal: stopping.signal })
  setTimeout(() => stopping.abort(new Error('told to stop')), 150)
  await expect(making).rejects.toThrow('told to stop')
  expect(await query((await open(dataDir)).url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('closing takes at most five seconds, whatever its clients do', async () => {
  const database = await open(newDataDir())
  const sql = postgres(database.url, { max: 3, onnotice: () => undefined })
  const busy = [sql`select pg_sleep(60)`, sql`select pg_advisory_lock(1), pg_sleep(60)`]
  const ended = Promise.allSettled(busy)
  await delay(200)
  const began = performance.now()
  await database.close()
  expect(performance.now() - began).toBeLessThan(5_000)
  await ended
  await sql.end({ timeout: 1 })
})

test('a lost password is told', async () => {
  const dataDir = newDataDir()
  await (await open(dataDir)).close()
  rmSync(join(dataDir, 'password'))
  await expect(open(dataDir)).rejects.toThrow(
    /the file .*password with the password of the embedded database is missing/,
  )
})
