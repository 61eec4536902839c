import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeBlock } from '../node/protocol/block.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { scryptHash } from '../node/protocol/hash.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { dumpIndex, openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import {
  blockItem,
  genesisBlock,
  keyOf,
  mine,
  mineMany,
  postItem,
  profileItem,
  register,
  tinyParams,
} from './tiny-chain.ts'

let server: TestPostgres
let index: TestIndex
const time = 1_400_000_000
const aliceKey = keyOf('alice')
const trunk = mine(genesisBlock(), [register('alice', aliceKey), register('bob', keyOf('bob'))])
const later = mineMany(trunk, 3, 1)

beforeAll(async () => {
  server = await startPostgres()
})
beforeEach(async () => {
  index = await openTestIndex(server, tinyParams)
  await index.write([trunk, ...later].map(blockItem))
  return () => index.close()
})
afterAll(() => server.close())

/** Code under which an item was put away; nothing of it may be anywhere else. */
async function refusal(item: OutboxItem): Promise<unknown> {
  const before = await dumpIndex(index.db)
  await index.write([item])
  expect(await dumpIndex(index.db)).toEqual(before)
  const [row, ...more] = await index.db`SELECT code FROM quarantine`
  expect(more).toEqual([])
  return row?.['code']
}

function changed(item: OutboxItem, change: Partial<Extract<OutboxItem, { kind: 'userpost' }>>): OutboxItem {
  if (item.kind !== 'userpost') throw new Error('not a post')
  return { ...item, ...change }
}

const good = postItem({ n: 'alice', k: 1, height: 2, time, msg: 'hello' }, aliceKey)

it('refuses a forged post', async () => {
  expect(await refusal(postItem({ n: 'alice', k: 1, height: 2, time, msg: 'hello' }, keyOf('mallory')))).toBe(
    'bad-userpost-signature',
  )
})

it('refuses a post whose bytes were changed', async () => {
  if (good.kind !== 'userpost') throw new Error('not a post')
  const piece = Uint8Array.from(good.piece)
  const at = Buffer.from(piece).indexOf('hello')
  piece[at] = 'j'.charCodeAt(0)
  expect(await refusal(changed(good, { piece }))).toBe('bad-userpost-signature')
})

it('refuses a good post under another number', async () => {
  expect(await refusal(changed(good, { k: 2 }))).toBe('expected-piece')
})

it('refuses a good post under another user', async () => {
  expect(await refusal(changed(good, { username: 'bob' }))).toBe('expected-username')
})

it('lets a post from the future wait with its code, and takes it when its time has come', async () => {
  await index.write([postItem({ n: 'alice', k: 1, height: 6, time, msg: 'hello' }, aliceKey)])
  expect(await index.db`SELECT code FROM pending_item`).toEqual([{ code: 'post-from-future' }])
  expect(await index.db`SELECT 1 FROM raw_userpost`).toEqual([])
  await index.write([blockItem(mine(later.at(-1) ?? trunk, []))])
  expect(await index.db`SELECT code FROM pending_item`).toEqual([])
  expect(await index.db`SELECT k FROM userpost`).toEqual([{ k: 1 }])
})

it('keeps a post with a height below its registration, and shows it to nobody', async () => {
  await index.write([postItem({ n: 'alice', k: 1, height: 0, time, msg: 'hello' }, aliceKey)])
  expect(await index.db`SELECT verdict FROM raw_userpost`).toEqual([{ verdict: 'bad-userpost-signature' }])
  expect(await index.db`SELECT 1 FROM userpost`).toEqual([])
})

it('keeps posts above the number limit until the chain allows them', async () => {
  await index.write([postItem({ n: 'alice', k: 27, height: 2, time, msg: 'much' }, aliceKey)])
  expect(await index.db`SELECT verdict FROM raw_userpost`).toEqual([{ verdict: 'too-many-posts' }])
  await index.write([blockItem(mine(later.at(-1) ?? trunk, []))])
  expect(await index.db`SELECT k FROM userpost`).toEqual([{ k: 27 }])
})

it('gives one number to one post: the one with the smaller hash, in any order', async () => {
  const rivals = ['one', 'two', 'three'].map((msg) => postItem({ n: 'alice', k: 1, height: 2, time, msg }, aliceKey))
  await index.write(rivals.slice(0, 2))
  await index.write(rivals.slice(2))
  const [row] = await index.db`SELECT content_hash, rival_count FROM userpost`
  const [smallest] = await index.db`SELECT content_hash FROM raw_userpost ORDER BY content_hash LIMIT 1`
  expect(row).toEqual({ contentHash: smallest?.['contentHash'], rivalCount: 2 })
})

it('takes the comment of a commented retwist for a part of it, not for a rival', async () => {
  const original = good.kind === 'userpost' ? parseSignedUserpost(good.piece) : undefined
  const fields = { n: 'bob', k: 0, height: 2, time, msg: 'look' }
  const commented = postItem({ ...fields, rt: original }, keyOf('bob'))
  const comment = postItem(fields, keyOf('bob'))
  await index.write([comment])
  expect(await index.db`SELECT kind FROM userpost WHERE username = 'bob'`).toEqual([{ kind: 'post' }])
  await index.write([commented])
  const rows = await index.db`SELECT kind, rival_count FROM userpost WHERE username = 'bob'`
  expect(rows).toEqual([{ kind: 'retwist', rivalCount: 0 }])
})

it('refuses a retwist of words that were never said', async () => {
  const forged = postItem({ n: 'alice', k: 9, height: 2, time, msg: 'never said' }, keyOf('mallory'))
  const inner = forged.kind === 'userpost' ? parseSignedUserpost(forged.piece) : undefined
  await index.write([postItem({ n: 'bob', k: 0, height: 2, time, msg: '', rt: inner }, keyOf('bob'))])
  expect(await index.db`SELECT verdict FROM raw_userpost`).toEqual([{ verdict: 'bad-rt-signature' }])
  expect(await index.db`SELECT 1 FROM userpost`).toEqual([])
})

it('keeps a time in the future from standing on top', async () => {
  await index.write([postItem({ n: 'alice', k: 1, height: 2, time: 2_000_000_000, msg: 'first!' }, aliceKey)])
  const [row] = await index.db`SELECT time, sort_time FROM userpost`
  expect(row).toEqual({ time: 2_000_000_000, sortTime: (later[0]?.header.time ?? 0) + 7200 })
})

it('stores characters that PostgreSQL cannot hold as replacement characters', async () => {
  await index.write([postItem({ n: 'alice', k: 1, height: 2, time, msg: 'a\0b #t\0g' }, aliceKey)])
  expect(await index.db`SELECT msg FROM userpost`).toEqual([{ msg: 'a\uFFFDb #t\uFFFDg' }])
})

it('refuses a value that its owner did not sign', async () => {
  expect(await refusal(profileItem('alice', 'Mallory', 3, keyOf('mallory')))).toBe('invalid-signature')
})

it('takes the value with the higher number', async () => {
  await index.write([profileItem('alice', 'new', 2, aliceKey), profileItem('alice', 'old', 1, aliceKey)])
  expect(await index.db`SELECT fullname FROM profile`).toEqual([{ fullname: 'new' }])
})

it('lets items of an unknown name wait for its registration', async () => {
  const carolKey = keyOf('carol')
  await index.write([
    postItem({ n: 'carol', k: 0, height: 5, time, msg: 'hello' }, carolKey),
    profileItem('carol', 'Carol', 1, carolKey),
  ])
  expect(await index.db`SELECT DISTINCT code FROM pending_item`).toEqual([{ code: 'unknown-username' }])
  await index.write([blockItem(mine(later.at(-1) ?? trunk, [register('carol', carolKey)]))])
  expect(await index.db`SELECT username FROM userpost`).toEqual([{ username: 'carol' }])
  expect(await index.db`SELECT fullname FROM profile`).toEqual([{ fullname: 'Carol' }])
})

it('takes back from quarantine what a new key makes good', async () => {
  const newKey = keyOf('alice 2')
  await index.write([profileItem('alice', 'new key', 3, newKey)])
  expect(await index.db`SELECT code FROM quarantine`).toEqual([{ code: 'invalid-signature' }])
  await index.write([blockItem(mine(later.at(-1) ?? trunk, [register('alice', newKey, aliceKey)]))])
  expect(await index.db`SELECT fullname FROM profile`).toEqual([{ fullname: 'new key' }])
  expect(await index.db`SELECT code FROM quarantine`).toEqual([])
})

it('refuses a block without its work', async () => {
  const block = mine(later.at(-1) ?? trunk, [])
  for (let nonce = 0; ; nonce++) {
    const raw = encodeBlock({ ...block.header, nonce }, block.transactions)
    if (checkProofOfWork(scryptHash(raw.subarray(0, 84)), block.header.bits)) continue
    expect(await refusal({ ...blockItem(block), raw } as OutboxItem)).toBe('proof-of-work-failed')
    return
  }
})

it('refuses a block whose transactions are not those of its header', async () => {
  const block = mine(later.at(-1) ?? trunk, [])
  const raw = encodeBlock(block.header, [...block.transactions, register('mallory', keyOf('mallory'))])
  expect(await refusal({ ...blockItem(block), raw } as OutboxItem)).toBe('hashmerkleroot-mismatch')
})

it('refuses a block that claims an easier difficulty or an earlier time', async () => {
  const tip = later.at(-1) ?? trunk
  const early = mine(tip, [], 0, -100_000)
  expect(await refusal(blockItem(early))).toBe('block-timestamp-is-too-early')
})

it('lets a block without its parent wait', async () => {
  const [first, second] = mineMany(later.at(-1) ?? trunk, 2, 5)
  if (first === undefined || second === undefined) throw new Error('no blocks')
  await index.write([blockItem(second)])
  expect(await index.db`SELECT code FROM pending_item`).toEqual([{ code: 'prev-block-not-found' }])
  await index.write([blockItem(first)])
  expect(await index.db`SELECT max(height)::int AS tip FROM block WHERE is_active`).toEqual([{ tip: 6 }])
})
