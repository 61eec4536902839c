import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { callForEcho, listenForChanges } from '../db/queries/changes.ts'
import { openReader } from '../db/queries/reader.ts'
import type { ChangeMessage } from '../db/schema/change.ts'
import { rebuildHidden } from '../indexer/hiding/hiding.ts'
import { type BlockKind, blockSubject, parseBlockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { erinsBioItem, SCENE_BLOCKS, sceneItems } from './hidden-scene.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { arrivals, batchesOf } from './oracle-arrival.ts'
import { worldOf, worldPlan } from './oracle-world.ts'
import { eventually, startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, mineMany, postItem, register, tinyParams } from './tiny-chain.ts'

const ONE = mine(genesisBlock(), [register('alice', keyOf('alice'))])

let server: TestPostgres
let index: TestIndex

beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
})

beforeEach(() => index.clear())

afterAll(async () => {
  await index?.close()
  await server?.close()
})

interface Block {
  kind: BlockKind
  text: string
}

function parsed({ kind, text }: Block) {
  const subject = parseBlockSubject(kind, text)
  if (typeof subject === 'string') throw new Error(subject)
  return subject
}

async function block(one: Block, reason = 'a reason'): Promise<number> {
  const result = await blockSubject(index.db, parsed(one), reason, 1)
  return result.kind === 'done' ? result.posts : -1
}

async function unblock(one: Block): Promise<void> {
  expect(await unblockSubject(index.db, parsed(one))).toMatchObject({ kind: 'done' })
}

interface Hidden {
  users: string[]
  posts: string[]
}

async function hidden(): Promise<Hidden> {
  const users = await index.db`SELECT username, cause, reason FROM hidden_user ORDER BY username`
  const posts = await index.db`
    SELECT username, k, cause, subject, reason FROM hidden_userpost ORDER BY username COLLATE "C", k`
  return {
    users: users.map((row) => Object.values(row).join(' ')),
    posts: posts.map((row) => Object.values(row).join(' ')),
  }
}

async function rebuilt(): Promise<Hidden> {
  await index.db.begin(rebuildHidden)
  return hidden()
}

const ERIN = 'erin opt-out the author asks in the signed profile not to be shown on public web sites (#nopublicweb)'
const ERINS_POSTS = ['dave 5', 'zoe 2'].map(
  (post) =>
    `${post} opt-out erin the author asks in the signed profile not to be shown on public web sites (#nopublicweb)`,
)
const BY_BLOCK: Record<string, string[]> = {
  '@Mallory': [
    'carol 0 user mallory',
    'carol 1 user mallory',
    'carol 2 user mallory',
    'dave 3 user mallory',
    'dave 4 user mallory',
  ],
  'bob/3': ['bob 3 post bob/3', 'dave 1 post bob/3', 'dave 6 post bob/3', 'zoe 0 post bob/3'],
  '!nobody/2': ['!nobody 2 post !nobody/2'],
  '#SecretTag': ['bob 4 tag secrettag', 'bob 5 tag secrettag', 'dave 2 tag secrettag', 'dave 7 tag secrettag'],
  'Sécret Word': [
    'bob 6 word secret word',
    'bob 7 word secret word',
    'bob 8 word secret word',
    'dave 8 word secret word',
    'zoe 1 word secret word',
  ],
}

test('each block hides its own and what embeds it, and unblocking shows it again', async () => {
  await index.write(sceneItems())
  expect(await hidden()).toEqual({ users: [ERIN], posts: ERINS_POSTS })
  for (const one of SCENE_BLOCKS) {
    const wanted = (BY_BLOCK[one.text] ?? []).map((post) => `${post} a reason`)
    expect(await block(one), one.text).toBe(wanted.length)
    const { users, posts } = await hidden()
    expect(posts.filter((post) => !ERINS_POSTS.includes(post))).toEqual(wanted)
    expect(users).toEqual(one.kind === 'user' ? [ERIN, 'mallory user a reason'] : [ERIN])
    await unblock(one)
    expect(await hidden()).toEqual({ users: [ERIN], posts: ERINS_POSTS })
  }
})

test('what is blocked before it comes is hidden from its first moment; a rebuild finds the same', async () => {
  await index.write(sceneItems())
  for (const one of SCENE_BLOCKS) await block(one)
  const after = await hidden()
  expect(await rebuilt()).toEqual(after)
  await index.clear()
  for (const one of SCENE_BLOCKS) await block(one)
  for (const item of sceneItems()) {
    await index.write([item])
    expect(await hidden()).toEqual(await rebuilt())
  }
  expect(await hidden()).toEqual(after)
})

test('an author opts out and in again by the signed bio, and sites hear of each time', async () => {
  const told: string[] = []
  const reader = openReader(index.url)
  const onChange = ({ kind }: ChangeMessage) => void told.push(kind)
  await listenForChanges(reader, { onChange, onEcho: () => void told.push('echo'), onListening: () => undefined })
  /** Whether sites were told to show nothing that they made before. */
  const isPurged = async () => {
    await callForEcho(reader, 'all of it was heard')
    await eventually(
      async () => told.at(-1),
      (kind) => kind === 'echo',
      5000,
    )
    return told.splice(0).includes('hidden')
  }
  await index.write(sceneItems())
  expect(await hidden()).toEqual({ users: [ERIN], posts: ERINS_POSTS })
  expect(await isPurged()).toBe(true)
  await block({ kind: 'user', text: 'erin' })
  expect((await hidden()).users).toEqual(['erin user a reason'])
  await unblock({ kind: 'user', text: 'erin' })
  expect((await hidden()).users).toEqual([ERIN])
  expect(await isPurged()).toBe(true)
  await index.write([erinsBioItem(2, false)])
  expect(await hidden()).toEqual({ users: [], posts: [] })
  expect(await isPurged()).toBe(true)
  await index.write([erinsBioItem(3, true)])
  expect(await hidden()).toEqual({ users: [ERIN], posts: ERINS_POSTS })
  expect(await isPurged()).toBe(true)
  await index.write([erinsBioItem(4, true)])
  expect(await isPurged()).toBe(false)
  await reader.end()
})

test('of two posts with one number the one that counts decides', async () => {
  await index.write([blockItem(ONE)])
  await block({ kind: 'word', text: 'wicked' })
  const said = (k: number, msg: string) => {
    const item = postItem({ n: 'alice', k, height: 1, time: 1_400_000_000, msg }, keyOf('alice'))
    const post = item.kind === 'userpost' ? parseSignedUserpost(item.piece) : undefined
    return { item, hash: Buffer.from(sha256(post?.raw ?? new Uint8Array(0))).toString('hex') }
  }
  // Each with a rival of the other sort, so that the smaller hash is at times the one and at times the other.
  const pairs = Array.from({ length: 8 }, (_, k) => [said(k, 'wicked'), said(k, 'harmless')] as const)
  for (const [wicked, harmless] of pairs) for (const { item } of [wicked, harmless]) await index.write([item])
  const wanted = pairs.flatMap(([wicked, harmless], k) => (wicked.hash < harmless.hash ? [k] : []))
  expect(wanted.length).toBeGreaterThan(0)
  expect(wanted.length).toBeLessThan(pairs.length)
  expect((await hidden()).posts).toEqual(wanted.map((k) => `alice ${k} word wicked a reason`))
})

test('the message of a block that is no longer on the best chain is hidden no longer', async () => {
  const offer = mine(ONE, [], 0, undefined, { user: 'alice', text: 'a wicked offer', privateKey: keyOf('alice') })
  await index.write([blockItem(ONE)])
  await block({ kind: 'word', text: 'wicked' })
  await block({ kind: 'post', text: '!bob/2' })
  await index.write([blockItem(offer)])
  const bobs = '!bob 2 post !bob/2 a reason'
  expect((await hidden()).posts).toEqual(['!alice 2 word wicked a reason', bobs])
  await index.write(mineMany(ONE, 2, 1).map(blockItem))
  expect((await hidden()).posts).toEqual([bobs])
})

test('of several blocks on one post each keeps it hidden, and the newest reason counts', async () => {
  await index.write(sceneItems())
  await block({ kind: 'word', text: 'wordbody' })
  await block({ kind: 'word', text: 'secret word' })
  await block({ kind: 'post', text: 'bob/6' })
  expect((await hidden()).posts).toContain('bob 6 post bob/6 a reason')
  await unblock({ kind: 'post', text: 'bob/6' })
  expect((await hidden()).posts).toContain('bob 6 word secret word a reason')
  await unblock({ kind: 'word', text: 'secret word' })
  await block({ kind: 'word', text: 'WORDBODY' }, 'another reason')
  expect((await hidden()).posts).toContain('bob 6 word wordbody another reason')
  expect(await index.db`SELECT kind, subject, reason FROM moderation`).toEqual([
    { kind: 'word', subject: 'wordbody', reason: 'another reason' },
  ])
})

test('what was counted with it is marked to be counted again', async () => {
  await index.write(sceneItems())
  for (const one of SCENE_BLOCKS) {
    await index.db`DELETE FROM recount`
    await block(one)
    const marks = await index.db`SELECT what, name, username FROM recount`
    const words = marks.map(({ what, name, username }) => [what, name, username ?? ''].join(' '))
    const wanted = {
      user: [
        'user-day mallory ',
        'user-day carol ',
        'userpost mallory ',
        'userpost bob ',
        'hashtag opentag mallory',
        'user bob ',
        'user zoe ',
        'user mallory ',
      ],
      post: ['user-day bob ', 'user-day dave ', 'hashtag opentag bob', 'userpost bob '],
      tag: ['user-day bob ', 'user-day dave ', 'hashtag secrettag bob', 'userpost bob '],
      word: ['user-day bob ', 'hashtag opentag bob', 'userpost bob '],
    }[one.kind]
    if (!one.text.startsWith('!')) expect(words, one.text).toEqual(expect.arrayContaining(wanted))
    await unblock(one)
  }
})

const WORLD_BLOCKS: Block[] = [
  { kind: 'user', text: 'alice' },
  { kind: 'user', text: 'carol_' },
  { kind: 'post', text: 'bob/1' },
  { kind: 'post', text: '!nobody/2' },
  { kind: 'tag', text: 'a' },
  { kind: 'tag', text: 'long' },
  { kind: 'word', text: 'hello' },
  { kind: 'word', text: 'b' },
  { kind: 'word', text: '標' },
  { kind: 'word', text: '😀' },
]

test('any world, any order of items and blocks between them: the same is hidden, as if hidden from nothing', async () => {
  const plan = fc.record({
    world: worldPlan(30),
    arrival: arrivals,
    blocks: fc.subarray(WORLD_BLOCKS),
    lifted: fc.subarray(WORLD_BLOCKS),
    at: fc.nat(9),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ world, arrival, blocks, lifted, at }) => {
      await index.clear()
      const batches = batchesOf(worldOf(world).items, arrival)
      const middle = at % (batches.length + 1)
      for (const one of lifted) await block(one)
      for (const batch of batches.slice(0, middle)) await index.write(batch)
      for (const one of blocks) await block(one)
      for (const batch of batches.slice(middle)) await index.write(batch)
      for (const one of lifted) if (!blocks.includes(one)) await unblock(one)
      const found = await hidden()
      expect(found).toEqual(await rebuilt())
    }),
    { numRuns: Number(process.env['WINDSOCK_MODERATION_RUNS'] ?? 12) },
  )
})

test('a name of anything that cannot be blocked is refused with a sentence', () => {
  const bad: Block[] = [
    { kind: 'user', text: 'Ünknown' },
    { kind: 'post', text: 'bob' },
    { kind: 'post', text: 'bob/01' },
    { kind: 'post', text: 'bob/-1' },
    { kind: 'tag', text: '#' },
    { kind: 'tag', text: 'two words' },
    { kind: 'tag', text: 'x'.repeat(256) },
    { kind: 'word', text: ' \u200b' },
    { kind: 'word', text: 'x'.repeat(101) },
    { kind: 'word', text: 'a\0b' },
  ]
  for (const { kind, text } of bad) expect(typeof parseBlockSubject(kind, text), text).toBe('string')
  expect(parseBlockSubject('post', '/@Bob/3')).toMatchObject({ subject: 'bob/3' })
})
