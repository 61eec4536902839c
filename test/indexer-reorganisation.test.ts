import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { Block } from '../node/protocol/block.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { type Dump, dumpIndex, openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import {
  blockItem,
  disconnectedItem,
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
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

const time = 1_400_000_000
const [oldKey, newKey, bobKey, carolKeyA, carolKeyB] = ['alice', 'alice 2', 'bob', 'carol a', 'carol b'].map(keyOf) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const trunk = mine(genesisBlock(), [register('alice', oldKey), register('bob', bobKey)])
// Branch A replaces alice's key and gives carol's name to one key, branch B to another; dave exists on B alone.
const branchA = mineMany(trunk, 12, 1, [register('alice', newKey, oldKey), register('carol', carolKeyA)])
const branchB = mineMany(trunk, 7, 2, [register('carol', carolKeyB), register('dave', keyOf('dave'))])

const carolOnA = postItem({ n: 'carol', k: 0, height: 2, time, msg: 'carol of #a' }, carolKeyA)
const posts: OutboxItem[] = [
  postItem({ n: 'alice', k: 0, height: 1, time, msg: 'before the fork #trunk' }, oldKey),
  postItem({ n: 'alice', k: 1, height: 3, time, msg: 'with the new key #a' }, newKey),
  postItem({ n: 'alice', k: 1, height: 3, time, msg: 'with the old key #b @bob' }, oldKey),
  // The number limit is 20 + 2 for each block after the registration: more blocks let more of these in.
  ...Array.from({ length: 60 }, (_, k) =>
    postItem({ n: 'bob', k, height: 1, time: time + k, msg: `bob ${k}` }, bobKey),
  ),
  carolOnA,
  postItem({ n: 'carol', k: 0, height: 2, time, msg: 'carol of #b' }, carolKeyB),
  retwist('bob', 60, carolOnA, bobKey),
  postItem({ n: 'dave', k: 0, height: 2, time, msg: 'dave of #b' }, keyOf('dave')),
  profileItem('alice', 'Alice by the old key', 1, oldKey),
  profileItem('alice', 'Alice by the new key', 2, newKey),
  profileItem('carol', 'Carol of A', 1, carolKeyA),
]

function retwist(n: string, k: number, original: OutboxItem, privateKey: Uint8Array): OutboxItem {
  const post = original.kind === 'userpost' ? parseSignedUserpost(original.piece) : undefined
  if (post === undefined) throw new Error('not a post')
  return postItem(
    { n, k, height: 2, time, msg: '', msg2: '', rt: { raw: post.raw, signature: post.signature } },
    privateKey,
  )
}

/** What readers see: raw rows of a branch that lost may stay, nothing derived from them may. */
function derived({ raw_userpost: _posts, raw_dht_item: _values, pending_item: _pending, ...rest }: Dump) {
  return rest
}

async function indexOf(...batches: OutboxItem[][]): Promise<TestIndex> {
  const index = await openTestIndex(server, tinyParams)
  for (const batch of batches) await index.write(batch)
  return index
}

async function linear(branch: readonly Block[]): Promise<unknown> {
  const index = await indexOf([trunk, ...branch].map(blockItem), posts)
  const dump = derived(await dumpIndex(index.db))
  await index.close()
  return dump
}

it('leaves everything as if the losing branch had never been, there and back again', async () => {
  const index = await indexOf([trunk, ...branchA.slice(0, 4)].map(blockItem), posts)
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchA.slice(0, 4)))
  await index.write([...branchA.slice(0, 4).toReversed().map(disconnectedItem), ...branchB.map(blockItem)])
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchB))
  await index.write(branchA.slice(4, 9).map(blockItem))
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchA.slice(0, 9)))
  await index.write(branchA.slice(9).map(blockItem))
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchA))
  await index.close()
})

it('comes to the same when the posts came first and the branches in pieces', async () => {
  const pieces = [...branchB, ...branchA].toReversed().map((block) => [blockItem(block)])
  const index = await indexOf(posts, ...pieces, [blockItem(trunk)])
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchA))
  expect((await dumpIndex(index.db)).pending_item).toEqual(expect.arrayContaining([]))
  await index.close()
})

it('does not go to a branch with less or the same work, whatever the queue says', async () => {
  const index = await indexOf([trunk, ...branchA.slice(0, 5)].map(blockItem), posts)
  const before = derived(await dumpIndex(index.db))
  await index.write([...branchA.slice(0, 5).toReversed().map(disconnectedItem), ...branchB.slice(0, 5).map(blockItem)])
  expect(derived(await dumpIndex(index.db))).toEqual(before)
  await index.write([blockItem(branchB[5] as Block)])
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchB.slice(0, 6)))
  await index.close()
})

it('refuses a branch whose block breaks a rule of names, and keeps what it had', async () => {
  // Takes over alice's name with a key that has nothing to do with hers.
  const thief = mineMany(trunk, 8, 3, [register('alice', keyOf('thief'))])
  const index = await indexOf([trunk, ...branchA.slice(0, 3)].map(blockItem), posts)
  const before = derived(await dumpIndex(index.db))
  await index.write(thief.map(blockItem))
  expect(derived(await dumpIndex(index.db))).toEqual(before)
  const refused = await index.db`SELECT DISTINCT refused FROM block WHERE refused IS NOT NULL`
  expect(refused.map((row) => row['refused'])).toEqual(['tried-to-overwrite-transaction'])
  const onThief = mineMany(thief.at(-1) as Block, 1, 3)
  await index.write(onThief.map(blockItem))
  const codes = await index.db`SELECT code FROM quarantine`
  expect(codes.map((row) => row['code'])).toContain('prev-block-not-found')
  await index.write(branchA.slice(3).map(blockItem))
  expect(derived(await dumpIndex(index.db))).toEqual(await linear(branchA))
  await index.close()
})

it('counts the original of a retwist as a post of its author', async () => {
  const [original, copy] = [carolOnA, retwist('bob', 0, carolOnA, bobKey)]
  const index = await indexOf([trunk, ...branchA].map(blockItem), [copy])
  const rows = await index.db`SELECT username, k, msg FROM userpost ORDER BY username`
  expect(rows.map((row) => `${row['username']}/${row['k']}`)).toEqual(['bob/0', 'carol/0'])
  const [raw] = await index.db`SELECT source, piece FROM raw_userpost WHERE username = 'carol'`
  expect(raw?.['source']).toBe('retwist')
  expect(original.kind === 'userpost' && Buffer.from(original.piece).equals(raw?.['piece'])).toBe(true)
  await index.close()
})
