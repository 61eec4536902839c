import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../app/api/api.ts'
import { keyProof } from '../app/api/proofs/key-proof.ts'
import { writeArchive } from '../app/archive/write-archive.ts'
import { hashesAt } from '../db/queries/proof.ts'
import { openReader, type Reader, readOneMoment } from '../db/queries/reader.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { Block } from '../node/protocol/block.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { parseCheckpointList } from '../verify/checkpoints.ts'
import { cannotShow, type ProofJson } from '../verify/proof-format.ts'
import { verifyArchive } from '../verify/verify-archive.ts'
import { verifyProof } from '../verify/verify-proof.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, postItem, profileItem, register, tinyParams } from './tiny-chain.ts'

let server: TestPostgres
let tiny: TestIndex
let reader: Reader
const closers: (() => Promise<void>)[] = []

beforeAll(async () => {
  server = await startPostgres()
  tiny = await indexOf(tinyParams, items())
  reader = readerOf(tiny)
}, 60_000)

afterAll(async () => {
  await Promise.all(closers.map((close) => close()))
  await server?.close()
})

async function indexOf(params: typeof tinyParams, all: readonly OutboxItem[]): Promise<TestIndex> {
  const index = await openTestIndex(server, params)
  closers.push(() => index.close())
  await index.write(all)
  return index
}

function readerOf(index: TestIndex): Reader {
  const opened = openReader(index.url)
  closers.push(() => opened.end())
  return opened
}

/** Alice has another key since height 4, whose transaction is repeated at height 6. */
function items(): OutboxItem[] {
  const [first, second, bobs] = [keyOf('alice'), keyOf('alice 2'), keyOf('bob')]
  const change = register('alice', second, first)
  const dan = ['dan', 'eve', 'fay'].map((name) => register(name, keyOf(name)))
  const inBlocks = [[register('alice', first), register('bob', bobs), ...dan], [], [], [change], [], [change], [], []]
  const blocks: Block[] = [genesisBlock()]
  for (const transactions of inBlocks) blocks.push(mine(blocks.at(-1) ?? genesisBlock(), transactions))
  const time = 1_400_000_000
  const before = postItem({ n: 'alice', k: 0, height: 2, time, msg: 'with the first key' }, first)
  const after = postItem({ n: 'alice', k: 1, height: 6, time, msg: 'with the second key' }, second)
  const dm = { body: Uint8Array.of(1), key: Uint8Array.of(2), mac: Uint8Array.of(3), orig: 1 }
  const [old, late] = [before, after].map((item) =>
    item.kind === 'userpost' ? parseSignedUserpost(item.piece) : undefined,
  )
  return [
    ...blocks.slice(1).map(blockItem),
    before,
    after,
    postItem({ n: 'alice', k: 2, height: 6, time, dm }, second),
    profileItem('alice', 'Alice', 1, second, 6),
    postItem({ n: 'bob', k: 0, height: 5, time, msg: 'look', rt: old }, bobs),
    postItem({ n: 'bob', k: 1, height: 7, time, fav: late }, bobs),
  ]
}

async function ask(sql: Reader, path: string): Promise<{ status: number; body: unknown }> {
  const api = createApi({
    reader: sql,
    clock: { now: () => 1_400_000_000 },
    onFailure: (_, error) => {
      throw error
    },
  })
  const response = await api.fetch(new Request(`http://site.example/api/v1${path}`))
  return { status: response.status, body: await response.json() }
}

const PATHS = {
  post: '/posts/alice/0/proof',
  replacement: '/posts/alice/1/proof',
  retwist: '/posts/bob/0/proof',
  favourite: '/posts/bob/1/proof',
  user: '/users/alice/proof',
} as const

test('what the API gives as proof is one, and is that which the verifier is tested with', async () => {
  const proofs: Record<string, unknown> = {}
  for (const [name, path] of Object.entries(PATHS)) {
    const { status, body } = await ask(reader, path)
    expect([path, status]).toEqual([path, 200])
    expect([path, verifyProof(body).failure]).toEqual([path, undefined])
    proofs[name] = body
  }
  const { key, list } = await proofFromAbove()
  const above = { ...(proofs['user'] as ProofJson), key, cannotShow: cannotShow({ of: 'user', key }) }
  expect(verifyProof(above, list)).toMatchObject({ isGood: true })
  expect(verifyProof(above).failure?.part).toBe('key.registration.checkpoint')
  proofs['above'] = above
  const vector = JSON.stringify({ proofs, checkpoints: { network: list.network, items: list.items } }, undefined, 1)
  await expect(`${vector}\n`).toMatchFileSnapshot('vectors/proofs.json')
})

/** As on a chain that has a checkpoint above: two headers and their hashes prove a block, without any work. */
async function proofFromAbove() {
  return readOneMoment(reader, async (tx) => {
    const chain = { sql: reader, tx, tipHeight: 8, checkpointHeights: [2, 6] }
    const list = parseCheckpointList({ network: 'regtest', items: await hashesAt(tx, [2, 6]) }, 'of this test')
    if (typeof list === 'string') throw new Error(list)
    return { key: await keyProof(chain, 'alice', 8), list }
  })
}

test('a key that was replaced comes with what it replaced, and a repeated registration does not hide it', async () => {
  const { key } = (await ask(reader, PATHS.replacement)).body as ProofJson
  expect(key.registration).toMatchObject({ kind: 'replacement', height: 4, confirmedBy: { height: 8 } })
  expect(key.replaced).toMatchObject({ kind: 'registration', height: 1 })
  const old = (await ask(reader, PATHS.post)).body as ProofJson
  expect(old.key.replaced).toBeUndefined()
  expect(old.key.publicKey).not.toBe(key.publicKey)
})

test('what is encrypted, not here or not registered has no proof, and it says why', async () => {
  const codes = ['/posts/alice/2/proof', '/posts/alice/9/proof', '/posts/zoe/0/proof', '/users/zoe/proof']
  const answers = await Promise.all(codes.map((path) => ask(reader, path)))
  expect(answers.map(({ body }) => (body as { code: string }).code)).toEqual([
    ...['post-encrypted', 'post-not-seen', 'unknown-user', 'unknown-user'],
  ])
  expect(answers.every(({ status }) => status === 404)).toBe(true)
})

test('a block that does not stand here as it must gives no proof', async () => {
  const index = await indexOf(tinyParams, items())
  await index.db`UPDATE block SET raw = substring(raw FROM 1 FOR 90) WHERE height = 1`
  const { status, body } = await ask(readerOf(index), PATHS.post)
  expect([status, body]).toMatchObject([404, { code: 'no-proof' }])
})

async function archiveOf(sql: Reader, usernames: readonly string[]): Promise<string> {
  let text = ''
  const write = async (part: string) => {
    text += part
  }
  const options = { isPublic: true, write, now: 1_400_000_000, signal: new AbortController().signal }
  await writeArchive({ sql, usernames, ...options, onProgress: () => undefined })
  return text
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

test('archives can be checked, and are those that the verifier is tested with', async () => {
  const users = await archiveOf(reader, ['alice', 'bob'])
  const counts = { blocks: 0, registrations: 4, userposts: 5, values: 1 }
  expect(await verifyArchive(bytesOf(users))).toMatchObject({ isGood: true, counts, outOfForce: 0, badLines: [] })
  await expect(users).toMatchFileSnapshot('vectors/archive-of-users.jsonl')
  const everything = await archiveOf(reader, [])
  const all = { blocks: 8, registrations: 0, userposts: 5, values: 1 }
  expect(await verifyArchive(bytesOf(everything))).toMatchObject({
    isGood: true,
    counts: all,
    outOfForce: 0,
    badLines: [],
  })
  await expect(everything).toMatchFileSnapshot('vectors/archive-of-all.jsonl')
})

test('everything that was recorded can be proved from the genesis block of main', async () => {
  const index = await indexOf(recordedParams, recordedItems())
  const sql = readerOf(index)
  const { body: list } = await ask(sql, '/checkpoints')
  const published = parseCheckpointList(list, 'published')
  if (typeof published === 'string') throw new Error(published)
  expect(published.items.map(({ height }) => height)).toEqual([0])
  const posts = ((await ask(sql, '/posts?limit=100')).body as { items: { n: string; k: number }[] }).items
  const names = [...new Set(posts.map(({ n }) => n))]
  expect(posts.length).toBeGreaterThan(8)
  const paths = [...posts.map(({ n, k }) => `/posts/${n}/${k}/proof`), ...names.map((n) => `/users/${n}/proof`)]
  for (const path of paths) {
    const { body } = await ask(sql, path)
    expect([path, verifyProof(body).failure]).toEqual([path, undefined])
  }
  const archive = await verifyArchive(bytesOf(await archiveOf(sql, names)))
  expect(archive).toMatchObject({ isGood: true, badLines: [], outOfForce: 0 })
  const { body } = await ask(sql, paths[0] ?? '')
  expect(verifyProof(body, published)).toMatchObject({ isGood: true, checkpoints: 'published' })
})
