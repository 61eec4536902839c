import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { streamEventSchema } from '../app/api/schemas/stream-schema.ts'
import { STREAM_KINDS } from '../db/schema/stream-kind.ts'
import { insertStreamDrafts, pruneStreamEvents } from '../db/writes/stream.ts'
import { blockSubject } from '../indexer/hiding/moderation.ts'
import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import { parseSignedUserpost, signUserpost } from '../node/protocol/userpost.ts'
import { OPT_OUT_SECRETS, SCENE_BLOCKS, sceneItems, sceneSubjects } from './hidden-scene.ts'
import { eventually, startPostgres, type TestPostgres } from './services.ts'
import { ALICE, alices, BOB, first, heardAll, openStreamSite, type StreamSite, words } from './stream-site.ts'
import { blockItem, keyOf, mine, mineMany, postItem, profileItem, register } from './tiny-chain.ts'

let server: TestPostgres
const sites: StreamSite[] = []
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(async () => {
  for (const site of sites) await site.close()
  await server.close()
})

async function openSite(): Promise<StreamSite> {
  const site = await openStreamSite(server)
  sites.push(site)
  return site
}

test('what is committed is told once, in one order, to those who listen and to those who come back', async () => {
  const site = await openSite()
  const listener = await site.connect()
  expect(listener.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
  })
  await eventually(
    () => listener.lastId(),
    (id) => id === '0-0',
  )
  await site.write(blockItem(first), profileItem('bob', 'Bob', 1, BOB), alices(0, 'hello #wind'))
  await heardAll(listener, 4)
  const quoted = parseSignedUserpost(
    signUserpost({ n: 'alice', k: 0, height: 1, time: 1_400_000_000, msg: 'hello #wind' }, ALICE),
  )
  if (quoted === undefined) throw new Error('no post')
  const rt = { raw: quoted.raw, signature: quoted.signature }
  await site.write(
    postItem({ n: 'bob', k: 0, height: 1, time: 1_400_000_100, msg: 'yes', reply: { n: 'alice', k: 0 } }, BOB),
    postItem({ n: 'bob', k: 1, height: 1, time: 1_400_000_200, rt }, BOB),
  )
  // Once more: nothing is new.
  await site.write(alices(0, 'hello #wind'), profileItem('bob', 'Bob', 1, BOB))
  const events = await heardAll(listener, 6)
  await delay(150)
  expect(words(events)).toEqual(['block 1', 'promoted', 'post hello #wind', 'profile bob', 'reply yes', 'retwist'])
  expect(events.map(({ id }) => Number(id?.split('-')[0]))).toEqual([1, 2, 3, 4, 5, 6])
  expect(events[3]?.data).toMatchObject({ kind: 'profile', n: 'bob', profile: { fullname: 'Bob' } })
  expect(events[5]?.data.post?.rt).toMatchObject({ n: 'alice', k: 0 })

  const [id = ''] = [events[2]?.id]
  for (const [i, back] of [await site.connect('', id), await site.connect(`?lastEventId=${id}`)].entries()) {
    await site.write(alices(1 + i, 'more'))
    expect(words(await heardAll(back, 4 + i)).slice(0, 4)).toEqual(['profile bob', 'reply yes', 'retwist', 'post more'])
  }
  const rejoined = await site.connect('?kinds=reply,retwist', id)
  expect(words(await heardAll(rejoined, 2))).toEqual(['reply yes', 'retwist'])
  await eventually(
    () => rejoined.lastId(),
    (last) => last === listener.lastId(),
  )
}, 60_000)

test('a reader hears what he asked for alone, now and from before', async () => {
  const site = await openSite()
  await site.write(blockItem(first))
  const start = await site.connect()
  await eventually(
    () => start.lastId(),
    (id) => id !== undefined,
  )
  const from = start.lastId()
  const queries = [
    '?users=alice',
    '?tags=wind,storm',
    '?kinds=profile',
    '?users=bob&kinds=post,profile',
    '?tags=WIND&users=bob',
  ]
  const live = await Promise.all(queries.map((query) => site.connect(query, from)))
  await Promise.all(
    live.map((client) =>
      eventually(
        () => client.lastId(),
        (id) => id === from,
      ),
    ),
  )
  await site.write(
    alices(1, 'one #Wind'),
    alices(2, 'two'),
    postItem({ n: 'bob', k: 1, height: 1, time: 1_400_000_000, msg: 'three #storm' }, BOB),
    profileItem('bob', 'Bob', 1, BOB),
  )
  const wanted = [
    ['post one #Wind', 'post two'],
    ['post one #Wind', 'post three #storm'],
    ['profile bob'],
    ['post three #storm', 'profile bob'],
    [],
  ]
  const again = await Promise.all(queries.map((query) => site.connect(query, from)))
  for (const clients of [live, again]) {
    for (const [i, client] of clients.entries()) {
      const events = await heardAll(client, wanted[i]?.length ?? 0)
      // The place in the stream comes with heartbeats, too.
      await eventually(
        () => client.lastId(),
        (id) => id?.startsWith('6-') === true,
      )
      expect(words(events), queries[i]).toEqual(wanted[i])
    }
  }
  for (const [query, code] of [
    ['?nonsense=1', 'unknown-parameter'],
    ['?kinds=post,nonsense', 'bad-parameter'],
    ['?users=NO!', 'bad-parameter'],
    ['?users=alice&users=bob', 'bad-parameter'],
    ['?tags=a,,b', 'bad-parameter'],
    [`?lastEventId=${'x'.repeat(65)}`, 'bad-parameter'],
  ]) {
    const refused = await site.connect(query)
    await refused.ended
    expect([refused.status, JSON.parse(refused.body()).code], query).toEqual([400, code])
  }
}, 60_000)

test('an id that is not known, or no longer, is answered with a reset, and the stream goes on', async () => {
  const site = await openSite()
  await site.write(blockItem(first), alices(0, 'zero'), alices(1, 'one'))
  const listener = await site.connect('', '0-0')
  const [oldest] = await heardAll(listener, 4)
  const newest = listener.events.at(-1)?.id
  for (const id of ['nonsense', '99-1', '2-1', '-1', '4711-1795358424123']) {
    const client = await site.connect('', id)
    const [reset] = await heardAll(client, 1)
    expect(reset, id).toMatchObject({ event: 'reset', id: newest })
    client.close()
  }
  await site.index.db.begin((tx) => pruneStreamEvents(tx, { sinceMs: Date.now() + 9e9, kept: 1, limit: 2 }))
  for (const [id, event] of [
    [oldest?.id, 'reset'],
    ['0-0', 'reset'],
    [listener.events[2]?.id, 'post'],
  ]) {
    const client = await site.connect('', id)
    expect((await heardAll(client, 1))[0]?.event, id).toBe(event)
    client.close()
  }
  // The newest stays however old it is: a number is never given twice.
  await site.index.db.begin((tx) => pruneStreamEvents(tx, { sinceMs: Date.now() + 9e9, kept: 0, limit: 100 }))
  await site.write(alices(2, 'two'))
  expect((await heardAll(listener, 5)).at(-1)?.id).toMatch(/^5-/)
}, 60_000)

test('a reorganisation is told, with the blocks of the other branch and the posts that are gone', async () => {
  const site = await openSite()
  const losing = mine(first, [register('carol', keyOf('carol'))], 1)
  const winning = mineMany(first, 2, 2)
  const carols = postItem({ n: 'carol', k: 0, height: 2, time: 1_400_000_000, msg: 'short' }, keyOf('carol'))
  await site.write(blockItem(first), blockItem(losing), carols)
  const listener = await site.connect('?kinds=block,reorganisation,removed,post', '0-0')
  expect(words(await heardAll(listener, 3))).toEqual(['block 1', 'block 2', 'post short'])
  await site.write(...winning.map(blockItem))
  const events = await heardAll(listener, 7)
  expect(words(events.slice(3))).toEqual(['reorganisation', 'block 2', 'block 3', 'removed carol'])
  expect(events[3]?.data).toMatchObject({ forkHeight: 1, from: { height: 2, hash: events[1]?.data.block?.hash } })
  expect(events[4]?.data.block?.prevHash).toBe(events[0]?.data.block?.hash)
  // Who reads it later is not told of a post that is not there.
  const later = await site.connect('?kinds=post,removed', '0-0')
  expect(words(await heardAll(later, 1))).toEqual(['removed carol'])
}, 60_000)

test('every event is as the document says, and a rebuild is none', async () => {
  const site = await openSite()
  const listener = await site.connect('', '0-0')
  const losing = mine(first, [], 1)
  await site.write(...sceneItems(), blockItem(first))
  await site.write(blockItem(first), blockItem(losing), ...mineMany(first, 3, 2).map(blockItem))
  const [username, hash] = ['zoe', new Uint8Array(32)]
  await site.index.db.begin((tx) =>
    insertStreamDrafts(tx, [
      { kind: 'backlog', other: 'posts', username, number: 3, until: 9 },
      { kind: 'backlog', other: 'following', username },
      { kind: 'backlog', other: 'blocks', number: 1, until: 2 },
      { kind: 'unfollow', username, other: 'bob' },
      { kind: 'profile', username: 'nobodyx', hash: undefined },
      { kind: 'avatar', username: 'nobodyx', hash: undefined },
      { kind: 'profile', username, hash },
    ]),
  )
  await site.write(alices(0, 'the last'))
  const events = await eventually(
    () => listener.events,
    (all) => words(all).includes('post the last'),
  )
  for (const { event, data } of events) {
    expect(data.kind).toBe(event)
    expect(streamEventSchema.parse(data)).toEqual(data)
  }
  expect(STREAM_KINDS.filter((kind) => !events.some(({ event }) => event === kind))).toEqual([])
  expect(events.filter(({ event }) => event === 'backlog').map(({ data }) => data)).toMatchObject([
    { of: 'posts', n: 'zoe', first: 3, last: 9 },
    { of: 'following', n: 'zoe' },
    { of: 'blocks', first: 1, last: 2 },
  ])
  const { databaseUrl, signal } = { databaseUrl: site.index.url, signal: new AbortController().signal }
  await rebuildIndex({ databaseUrl, signal, now: () => 1, onProgress: () => undefined })
  expect(await site.index.db`SELECT 1 FROM stream_draft`).toHaveLength(0)
}, 60_000)

test('what is hidden is not told: not as it comes, and not what was stored before', async () => {
  const site = await openSite()
  const listener = await site.connect('', '0-0')
  await site.write(...sceneItems())
  const before = await eventually(
    () => listener.body(),
    (body) => body.includes('zoesname'),
  )
  const blocked = SCENE_BLOCKS.flatMap(({ secrets }) => [...secrets]).filter((word) => before.includes(word))
  expect(blocked.length).toBeGreaterThan(10)
  for (const word of OPT_OUT_SECRETS) expect(before).not.toContain(word)
  for (const subject of sceneSubjects()) await blockSubject(site.index.db, subject, 'because', 1)
  const later = await site.connect('', '0-0')
  const after = await eventually(
    () => later.body(),
    (body) => body.includes('zoesname'),
  )
  await eventually(
    () => later.lastId(),
    (id) => id === listener.lastId(),
  )
  for (const word of blocked) expect(after).not.toContain(word)
  const named = later.events.flatMap(({ data }) => [data.n, data.followed, data.post?.n, data.promoted?.n])
  for (const name of ['mallory', 'erin']) expect(named).not.toContain(name)
  expect(after).toContain('openpost')
  const said = later.events.length
  await site.write(
    postItem({ n: 'bob', k: 10, height: 1, time: 1_400_000_500, msg: 'a secret word once more' }, BOB),
    postItem({ n: 'mallory', k: 3, height: 1, time: 1_400_000_500, msg: 'me again' }, keyOf('mallory')),
    postItem({ n: 'bob', k: 11, height: 1, time: 1_400_000_500, msg: 'openpost, the last' }, BOB),
  )
  expect(words((await heardAll(later, said + 1)).slice(said))).toEqual(['post openpost, the last'])
}, 60_000)
