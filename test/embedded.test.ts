import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../db/embedded.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined }
const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function newFolder(): string {
  // mkdtemp makes it 0700, as /root is: the unprivileged user cannot pass it by its own right.
  const folder = mkdtempSync(join(tmpdir(), 'windsock-embedded-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function open(dataDir: string, port?: number): Promise<EmbeddedPostgres> {
  const database = await openEmbeddedPostgres({ dataDir, log: quiet, port })
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

test('a fresh folder gets a UTF-8 database that knows non-ASCII trigrams, and keeps its rows', async () => {
  const dataDir = join(newFolder(), 'postgres')
  const first = await open(dataDir)
  const [settings] = await query(
    first.url,
    `create extension pg_trgm; select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
     current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
     current_setting('password_encryption') as passwords`,
  ).then(() =>
    query(
      first.url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
       current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
       array_length(show_trgm('привет'), 1) > 1 as trigrams, lower('ÄÖ') as lower`,
    ),
  )
  expect(settings).toEqual({
    encoding: 'UTF8',
    fsync: 'on',
    listen: '127.0.0.1',
    sockets: '',
    trigrams: true,
    lower: 'äö',
  })
  await query(first.url, 'create table kept as select 7 as n')
  await first.close()
  await first.close()
  const second = await open(dataDir)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a wrong or no password is refused, and the password file is private', async () => {
  const dataDir = join(newFolder(), 'postgres')
  const database = await open(dataDir)
  const wrong = database.url.replace(/:[^:@/]+@/, ':wrong@')
  await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
})
