import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeArchive } from '../app/archive/write-archive.ts'
import { indexDigest } from '../db/digest.ts'
import { importIndex } from '../indexer/archive/import.ts'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { startPostgres, type TestPostgres, testLog } from './services.ts'

let server: TestPostgres
let whole: TestIndex
let other: TestIndex
let folder: string
const signal = new AbortController().signal
const items = recordedItems()
const isSigned = (item: OutboxItem) => item.kind === 'userpost' || item.kind === 'dht-item'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-export-'))
  server = await startPostgres()
  whole = await openTestIndex(server, recordedParams)
  other = await openTestIndex(server, recordedParams)
  await whole.write(items)
})
afterAll(async () => {
  await Promise.all([whole.close(), other.close()])
  await server.close()
  rmSync(folder, { recursive: true })
})

async function exported(index: TestIndex, usernames: readonly string[] = []): Promise<string> {
  const texts: string[] = []
  const write = async (text: string) => void texts.push(text)
  await writeArchive({ sql: index.db, isPublic: false, usernames, write, now: 1, signal, onProgress: () => undefined })
  return texts.join('')
}

async function imported(index: TestIndex, bytes: Uint8Array | string) {
  const source = (async function* () {
    yield Buffer.from(bytes)
  })()
  const recoverer = openRecoverer({ threads: 0, log: testLog })
  const now = () => 2_000_000_000
  const options = { db: index.db, source, recoverer, isCheckpointed: false, log: testLog, now, signal }
  return importIndex({ ...options, onProgress: () => undefined })
}

it('makes two instances that import what the other has alike', async () => {
  const a = await openTestIndex(server, recordedParams)
  await a.write(items.filter((item, at) => !isSigned(item) || at % 2 === 0))
  await other.write(items.filter((item, at) => (isSigned(item) ? at % 2 === 1 : item.seq <= 30)))
  expect((await indexDigest(a.db)).network).not.toBe((await indexDigest(other.db)).network)
  const ofA = await exported(a)
  expect(await imported(other, ofA)).toMatchObject({ bad: 0, badLines: [], incomplete: undefined, blocks: 48 })
  // What waited for the chain of the other is there, too, and can be given on: the same as where all came at once.
  expect(await imported(a, await exported(other))).toMatchObject({ bad: 0, badLines: [], incomplete: undefined })
  const digest = await indexDigest(whole.db)
  expect(await indexDigest(a.db)).toEqual(digest)
  expect(await indexDigest(other.db)).toEqual(digest)
  // Once more changes nothing.
  await imported(other, ofA)
  expect(await indexDigest(other.db)).toEqual(digest)
  await a.close()
})

it('writes one user with the registrations that prove the keys, in lines that anybody can count', async () => {
  const text = await exported(whole, ['alice'])
  const lines = text.trimEnd().split('\n')
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(records[0]).toMatchObject({ kind: 'windsock-export', version: 1, network: 'main', users: ['alice'] })
  expect(records[0]?.['tip']).toMatchObject({ height: 48 })
  const proofs = records.filter(({ kind }) => kind === 'registration')
  expect(proofs.map(({ username }) => username)).toContain('alice')
  expect(records.some(({ kind }) => kind === 'block-connected')).toBe(false)
  expect(await imported(whole, text)).toMatchObject({
    ...{ bad: 0, incomplete: undefined, unplaced: 0, blocks: 0, registrations: proofs.length },
    refused: {},
  })
  // A proof of something else is none.
  const forged = JSON.stringify({ ...proofs[0], username: 'bob' })
  const twisted = JSON.stringify({ ...proofs[0], index: 2 })
  expect(await imported(whole, [lines[0], forged, twisted, ''].join('\n'))).toMatchObject({
    bad: 2,
    badLines: [{ line: 2, code: 'bad-registration-proof' }, { line: 3 }],
    incomplete: 'its last line is missing',
  })
})

it('names bad lines and takes the good ones', async () => {
  await other.clear()
  const lines = (await exported(whole)).trimEnd().split('\n')
  const post = lines.findIndex((line) => line.includes('"kind":"userpost"'))
  const record = JSON.parse(lines[post] ?? '') as { piece: string }
  const piece = Buffer.from(record.piece, 'base64')
  piece[piece.length - 30] = (piece[piece.length - 30] ?? 0) ^ 1
  const bad = ['no json', '[]', '{"kind":"block-disconnected"}', 'x'.repeat(2_000_000), '\xff\xfe']
  const flipped = JSON.stringify({ ...record, piece: piece.toString('base64') })
  const text = [...lines.slice(0, 3), ...bad, flipped, ...lines.slice(3)].join('\n')
  const result = await imported(other, Buffer.from(`${text}\n`, 'latin1'))
  expect(result.badLines.slice(0, 5)).toEqual([
    { line: 4, code: 'not-a-record' },
    { line: 5, code: 'not-a-record' },
    { line: 6, code: 'not-a-record' },
    { line: 7, code: 'line-too-long' },
    { line: 8, code: 'not-a-record' },
  ])
  expect(result.incomplete).toBe('it holds other numbers of records than its last line says')
  expect(await indexDigest(other.db)).toEqual(await indexDigest(whole.db))
})

it('never throws on what is no export, and says when one is not whole', async () => {
  const text = await exported(whole, ['bob'])
  const bytes = Buffer.from(text)
  await expect(imported(other, '')).rejects.toThrow('this is no export: its first line is not that of one')
  await expect(imported(other, text.replace('"version":1', '"version":2'))).rejects.toThrow(
    'is of version 2, known is 1',
  )
  await expect(imported(other, text.replace('"network":"main"', '"network":"regtest"'))).rejects.toThrow(
    'This database holds the index of network main, not regtest',
  )
  const headEnd = text.indexOf('\n') + 1
  const place = fc.integer({ min: headEnd, max: bytes.length - 1 })
  const change = fc.oneof(
    place.map((at) => bytes.subarray(0, at)),
    fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ mask
      return changed
    }),
    fc.tuple(place, fc.uint8Array({ maxLength: 50 })).map(([at, some]) => Buffer.concat([bytes.subarray(0, at), some])),
  )
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const result = await imported(other, changed)
      // The end of the last line may be missing.
      const isAll = Buffer.concat([changed, Buffer.from('\n')]).equals(bytes) || changed.equals(bytes)
      expect(result.bad > 0 || result.incomplete !== undefined).toBe(!isAll)
    }),
    { numRuns: 40 },
  )
  expect(await indexDigest(other.db)).toEqual(await indexDigest(whole.db))
})

async function windsock(url: string, ...args: string[]): Promise<{ code: unknown; said: string; warned: string }> {
  const env = { ...process.env, DATABASE_URL: url, WINDSOCK_NO_CHECKPOINTS: '1' }
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], { env, stdio: 'pipe' })
  const [said, warned] = [[] as string[], [] as string[]]
  child.stdout.on('data', (chunk) => said.push(String(chunk)))
  child.stderr.on('data', (chunk) => warned.push(String(chunk)))
  const [code] = await once(child, 'close')
  return { code, said: said.join(''), warned: warned.join('') }
}

it('exports to a compressed file and imports it, from the command line', async () => {
  const file = join(folder, 'all.jsonl.gz')
  expect(await windsock(whole.url, 'export', '--out', file)).toMatchObject({
    code: 0,
    warned: expect.stringMatching(/exported 48 blocks, 22 posts and 26 DHT values\n$/),
  })
  expect(gunzipSync(readFileSync(file)).toString().endsWith('"}\n')).toBe(true)
  await other.clear()
  const cut = join(folder, 'cut.gz')
  writeFileSync(cut, readFileSync(file).subarray(0, 9_000))
  const broken = await windsock(other.url, 'import', cut)
  expect([broken.code, broken.said]).toEqual([1, expect.stringMatching(/the file is NOT whole: it cannot be read to/)])
  const { code, said } = await windsock(other.url, 'import', file)
  expect([code, said]).toEqual([0, expect.stringMatching(/48 blocks, 0 registrations, 22 posts, 26 DHT values\n/)])
  expect(await indexDigest(other.db)).toEqual(await indexDigest(whole.db))
})
