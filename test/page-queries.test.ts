import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../db/client.ts'
import type { Cursor } from '../db/page.ts'
import { activePeople } from '../db/queries/active-people.ts'
import { completenessOf } from '../db/queries/completeness.ts'
import { newestPosts } from '../db/queries/newest-posts.ts'
import { oftenAnswered } from '../db/queries/often-answered.ts'
import { peopleToFollow } from '../db/queries/people-to-follow.ts'
import { peopleTotals } from '../db/queries/people-totals.ts'
import { encryptedRanges, postsOfUser } from '../db/queries/posts-of-user.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { threadOf } from '../db/queries/thread.ts'
import { missingInThread } from '../db/queries/thread-completeness.ts'
import { topPosts } from '../db/queries/top-posts.ts'
import { worthFollowing } from '../db/queries/worth-following.ts'
import { countAll } from '../db/writes/count.ts'
import type { UserpostFields } from '../node/protocol/userpost.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mineMany, nameOf, postItem, register, tinyParams } from './tiny-chain.ts'

const DAY_S = 86_400
const DAY = 20_000
const first = { limit: 20 }

let server: TestPostgres
let index: TestIndex
let reader: Reader

beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  reader = openReader(index.url)
  await writeSigned(index)
  await writeRows(index.db)
})

afterAll(async () => {
  await reader?.end({ timeout: 1 })
  await index?.close()
  await server?.close()
})

/** Six blocks: alice and bob may write up to number 30 (the first block registers them, 2 · 5 + 20). */
async function writeSigned({ write, db }: TestIndex): Promise<void> {
  const blocks = mineMany(genesisBlock(), 6, 0, [register('alice', keyOf('alice')), register('bob', keyOf('bob'))])
  const by = (n: 'alice' | 'bob', k: number, fields: Partial<UserpostFields> = {}, key = n as string) =>
    postItem({ n: nameOf(n), k, height: 2, time: 1_400_000_000 + k, msg: `post ${k}`, ...fields }, keyOf(key))
  await write(blocks.map(blockItem))
  await write([
    ...[0, 1, 5, 6, 9].map((k) => by('alice', k)),
    // Two posts with one number: one of them is shown.
    by('alice', 9, { msg: 'another one' }),
    // Not alice's key.
    by('alice', 3, {}, 'mallory'),
    // Ahead of the chain.
    by('alice', 7, { height: 20 }),
    // Above her limit, and named above it by somebody else.
    by('alice', 31),
    by('bob', 0, { reply: { n: 'alice', k: 12 } }),
    by('bob', 1, { reply: { n: 'alice', k: 2_000_000_000 } }),
    by('bob', 2, { reply: { n: 'nobody_has_it', k: 4 } }),
    by('bob', 3, { reply: { n: 'bob', k: 0 } }),
    by('bob', 4, { lastk: 7, reply: { n: 'ghost', k: 2_147_483_647 } }),
  ])
  await db`insert into inventory (node_id, username, known_k, held, seen, peers, at) values ('node', 'alice', 14, 5, 5, 1, 1)`
}

/** Threads and lists of a size that would take long to sign. */
async function writeRows(db: Database): Promise<void> {
  const columns =
    'username, k, content_hash, key_id, kind, height, time, sort_time, msg, msg2, text_length, has_wort, rival_count'
  const values = (kind: string) =>
    `sha256(i::text::bytea), '\\x00', '${kind}', 1, 1400000000 + i, ${DAY * DAY_S} + i, 'text ' || i, '', 6, false, 0`
  await db.unsafe(`
    insert into userpost (${columns}, reply_n, reply_k)
      select 'chain', i, ${values('reply')}, case when i > 0 then 'chain' end, i - 1 from generate_series(0, 520) i;
    insert into userpost (${columns}, reply_n, reply_k)
      select 'crowd', i, ${values('reply')}, case when i > 0 then 'crowd' end, 0 from generate_series(0, 1100) i;
    insert into userpost (${columns}, reply_n, reply_k)
      select 'circle', i, ${values('reply')}, 'circle', (i + 1) % 3 from generate_series(0, 2) i;
    insert into userpost (${columns}, reply_n, reply_k)
      select 'pair', i, ${values('reply')}, 'pair', (array[1, 0, 1])[i + 1] from generate_series(0, 2) i;
    insert into userpost (${columns})
      select 'secret', i, ${values('direct')} from generate_series(1, 400) i where i <> 100;
    insert into userpost (${columns}) select 'secret', 0, ${values('post')} from (values (0)) one (i);
    insert into userpost (${columns}) select 'secret', 401, ${values('favourite')} from (values (401)) one (i);
    insert into userpost (${columns}, reply_n, reply_k)
      select 'later', i, sha256(i::text::bytea), '\\x00', 'reply', 1, 1, ${(DAY + 3) * DAY_S} + i, 'later', '', 5, false, 0,
        (array['later', 'crowd', 'chain'])[i % 3 + 1], 0 from generate_series(0, 8) i;
    insert into userpost (${columns}, reply_n, reply_k)
      select 'answerer', i, sha256(i::text::bytea), '\\x00', 'reply', 1, 1, ${(DAY - 60) * DAY_S} + i, 'yes', '', 3, false, 0,
        case when i < 20 then 'pair' else (array['circle', 'circle', 'pair', 'answerer', 'nobody_has_it'])[i % 5 + 1] end, 100000 + i
      from generate_series(0, 519) i;
    insert into name (username, first_height, first_time, first_tx_index, height, txid, uid, key_count)
      select who, 2, 1, 1, 2, '\\x00', 0, 1 from unnest(array['circle', 'pair', 'answerer']) who;
    insert into raw_userpost (username, k, content_hash, key_id, piece, height, first_seen, source, tip_height, due_height, verdict)
      select username, k, content_hash, key_id, '\\x00', 1, 1, 'swarm', 1, 1, 'accept' from userpost
      where username not in ('alice', 'bob');
    insert into following (username, followed, page, position) select 'reader', who, 1, 0
      from unnest(array['a', 'b', 'c']) who;
    insert into following (username, followed, page, position) values
      ('a', 'alice', 1, 0), ('b', 'alice', 1, 0), ('c', 'bob', 1, 0), ('a', 'c', 1, 1), ('b', 'reader', 1, 1),
      ('c', 'unregistered', 1, 1), ('later', 'alice', 1, 0), ('chain', 'alice', 1, 0), ('chain', 'bob', 1, 1),
      ('crowd', 'chain', 1, 0), ('crowd', 'bob', 1, 1), ('later', 'bob', 1, 1), ('later', 'reader', 1, 2)`)
  await db.begin(countAll)
}

test('a chain of answers is shown for 500 posts upwards, and says that there is more above', async () => {
  const thread = await threadOf(reader, 'chain', 520)
  expect(thread.ancestors).toHaveLength(500)
  const top = thread.ancestors[0]
  expect(top?.kind === 'post' && [top.post.k, top.post.reply?.isHere]).toEqual([20, true])
  expect((await threadOf(reader, 'chain', 3)).ancestors.map((one) => one.kind === 'post' && one.post.k)).toEqual([
    0, 1, 2,
  ])
})

test('a thread holds 1 000 replies and says that there are more', async () => {
  const thread = await threadOf(reader, 'crowd', 0)
  expect(thread).toMatchObject({ replyCount: 1000, isTruncated: true })
  expect(thread.replies).toHaveLength(1000)
  expect(thread.replies[0]?.post.k).toBe(1)
})

test('posts that answer each other in a circle are walked once', async () => {
  const thread = await threadOf(reader, 'circle', 0)
  expect(thread.ancestors.map((one) => one.kind === 'post' && one.post.k)).toEqual([2, 1])
  expect(thread).toMatchObject({ replies: [], replyCount: 0, isTruncated: false })
})

test('what answers a post that stands above is not counted among the replies', async () => {
  const thread = await threadOf(reader, 'pair', 0)
  expect(thread.ancestors).toHaveLength(1)
  expect(thread).toMatchObject({ replies: [], replyCount: 0, peopleCount: 1 })
})

test('the newest of some users are the newest of all, without the others', async () => {
  const users = ['chain', 'later', 'circle', 'not_here']
  const all = await walk((request) => newestPosts(reader, [], request))
  const some = await walk((request) => newestPosts(reader, users, request))
  expect(some).toEqual(all.filter((post) => users.includes(post.n)))
  expect(some.length).toBe(521 + 9 + 3)
})

test('all kinds that are shown of a user are found behind hundreds of encrypted posts', async () => {
  const page = await postsOfUser(reader, 'secret', undefined, first)
  expect(page.items.map((post) => [post.k, post.kind])).toEqual([
    [401, 'favourite'],
    [0, 'post'],
  ])
  expect(await encryptedRanges(reader, 'secret', 0, 401)).toEqual([
    { from: 1, to: 99 },
    { from: 101, to: 400 },
  ])
})

test.each([1, 20, 21, 50, 51, 100])('a page of %i posts has as many, and a next one', async (limit) => {
  const page = await newestPosts(reader, [], { limit })
  expect(page.items).toHaveLength(limit)
  expect(page.next).toBeDefined()
})

test('top posts are those with the most answers, of all time or of the days asked for', async () => {
  const names = async (by: 'answers' | 'replies', days?: { first: number; last: number }) =>
    (
      await topPosts(reader, by, days === undefined ? { kind: 'all' } : { kind: 'days', ...days }, { limit: 3 })
    ).items.map((post) => `${post.n}/${post.k} ${post.counts.replies}`)
  expect(await names('answers')).toEqual(['crowd/0 1103', 'chain/0 4', 'later/0 3'])
  expect(await names('replies', { first: DAY + 1, last: DAY + 10 })).toEqual(['later/0 3'])
  expect(await names('replies', { first: DAY - 5, last: DAY - 1 })).toEqual([])
  const all = await walk((request) => topPosts(reader, 'answers', { kind: 'all' }, request))
  const scores = all.map((post) => post.counts.replies + post.counts.retwists + post.counts.favourites)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(new Set(all.map((post) => `${post.n}/${post.k}`)).size).toBe(all.length)
})

test('active people are those who wrote most on the days asked for', async () => {
  const people = async (lastDay: number, days: number) =>
    (await activePeople(reader, lastDay, days, first)).items.map(({ n, windowCount }) => [n, windowCount])
  expect(await people(DAY + 3, 1)).toEqual([['later', 9]])
  expect(await people(DAY + 3, 7)).toEqual([
    ['crowd', 1101],
    ['chain', 521],
    ['later', 9],
    ['pair', 3],
    ['circle', 3],
    ['secret', 1],
  ])
  expect(await people(DAY + 30, 7)).toEqual([])
})

test('whom to follow are registered people whom the followed follow, and who are not followed yet', async () => {
  expect((await peopleToFollow(reader, 'reader')).map(({ n, listCount }) => [n, listCount])).toEqual([
    ['alice', 2],
    ['bob', 1],
  ])
  expect(await peopleToFollow(reader, 'alice')).toEqual([])
})

test('what is missing of a user is named with the reason', async () => {
  const view = await completenessOf(reader, 'alice', undefined)
  expect(view.known).toEqual({
    inventory: 14,
    posts: 9,
    lastk: undefined,
    answered: 2_000_000_000,
    embedded: undefined,
  })
  expect(view.knownK).toBe(30)
  expect(view.missing).toEqual([
    { from: 31, to: 2_000_000_000, why: { kind: 'above-limit' } },
    { from: 10, to: 30, why: { kind: 'not-seen' } },
    { from: 8, to: 8, why: { kind: 'not-seen' } },
    { from: 7, to: 7, why: { kind: 'waiting', code: expect.any(String) } },
    { from: 4, to: 4, why: { kind: 'not-seen' } },
    { from: 3, to: 3, why: { kind: 'refused', code: 'bad-userpost-signature' } },
    { from: 2, to: 2, why: { kind: 'not-seen' } },
  ])
  expect((await completenessOf(reader, 'alice', 7)).missing.map(({ from }) => from)).toEqual([4, 3, 2])
})

test('of a user who is not followed the numbers between the last post and the one it links to are missing', async () => {
  const view = await completenessOf(reader, 'bob', undefined)
  expect(view).toMatchObject({ knownK: 7, known: { posts: 4, lastk: 7 } })
  expect(view.missing).toEqual([{ from: 5, to: 7, why: { kind: 'not-followed' } }])
  expect((await completenessOf(reader, 'ghost', undefined)).missing).toEqual([
    { from: 0, to: 2_147_483_647, why: { kind: 'unregistered' } },
  ])
  expect(await completenessOf(reader, 'nobody', undefined)).toEqual({
    n: 'nobody',
    knownK: undefined,
    known: {},
    missing: [],
  })
})

test('what a thread names and is not here is missing with the reason', async () => {
  const missing = async (n: string, k: number) => missingInThread(reader, await threadOf(reader, n, k))
  const namedBy = { n: 'bob', k: 0 }
  expect(await missing('bob', 3)).toEqual([{ n: 'alice', k: 12, namedBy, why: { kind: 'not-seen' } }])
  expect(await missing('bob', 1)).toMatchObject([{ n: 'alice', k: 2_000_000_000, why: { kind: 'above-limit' } }])
  expect(await missing('bob', 2)).toMatchObject([{ n: 'nobody_has_it', k: 4, why: { kind: 'unregistered' } }])
  expect(await missing('chain', 5)).toEqual([])
})

/** All pages of a list. */
async function walk<T>(
  page: (request: { limit: number; cursor?: Cursor }) => Promise<{ items: T[]; next?: Cursor }>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: Cursor | undefined
  for (;;) {
    const found = await page({ limit: 100, ...(cursor && { cursor }) })
    items.push(...found.items)
    if (found.next === undefined) return items
    cursor = found.next
  }
}

test('whom somebody answers is counted in the newest 500 replies, without the user and without strangers to the chain', async () => {
  const answered = await oftenAnswered(reader, 'answerer')
  expect(answered.map(({ n, answerCount }) => [n, answerCount])).toEqual([
    ['circle', 200],
    ['pair', 100],
  ])
  expect(await oftenAnswered(reader, 'alice')).toEqual([])
})

test('worth following is who has posts and is in the lists of those who posted', async () => {
  const worth = await worthFollowing(reader)
  expect(worth.map(({ n, listCount }) => [n, listCount])).toEqual([
    ['bob', 3],
    ['alice', 2],
    ['chain', 1],
  ])
})

test('people are counted by name, by post, and by when', async () => {
  const all = await peopleTotals(reader, 0)
  expect(all).toEqual({ names: 5, users: all.active, active: all.active })
  expect((await peopleTotals(reader, (DAY + 3) * DAY_S)).active).toBe(1)
})
