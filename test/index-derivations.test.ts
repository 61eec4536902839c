import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { followerHistory, followingHistory, profileHistory } from '../db/queries/history.ts'
import { postByNumber } from '../db/queries/post.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { registrationsOf } from '../db/queries/registrations.ts'
import { daysOfHashtag, daysOfNetwork, daysOfUser, yearsOfNetwork } from '../db/queries/statistics.ts'
import { postsLinkingTo, twistLinksOf } from '../db/queries/twist-links.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeBencode, rawBencode } from '../node/protocol/bencode.ts'
import type { Block } from '../node/protocol/block.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { encodeTwistUri } from '../node/protocol/twist-uri.ts'
import { encodeUserpost, parseSignedUserpost, signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'
import { dumpIndex, openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, mineMany, nameOf, postItem, register, tinyParams } from './tiny-chain.ts'

const DAY = 86_400
const all = { limit: 100 }

let server: TestPostgres
let index: TestIndex
let sql: Reader
beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  sql = openReader(index.url)
})
afterAll(async () => {
  await sql.end()
  await index.close()
  await server.close()
})
beforeEach(() => index.clear())

const names = ['alice', 'bob', 'carol'].map((name) => register(name, keyOf(name)))
const first = mine(genesisBlock(), names)
const chain = [first, ...mineMany(first, 9, 0)]
const NOON = first.header.time - (first.header.time % DAY) - DAY / 2

type Value = Parameters<typeof encodeDhtItem>[0]['v']

interface ValueFields {
  seq?: number
  time?: number
  height?: number
  key?: string
}

function single(name: string, r: string, v: Value, { seq = 1, time = NOON, height = 2, key = name }: ValueFields = {}) {
  const sigUser = nameOf(name)
  const item = encodeDhtItem({ resource: { n: name, r, t: 's' }, height, time, seq, v, sigUser }, keyOf(key))
  return dhtItem(item)
}

function dhtItem({ p, sigP, sigUser }: ReturnType<typeof encodeDhtItem>): OutboxItem {
  return { seq: 1, kind: 'dht-item', p, sigP, sigUser, firstSeen: 1, source: 'dht', tipHeight: 1 }
}

function post(n: string, k: number, fields: Partial<UserpostFields> = {}): OutboxItem {
  return postItem({ n: nameOf(n), k, time: NOON, height: 3, msg: `${n} ${k}`, ...fields }, keyOf(n))
}

/** Written in this order and backwards, one by one, the index says the same. */
async function writeBothWays(blocks: readonly Block[], items: readonly OutboxItem[]): Promise<void> {
  await index.write([...blocks.map(blockItem), ...items])
  const straight = await dumpIndex(index.db)
  await index.clear()
  for (const item of [...blocks.map(blockItem), ...items].reverse()) await index.write([item])
  expect(await dumpIndex(index.db)).toEqual(straight)
}

it('remembers profiles and following lists, whatever the order they came in', async () => {
  await writeBothWays(chain, [
    single('alice', 'profile', { fullname: 'A' }, { seq: 1 }),
    single('alice', 'profile', { fullname: 'Alice', bio: 'new' }, { seq: 3, time: NOON + DAY }),
    single('alice', 'following1', ['bob', 'carol'], { seq: 1 }),
    single('alice', 'following1', ['carol'], { seq: 2, time: NOON + DAY, height: 4 }),
    single('alice', 'following1', ['carol', 'bob'], { seq: 3, time: NOON + 2 * DAY }),
    single('carol', 'following1', ['bob'], { seq: 1, time: NOON + 3 * DAY }),
  ])
  const profiles = await profileHistory(sql, 'alice', { limit: 1 })
  expect(profiles.items).toMatchObject([{ seq: 3, fullname: 'Alice', bio: 'new', time: NOON + DAY }])
  expect(profiles.next).toBeDefined()
  expect((await profileHistory(sql, 'alice', all)).items.map(({ fullname }) => fullname)).toEqual(['Alice', 'A'])
  const following = await followingHistory(sql, 'alice', all)
  expect(following.items.map(({ n, sinceTime, untilTime }) => [n, sinceTime - NOON, untilTime])).toEqual([
    ['bob', 2 * DAY, undefined],
    ['carol', 0, undefined],
    ['bob', 0, NOON + DAY],
  ])
  expect(following.items[2]).toMatchObject({ sinceHeight: 2, untilHeight: 4 })
  const followers = await followerHistory(sql, 'bob', all)
  expect(followers.items.map(({ n, untilTime }) => [n, untilTime])).toEqual([
    ['carol', undefined],
    ['alice', undefined],
    ['alice', NOON + DAY],
  ])
})

it('keeps the history of a name whose key was replaced, and forgets what a reorganisation undoes', async () => {
  const replacement = mine(chain.at(-1) ?? first, [register('alice', keyOf('new'), keyOf('alice'))])
  const items = [
    single('alice', 'profile', { fullname: 'by the old key' }, { seq: 1 }),
    single('alice', 'profile', { fullname: 'too late for the old key' }, { seq: 2, height: 11 }),
    single('alice', 'profile', { fullname: 'by the new key' }, { seq: 3, height: 10, key: 'new' }),
  ]
  await writeBothWays([...chain, replacement], items)
  const fullnames = async () => (await profileHistory(sql, 'alice', all)).items.map(({ fullname }) => fullname)
  expect(await fullnames()).toEqual(['by the new key', 'by the old key'])
  expect(await registrationsOf(sql, 'alice')).toMatchObject([{ kind: 'registration' }, { kind: 'replacement' }])
  await index.write(mineMany(chain.at(-1) ?? first, 2, 1).map(blockItem))
  expect(await fullnames()).toEqual(['too late for the old key', 'by the old key'])
})

it('files words as the network dispatches them and as readers see them, in the comment of a retwist, too', async () => {
  const original = parseSignedUserpost(
    signUserpost({ n: 'bob', k: 1, time: NOON, height: 3, msg: '#bobs' }, keyOf('bob')),
  )
  await index.write([
    ...chain.map(blockItem),
    post('alice', 1, { msg: 'x#seen http://a.example/#filed #both @Carol', rt: original }),
  ])
  const rows = await index.db`SELECT tag, is_dispatched, is_linked FROM hashtag WHERE username = 'alice' ORDER BY tag`
  expect(rows.map((row) => [row['tag'], row['isDispatched'], row['isLinked']])).toEqual([
    ['both', true, true],
    ['filed', true, false],
    ['seen', false, true],
  ])
  expect(await index.db`SELECT username, mentioned FROM mention`).toMatchObject([
    { username: 'alice', mentioned: 'carol' },
  ])
})

it('follows twist: links both ways', async () => {
  const uid = (k: number) => encodeTwistUri({ uid: Number(bobUid), k })
  await index.write(chain.map(blockItem))
  const [bob] = await index.db<{ uid: number }[]>`SELECT uid FROM name WHERE username = 'bob'`
  const bobUid = bob?.uid ?? 0
  await index.write([
    post('bob', 4, { msg: '', url: 'http://a.example/', custom: { x: 1 } }),
    post('alice', 1, { msg: `see ${uid(4)} and [this](${uid(9)})` }),
    post('carol', 2, { msg: `${uid(4)} ${encodeTwistUri({ uid: 99_999, k: 1 })}` }),
  ])
  expect((await twistLinksOf(sql, 'alice', 1)).map(({ n, k }) => `${n}/${k}`).sort()).toEqual(['bob/4', 'bob/9'])
  expect((await twistLinksOf(sql, 'carol', 2)).map(({ n }) => n ?? '').sort()).toEqual(['', 'bob'])
  const linking = await postsLinkingTo(sql, 'bob', 4, { limit: 1 })
  expect(linking.items.map(({ n, k }) => [n, k])).toEqual([['alice', 1]])
  expect((await postsLinkingTo(sql, 'bob', 4, all)).items.map(({ n }) => n)).toEqual(['alice', 'carol'])
})

it('shows a retwist and not the comment cut from it, whichever came first', async () => {
  const original = parseSignedUserpost(
    signUserpost({ n: 'bob', k: 1, time: NOON, height: 3, msg: 'said' }, keyOf('bob')),
  )
  const fields = { n: 'alice', k: 5, time: NOON, height: 3, msg: 'look' }
  const whole = postItem({ ...fields, rt: original }, keyOf('alice'))
  const cut = parseSignedUserpost(whole.kind === 'userpost' ? whole.piece : new Uint8Array())
  const piece = encodeBencode({ sig_userpost: cut?.sigWort, userpost: rawBencode(encodeUserpost(fields)) })
  const comment: OutboxItem = { ...whole, piece } as OutboxItem
  await writeBothWays(chain, [comment, whole])
  expect(await postByNumber(sql, 'alice', 5)).toMatchObject({
    kind: 'retwist',
    rivalCount: 0,
    provenance: { rivals: [] },
  })
  const verdicts = await index.db`SELECT verdict FROM raw_userpost WHERE username = 'alice' ORDER BY verdict`
  expect(verdicts).toMatchObject([{ verdict: 'accept' }, { verdict: 'comment' }])
  const rival = post('alice', 5, { msg: 'another' })
  await index.write([rival])
  expect(await postByNumber(sql, 'alice', 5)).toMatchObject({ rivalCount: 1 })
})

it('keeps what strangers wrote under hashtags, names and posts, and says where it was', async () => {
  const v = (n: string, k: number, key = n) =>
    rawBencode(signUserpost({ n, k, time: NOON, height: 3, msg: '#tag' }, keyOf(key)))
  const multi = (n: string, r: string, value: Value, by: string) =>
    dhtItem(
      encodeDhtItem({ resource: { n, r, t: 'm' }, height: 2, time: NOON, v: value, sigUser: nameOf(by) }, keyOf(by)),
    )
  await index.write([
    ...chain.map(blockItem),
    multi('tag', 'hashtag', v('bob', 1), 'bob'),
    multi('alice', 'mention', v('bob', 2), 'bob'),
    multi('alice', 'replies7', v('bob', 3), 'bob'),
    multi('alice', 'rts7', v('bob', 5), 'carol'),
    multi('tag', 'hashtag', v('bob', 4, 'carol'), 'bob'),
  ])
  const sources = await index.db`SELECT k, source FROM raw_userpost WHERE username = 'bob' ORDER BY k`
  expect(sources).toMatchObject([
    { k: 1, source: 'dht-hashtag' },
    { k: 2, source: 'dht-mention' },
    { k: 3, source: 'dht-replies' },
  ])
  const refused = await index.db`SELECT kind, code FROM quarantine ORDER BY kind`
  expect(refused).toMatchObject([
    { kind: 'dht-item', code: 'expected-username' },
    { kind: 'userpost', code: 'bad-userpost-signature' },
  ])
  const stranger = { source: 'dht-hashtag', isFollowed: false }
  expect(await postByNumber(sql, 'bob', 1)).toMatchObject({ provenance: stranger })
  await index.db`INSERT INTO inventory (node_id, username, held, seen, peers, at) VALUES ('n', 'bob', 0, 0, 0, 1)`
  expect(await postByNumber(sql, 'bob', 1)).toMatchObject({ provenance: { ...stranger, isFollowed: true } })
})

it('counts by day and by year', async () => {
  const earlier = NOON - 400 * DAY
  await index.write([
    ...chain.map(blockItem),
    post('alice', 1, { msg: '#tag' }),
    post('alice', 2, { time: NOON + 60, msg: '#early' }),
    post('bob', 1, { msg: '#tag', reply: { n: nameOf('alice'), k: 1 } }),
    post('bob', 2, { time: earlier, msg: '#early' }),
  ])
  const day = Math.floor(NOON / DAY)
  expect((await daysOfUser(sql, 'alice', all)).items).toMatchObject([{ day, posts: 2, replies: 0 }])
  const ofBob = await daysOfUser(sql, 'bob', { limit: 1 })
  expect(ofBob).toMatchObject({ items: [{ day, posts: 0, replies: 1 }], next: { direction: 'next', key: [day] } })
  expect((await daysOfHashtag(sql, 'tag', all)).items).toEqual([{ day, posts: 2, people: 2 }])
  const registered = Math.floor(first.header.time / DAY)
  expect((await daysOfNetwork(sql, all)).items).toEqual([
    { day: registered, posts: 0, authors: 0, names: 3, hashtags: 0 },
    { day, posts: 3, authors: 2, names: 0, hashtags: 1 },
    { day: day - 400, posts: 1, authors: 1, names: 0, hashtags: 1 },
  ])
  const year = new Date(NOON * 1000).getUTCFullYear()
  const before = new Date(earlier * 1000).getUTCFullYear()
  expect(await yearsOfNetwork(sql)).toEqual([
    { year, posts: 3, authors: 2, names: 3, hashtags: 1 },
    { year: before, posts: 1, authors: 1, names: 0, hashtags: 1 },
  ])
})
