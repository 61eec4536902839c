import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '../node/protocol/hash.ts'
import { type CheckpointList, PINNED, parseCheckpointList } from './checkpoints.ts'
import { linesOf } from './lines.ts'
import { type ArchiveReport, verifyArchive } from './verify-archive.ts'

/** Made over a chain of regtest; test/index-proofs.test.ts holds that such archives are still made. */
const ofUsers = linesIn('archive-of-users.jsonl')
const ofAll = linesIn('archive-of-all.jsonl')

function linesIn(file: string): string[] {
  return readFileSync(new URL(`../test/vectors/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

function verify(lines: readonly string[], list?: CheckpointList): Promise<ArchiveReport> {
  return verifyArchive(inPieces(Buffer.from(lines.map((line) => `${line}\n`).join(''))), list)
}

/** With an end that fits whatever is before it. */
function ended(lines: readonly string[], counts: object = {}): string[] {
  const before = lines.map((line) => `${line}\n`).join('')
  const of = (kind: string) => lines.filter((line) => line.includes(`"kind":"${kind}"`)).length
  const end = {
    kind: 'end',
    ...{
      blocks: of('block-connected'),
      registrations: of('registration'),
      userposts: of('userpost'),
      values: of('dht-item'),
    },
    ...counts,
    sha256: Buffer.from(sha256(Buffer.from(before))).toString('hex'),
  }
  return [...lines, JSON.stringify(end)]
}

type Change = (json: Record<string, unknown>) => Record<string, unknown>

function edited(line: string | undefined, change: Change): string {
  const json = JSON.parse(line ?? '{}') as Record<string, unknown>
  return JSON.stringify({ ...json, ...change(json) })
}

/** The first line of a kind, changed, in an archive whose end fits. */
async function badOf(lines: readonly string[], kind: string, change: Change) {
  const at = lines.findIndex((line) => line.includes(`"kind":"${kind}"`))
  const report = await verify(ended(lines.slice(0, -1).map((line, i) => (i === at ? edited(line, change) : line))))
  expect(report.isGood).toBe(false)
  return report.badLines.find(({ line }) => line === at + 1)?.why
}

test('an archive of users is good, and names the blocks to compare', async () => {
  const report = await verify(ofUsers)
  expect(report).toMatchObject({ isGood: true, network: 'regtest', bad: 0, checkpoints: PINNED.regtest.source })
  expect(report.incomplete).toBeUndefined()
  expect(report.blocks.map(({ height }) => height)).toEqual([1, 4, 6])
  expect(report.cannotShow[0]).toContain('Compare them with any node')
  expect(report.blocks[0]).toMatchObject({ work: '2', isCheckpoint: false })
  expect(report.isAnchored).toBe(false)
  // Whoever has compared them says so with a list.
  const items = report.blocks.map(({ height, hash }) => ({ height, hash }))
  const list = parseCheckpointList({ network: 'regtest', items }, 'compared')
  if (typeof list === 'string') throw new Error(list)
  expect(await verify(ofUsers, list)).toMatchObject({ isGood: true, isAnchored: true, checkpoints: 'compared' })
})

test('an archive of everybody is good: its blocks lead from the genesis block to its tip', async () => {
  const report = await verify(ofAll)
  expect(report).toMatchObject({
    isGood: true,
    bad: 0,
    counts: { blocks: 8, registrations: 0 },
    blocks: [],
    isAnchored: true,
  })
})

test('any byte that changes is told', async () => {
  for (const lines of [ofUsers, ofAll]) {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    for (let at = 0; at < bytes.length; at += 251) {
      const copy = Uint8Array.from(bytes)
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 7))
      const { isGood } = await verifyArchive(inPieces(copy))
      expect([at, isGood]).toEqual([at, false])
    }
  }
}, 60_000)

test('a lying archive whose checksum fits is told by its lines', async () => {
  const flipped =
    (field: string, byte: number): Change =>
    (json) => {
      const bytes = Buffer.from(String(json[field]), 'base64')
      bytes[byte % bytes.length] = (bytes[byte % bytes.length] ?? 0) ^ 1
      return { [field]: bytes.toString('base64') }
    }
  expect(await badOf(ofUsers, 'userpost', flipped('piece', 160))).toBe('line 6.piece: is not signed by a key of alice')
  expect(await badOf(ofUsers, 'userpost', () => ({ k: 7 }))).toContain('is not the post that is signed')
  expect(await badOf(ofUsers, 'userpost', () => ({ username: 'bob' }))).toContain('is not the post that')
  expect(await badOf(ofUsers, 'dht-item', flipped('sigP', 40))).toContain('.sigP: is not signed by a key of alice')
  expect(await badOf(ofUsers, 'dht-item', flipped('p', 40))).toBeDefined()
  expect(await badOf(ofUsers, 'registration', flipped('transaction', 30))).toBeDefined()
  expect(await badOf(ofUsers, 'registration', flipped('header', 50))).toContain('does not lead from place')
  expect(await badOf(ofUsers, 'registration', () => ({ index: 0 }))).toContain('promoted message')
  expect(await badOf(ofUsers, 'registration', () => ({ height: 3 }))).toContain('is not that of the header')
  expect(await badOf(ofUsers, 'registration', () => ({ username: 'bob' }))).toContain('is not of bob')
  expect(await badOf(ofAll, 'block-connected', flipped('raw', 60))).toContain('is no block with its own merkle root')
  expect(await badOf(ofAll, 'block-connected', flipped('raw', 30))).toContain('stands on a block that is not here')
  expect(await badOf(ofUsers, 'windsock-export', () => ({ version: 2 }))).toContain('version')
  // Told of the last line, which the tip is compared at.
  const elsewhere = { tip: { height: 9, hash: '00'.repeat(32) } }
  expect(await badOf(ofAll, 'windsock-export', () => elsewhere)).toBeUndefined()
})

test('what is cut off, counted otherwise or longer than any record is told', async () => {
  expect(await verify(ofUsers.slice(0, -1))).toMatchObject({ isGood: false, incomplete: 'its last line is missing' })
  expect((await verify(ended(ofUsers.slice(0, -1), { userposts: 4 }))).incomplete).toContain('other numbers')
  const without = [...ofUsers.slice(0, 2), ...ofUsers.slice(3)]
  expect((await verify(without)).isGood).toBe(false)
  expect((await verify([...ofUsers, ofUsers[2] ?? ''])).badLines[0]?.why).toBe('stands after the last one')
  const long = await verify([...ofUsers.slice(0, 1), `"${'x'.repeat(200_000)}"`, ...ofUsers.slice(1)])
  expect(long.badLines[0]).toEqual({ line: 2, why: 'is longer than any record' })
  // Without the registrations nobody's key is known.
  const keyless = ended(ofUsers.slice(0, -1).filter((line) => !line.includes('"registration"')))
  expect(await verify(keyless)).toMatchObject({ isGood: false, bad: 6, counts: { userposts: 5, values: 1 } })
})

test('whatever the bytes are, it throws nothing and finds nothing good', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...ofUsers))), async (lines) => {
      expect((await verify([...lines, '{'])).isGood).toBe(false)
    }),
  )
})

test('lines are the same however the bytes come in pieces, and one that is too long is none', async () => {
  const pieces = fc.array(
    fc.array(fc.constantFrom(10, 10, 65, 66), { maxLength: 30 }).map((some) => Uint8Array.from(some)),
  )
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 0, max: 5 }), async (chunks, maxBytes) => {
      const whole = Buffer.concat(chunks).toString('latin1').split('\n')
      if (whole.at(-1) === '') whole.pop()
      const found: (string | undefined)[] = []
      const source = (async function* () {
        yield* chunks
      })()
      for await (const line of linesOf(source, maxBytes)) found.push(line && Buffer.from(line).toString('latin1'))
      expect(found).toEqual(whole.map((line) => (line.length > maxBytes ? undefined : line)))
    }),
  )
})
