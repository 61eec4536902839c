import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createArchiveRoute } from '../app/_server/archive-route.ts'
import { createApi } from '../app/api/api.ts'
import { writeArchive } from '../app/archive/write-archive.ts'
import { openSource } from '../cli/import-source.ts'
import { openDb } from '../db/client.ts'
import { indexDigest } from '../db/digest.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { importIndex } from '../indexer/archive/import.ts'
import { blockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import { type FrontServer, startFront } from './front-server.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { eventually, startPostgres, type TestPostgres, testLog } from './services.ts'

const NOW = 1_795_358_800
const USERS = ['alice', 'bob', 'carol', 'dave', 'erin']
const items = recordedItems()
const RIVAL_HASH = Buffer.alloc(32, 7)
const signal = new AbortController().signal

interface Instance {
  index: TestIndex
  reader: Reader
  api: ReturnType<typeof createApi>
  front: FrontServer
  failures: unknown[]
}

let server: TestPostgres
let a: Instance
let b: Instance

beforeAll(async () => {
  server = await startPostgres()
  a = await openInstance()
  b = await openInstance()
})
afterAll(async () => {
  for (const instance of [a, b]) await closeInstance(instance)
  await server.close()
})

async function closeInstance({ front, reader, index }: Instance): Promise<void> {
  await front.close()
  await reader.end()
  await index.close()
}

async function openInstance(): Promise<Instance> {
  const index = await openTestIndex(server, recordedParams)
  const reader = openReader(index.url)
  const failures: unknown[] = []
  const onFailure = (...what: unknown[]) => failures.push(...what)
  const api = createApi({ reader, clock: { now: () => NOW }, onFailure })
  const front = await startFront({ reader, now: NOW, direct: [createArchiveRoute(api)] })
  return { index, reader, api, front, failures }
}

function archiveOf({ front }: Instance, username: string): string {
  return `${front.url}/api/v1/users/${username}/archive`
}

async function importFrom(index: TestIndex, place: string, maxBytes = 1e9) {
  const recoverer = openRecoverer({ threads: 0, log: testLog })
  const source = await openSource({ place, maxBytes, signal })
  const options = { db: index.db, source, recoverer, isCheckpointed: false, log: testLog, signal }
  return importIndex({ ...options, now: () => NOW, onProgress: () => undefined })
}

it('makes two instances that import each other’s archives over HTTP alike', async () => {
  const isChain = (kind: string) => kind === 'block-connected'
  await a.index.write(items.filter(({ kind }, at) => isChain(kind) || at % 2 === 0))
  await b.index.write(items.filter(({ kind }, at) => isChain(kind) || at % 2 === 1))
  expect((await indexDigest(a.index.db)).network).not.toBe((await indexDigest(b.index.db)).network)
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const username of USERS) {
      const result = await importFrom(to.index, archiveOf(from, username))
      expect(result).toMatchObject({ bad: 0, incomplete: undefined, unplaced: 0, refused: {} })
    }
  }
  const whole = await openTestIndex(server, recordedParams)
  await whole.write(items)
  const digest = await indexDigest(whole.db)
  await whole.close()
  expect(await indexDigest(a.index.db)).toEqual(digest)
  expect(await indexDigest(b.index.db)).toEqual(digest)
})

it('is the same in every coding, has no body for HEAD, and may be asked of once a user is known', async () => {
  const textIn = async (coding: string) => {
    const response = await fetch(archiveOf(a, 'alice'), { headers: { 'accept-encoding': coding } })
    expect(response.headers.get('content-encoding')).toBe(coding === 'identity' ? null : coding)
    return response.text()
  }
  const text = await textIn('identity')
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\{"kind":"end",.*"sha256":"[0-9a-f]{64}"\}$/)
  expect([await textIn('gzip'), await textIn('br')]).toEqual([text, text])
  const head = await fetch(archiveOf(a, 'alice'), { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'application/x-ndjson', ''])
  expect(head.headers.get('content-disposition')).toBe('attachment; filename="twister-alice.jsonl"')
  expect(head.headers.get('access-control-allow-origin')).toBe('*')
  const refused = async (path: string) => {
    const response = await fetch(`${a.front.url}/api/v1/users/${path}`)
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  expect(await refused('nobodyx/archive')).toEqual([404, 'unknown-user'])
  expect(await refused('No/archive')).toEqual([400, 'bad-parameter'])
  expect(await refused('alice/archive?limit=3')).toEqual([400, 'unknown-parameter'])
})

it('holds nothing that is hidden, and says of whom there is none', async () => {
  const posts = async () => {
    const lines = (await (await fetch(archiveOf(a, 'alice'))).text()).trimEnd().split('\n')
    const records = lines.map((line) => JSON.parse(line) as { kind: string; piece?: string; p?: string })
    const bytes = records.map(({ piece = '', p = '' }) => Buffer.from(piece + p, 'base64').toString('latin1'))
    return { count: records.filter(({ kind }) => kind === 'userpost').length, text: bytes.join('\n') }
  }
  // A value of whatever kind that gives somebody else's words.
  const copied = Buffer.from('d3:msg9:bobswords1:n3:bobe')
  await a.index.db`
    insert into raw_dht_item
    select target, ${copied.subarray(0, 20)}, sig_user, key_id, n, 'copy', t, seq, height, time, ${copied}, sig_p, first_seen,
      source, tip_height
    from raw_dht_item where sig_user = 'alice' and r = 'profile' limit 1`
  // A post that does not stand, of which nobody has looked at what is inside.
  const rival = Buffer.from('d2:rtd3:msg9:bobsrival1:n3:bobee')
  await a.index.db`
    insert into raw_userpost
    select username, k, ${RIVAL_HASH}, key_id, ${rival}, height, null, null, null, null, first_seen, source,
      tip_height, due_height, 'rival'
    from raw_userpost where username = 'alice' and k = 0 limit 1`
  const rivalPath = `http://api.invalid/api/v1/posts/alice/0/raw?hash=${RIVAL_HASH.toString('hex')}`
  expect((await a.api.fetch(new Request(rivalPath))).status).toBe(200)
  const before = await posts()
  expect(before.text).toContain('hello world from alice')
  for (const word of ['bobswords', 'bobsrival']) expect(before.text).toContain(word)
  await blockSubject(a.index.db, { kind: 'word', subject: 'hello' }, 'because', 1)
  const after = await posts()
  expect(after.text).not.toContain('hello')
  expect(after.count).toBeGreaterThan(3)
  await unblockSubject(a.index.db, { kind: 'word', subject: 'hello' })
  await blockSubject(a.index.db, { kind: 'user', subject: 'bob' }, 'spam', 1)
  expect((await posts()).text).not.toMatch(/bobswords|bobsrival/)
  expect((await a.api.fetch(new Request(rivalPath))).status).toBe(404)
  expect((await fetch(archiveOf(a, 'bob'))).status).toBe(451)
  await expect(importFrom(b.index, archiveOf(a, 'bob'))).rejects.toThrow(
    /answers 451: .* blocked by the operator .* spam/,
  )
  await unblockSubject(a.index.db, { kind: 'user', subject: 'bob' })
  expect(await posts()).toEqual(before)
  await a.index.db`delete from raw_dht_item where r = 'copy'`
  await a.index.db`delete from raw_userpost where content_hash = ${RIVAL_HASH}`
})

it('goes to a few at a time; who goes away makes room', async () => {
  const ask = () => a.api.fetch(new Request('http://api.invalid/api/v1/users/alice/archive'))
  const open = await Promise.all([ask(), ask(), ask()])
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200])
  const busy = await ask()
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await busy.json()).toMatchObject({ code: 'too-busy' })
  await Promise.all(open.map(({ body }) => body?.cancel()))
  const again = await eventually(ask, ({ status }) => status === 200)
  expect((await again.text()).endsWith('"}\n')).toBe(true)
  // Also one who goes before anything was written, and nobody of them is a fault of ours.
  const gone = new AbortController()
  await a.api.fetch(new Request('http://api.invalid/api/v1/users/alice/archive', { signal: gone.signal }))
  gone.abort()
  const all = await eventually(
    async () => {
      const answers = await Promise.all([ask(), ask(), ask()])
      const statuses = answers.map(({ status }) => status)
      await Promise.all(answers.map((answer) => answer.body?.cancel()))
      return statuses
    },
    (statuses) => statuses.every((status) => status === 200),
  )
  expect(all).toHaveLength(3)
  expect(a.failures).toEqual([])
})

it('believes nothing of what another server says: endless, cut off, a bomb, no archive', async () => {
  const digest = await indexDigest(b.index.db)
  const whole = await (await fetch(archiveOf(a, 'alice'))).text()
  const head = `${whole.slice(0, whole.indexOf('\n'))}\n`
  const answers: Record<string, RequestListener> = {
    '/endless': (_request, response) => writeEndlessly(response, head),
    '/noise': (_request, response) => writeEndlessly(response, 'noise\n'),
    // So small a first piece does not say whether it is compressed.
    '/dribble': (_request, response) => {
      const bytes = gzipSync(whole)
      response.write(bytes.subarray(0, 1), () => setImmediate(() => response.end(bytes.subarray(1))))
    },
    '/cut': (_request, response) => {
      response.write(whole.slice(0, whole.length / 2), () => response.destroy())
    },
    '/bomb': (_request, response) => response.end(gzipSync(head + ' '.repeat(30_000_000))),
    '/page': (_request, response) => response.end('<!DOCTYPE html>'),
    '/around': (_request, response) => response.writeHead(302, { location: '/around' }).end(),
    '/elsewhere': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  }
  const left: string[] = []
  const writeEndlessly = (response: ServerResponse, start: string) => {
    const more = () => {
      while (response.write('{"kind":"userpost"}\n'.repeat(1_000)));
    }
    response.once('close', () => left.push(start)).on('drain', more)
    response.write(start)
    more()
  }
  const liar = createServer((request, response) => answers[request.url ?? '']?.(request, response))
  await once(liar.listen(0, '127.0.0.1'), 'listening')
  const address = liar.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const take = (path: string) => importFrom(b.index, base + path, 5_000_000)
  try {
    expect(await take('/endless')).toMatchObject({ incomplete: expect.stringMatching(/longer than 5000000 bytes/) })
    expect(await take('/cut')).toMatchObject({ incomplete: expect.stringMatching(/the connection broke/) })
    expect(await take('/bomb')).toMatchObject({ incomplete: expect.stringMatching(/longer than 5000000 bytes/) })
    await expect(take('/noise')).rejects.toThrow('this is no export: its first line is not that of one')
    await eventually(
      () => left,
      () => left.length === 2,
    )
    expect(await take('/dribble')).toMatchObject({ bad: 0, incomplete: undefined })
    await expect(take('/page')).rejects.toThrow('this is no export: its first line is not that of one')
    await expect(take('/around')).rejects.toThrow(/redirect count exceeded/)
    await expect(take('/elsewhere')).rejects.toThrow(/scheme/i)
  } finally {
    liar.closeAllConnections()
    liar.close()
  }
  expect(await indexDigest(b.index.db)).toEqual(digest)
})

it('goes on however slowly it is read, though no other query may take so long', async () => {
  const slow = await openTestIndex(server, recordedParams)
  await slow.write(items)
  // What is written is not judged here: more than one part of the rows, and more than is written at once.
  await slow.db`
    insert into raw_userpost
    select username, k + 1000 * copy, content_hash, key_id, repeat('x', 500)::bytea, height, null, null, null, null,
      first_seen, source, tip_height, due_height, verdict
    from raw_userpost, generate_series(1, 600) copy where username = 'alice' and k = 0`
  await slow.db.unsafe(`alter database ${new URL(slow.url).pathname.slice(1)} set statement_timeout = 100`)
  const sql = openDb(slow.url, { max: 1, name: 'slow' })
  const parts: string[] = []
  const write = async (text: string) => {
    parts.push(text)
    await delay(200)
  }
  const options = { sql, usernames: ['alice'], now: NOW, signal, write, onProgress: () => undefined }
  await writeArchive({ ...options, isPublic: true })
  expect(parts.length).toBeGreaterThan(2)
  expect(parts.at(-1)).toMatch(/^\{"kind":"end"/)
  await sql.end()
  await slow.close()
})

it('says that it failed when it does before there is anything', async () => {
  const broken = await openInstance()
  await broken.index.write(items)
  await broken.index.db`update block set raw = 'no block'`
  const response = await fetch(archiveOf(broken, 'alice'))
  expect([response.status, await response.json()]).toEqual([500, expect.objectContaining({ code: 'internal-error' })])
  expect(broken.failures).toEqual(['/api/v1/users/alice/archive', new Error('a block in the database is damaged')])
  await closeInstance(broken)
})

it('is imported from the command line by its address', async () => {
  const env = { ...process.env, DATABASE_URL: b.index.url, WINDSOCK_NO_CHECKPOINTS: '1' }
  const command = ['--import', 'tsx', 'cli/main.ts', 'import', archiveOf(a, 'carol')]
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  child.stdout.on('data', (chunk) => said.push(String(chunk)))
  const [code] = await once(child, 'close')
  expect([code, said.join('')]).toEqual([0, expect.stringMatching(/^\d+ lines: 0 blocks, .*\nthe file is whole\n$/)])
})
