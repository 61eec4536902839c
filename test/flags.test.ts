import { spawnSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { freePort, startPostgres, type TestPostgres } from './services.ts'

// What the launcher refuses before anything runs; test/launcher.test.ts has the flags themselves and folders in use.
const WINDSOCK = join(import.meta.dirname, '../windsock')
const folder = mkdtempSync(join(tmpdir(), 'windsock-flags-'))
/** A refusal is quick; a start that should have been refused is ended by this. */
const REFUSED_WITHIN_MS = 30_000

let server: TestPostgres
let sitePort: number
let p2pPort: number

beforeAll(async () => {
  server = await startPostgres()
  sitePort = await freePort()
  p2pPort = await freeP2pPort('127.0.0.1', 25_300)
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Refusal {
  code: number | null
  stdout: string
  stderr: string
}

function up(flags: string[], env: Record<string, string> = {}): Refusal {
  const quiet = ['--network', 'regtest', '--connect', '127.0.0.1:1', '--port', String(sitePort)]
  const places = ['--p2p-port', String(p2pPort), '--data', join(folder, 'data')]
  const { status, stdout, stderr } = spawnSync(WINDSOCK, ['up', ...quiet, ...places, ...flags], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: REFUSED_WITHIN_MS,
  })
  return { code: status, stdout, stderr }
}

function refusedWith(sentence: RegExp): Refusal {
  return { code: 2, stdout: '', stderr: expect.stringMatching(sentence) }
}

async function holding<T>(socket: Server | Socket, job: () => T): Promise<T> {
  await once(socket, 'listening')
  const result = job()
  socket.close()
  await once(socket, 'close')
  return result
}

test('ports of the node that are in use', async () => {
  const tcp = (port: number) => createServer().listen(port, '127.0.0.1')
  const udp = createSocket('udp4')
  udp.bind(p2pPort + 1000, '127.0.0.1')
  const inUse = (what: string) =>
    refusedWith(
      new RegExp(`^windsock: the node cannot listen on 127.0.0.1, ${what} \\(it is in use\\); .*--p2p-port\n$`),
    )
  expect(await holding(udp, () => up([]))).toEqual(inUse(`UDP port ${p2pPort + 1000}`))
  expect(await holding(tcp(p2pPort), () => up([]))).toEqual(inUse(`port ${p2pPort}`))
  expect(await holding(tcp(p2pPort + 1000), () => up([]))).toEqual(inUse(`port ${p2pPort + 1000}`))
})

test('a data folder that is a file, and one of the main network, which stays as it is', () => {
  const file = join(folder, 'file')
  writeFileSync(file, 'mine')
  expect(up(['--data', file])).toEqual(refusedWith(/^windsock: the data folder .*file cannot be written .*\n$/))
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const other = join(folder, 'main')
  mkdirSync(other)
  writeFileSync(join(other, 'network'), 'main\n')
  writeFileSync(join(other, 'precious'), 'posts')
  expect(up(['--data', other])).toEqual(
    refusedWith(/^windsock: the data folder .* belongs to the network "main", not to the network "regtest"; .*\n$/),
  )
  expect(readdirSync(other).sort()).toEqual(['network', 'precious'])
  expect(readFileSync(join(other, 'precious'), 'utf8')).toBe('posts')
})

test('a database whose password is wrong, without telling it', async () => {
  const url = new URL(await server.database())
  url.password = 'not-the-password'
  const refusal = up([], { DATABASE_URL: url.href })
  expect(refusal).toEqual(refusedWith(/^windsock: the database of DATABASE_URL cannot be used: .*\n$/))
  expect(refusal.stderr).not.toContain('not-the-password')
})

test('a database with the index of another network, which stays as it is', async () => {
  const url = await server.database()
  await migrateDatabase(url, { say: () => undefined })
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql`insert into meta (key, value) values ('network', 'main')`
  const tables = () => sql`select table_schema, table_name from information_schema.tables order by 1, 2`
  const before = [await sql`select * from meta order by key`, await tables()]
  expect(up([], { DATABASE_URL: url })).toEqual(
    refusedWith(
      /^windsock: the database of DATABASE_URL cannot be used: it holds the index of the network "main", .*\n$/,
    ),
  )
  expect([await sql`select * from meta order by key`, await tables()]).toEqual(before)
  await sql.end()
})
