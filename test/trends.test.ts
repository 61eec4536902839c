import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashtagSeries, peopleOfHashtag, relatedHashtags, topPostsOfHashtag } from '../db/queries/hashtag-past.ts'
import { hashtagSummary } from '../db/queries/hashtags.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { trends } from '../db/queries/trends.ts'
import { settleCounts } from '../indexer/counter.ts'
import { blockSubject, parseBlockSubject } from '../indexer/hiding/moderation.ts'
import { parseSignedUserpost, signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, nameOf, postItem, register, tinyParams } from './tiny-chain.ts'

const AUTHORS = ['alice', 'bob', 'carol', 'dave', 'erin'] as const
type Author = (typeof AUTHORS)[number]
const HOUR = 3600
const DAY = 86_400
/** Noon of a day of UTC. */
const NOW = 16_300 * DAY + 43_200

let server: TestPostgres
let index: TestIndex
let reader: Reader
const ks = new Map<string, number>()

function post(n: Author, hoursAgo: number, msg: string, more: Partial<UserpostFields> = {}): UserpostFields {
  const k = ks.get(n) ?? 0
  ks.set(n, k + 1)
  return { n: nameOf(n), k, height: 60, time: NOW - hoursAgo * HOUR, msg, ...more }
}

function retwist(n: Author, hoursAgo: number, other: UserpostFields, msg?: string): UserpostFields {
  const inner = parseSignedUserpost(signUserpost(other, keyOf(other.n)))
  if (inner === undefined) throw new Error('no inner post')
  const { msg: _none, ...fields } = post(n, hoursAgo, '')
  return { ...fields, ...(msg === undefined ? {} : { msg }), rt: { raw: inner.raw, signature: inner.signature } }
}

const original = post('alice', 100, '#calm water, and the boats are out on it')
const POSTS = [
  original,
  // A storm: three people in the last hours, one of them three times; nobody before.
  post('alice', 1, 'there is a #storm coming up from the west today'),
  post('alice', 2, '#storm #sails'),
  post('alice', 3, '#storm again'),
  post('bob', 2, 'the wind is rising, everybody take care #storm #sails'),
  post('carol', 14, 'heute kommt der große Sturm aus dem Westen #storm'),
  // Every day two people say good morning.
  ...[3, 27, 51, 75, 99, 123, 147, 171].flatMap((hours) => [
    post('alice', hours, '#morning'),
    post('bob', hours, '#morning'),
  ]),
  // One alone, however often.
  ...Array.from({ length: 6 }, (_, i) => post('dave', i + 1, '#spam')),
  // Two that are alike in everything.
  post('carol', 5, '#twin2 #twin1'),
  post('dave', 5, '#twin1 #twin2'),
  post('erin', 4, '#spam2'),
  retwist('erin', 6, original),
  retwist('carol', 6, original, 'look at this #comment'),
  post('bob', 1, 'well said', { reply: { n: nameOf('carol'), k: 0 } }),
  // Tomorrow's.
  post('erin', -3, '#storm #future'),
  post('carol', -3, '#future'),
]

beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  reader = openReader(index.url)
  const registered = mine(
    genesisBlock(),
    AUTHORS.map((name) => register(name, keyOf(name))),
    0,
    150_000_000,
  )
  const blocks = [registered]
  for (let i = 0; i < 60; i++) blocks.push(mine(blocks.at(-1) ?? registered, [], 0))
  await index.write(blocks.map(blockItem))
  await index.write(POSTS.map((fields) => postItem(fields, keyOf(fields.n))))
  await settleCounts(index.db)
}, 60_000)

afterAll(async () => {
  await reader?.end()
  await index?.close()
  await server?.close()
})

const weight = (hours: number, halfLife: number): number => 0.5 ** (hours / halfLife)
const AUTHOR_DAYS = (12 / 24 / Math.LN2) * (1 - 0.5 ** 4)

test('a trend is what more people use than its past lets expect; each with the numbers it comes from', async () => {
  const { items, at } = await trends(reader, { at: NOW, by: 'people', limit: 10 })
  expect(at).toBe(NOW)
  expect(items.map(({ tag }) => tag)).toEqual(['storm', 'sails', 'twin1', 'twin2', 'morning'])
  const [storm, , twin1, twin2, morning] = items
  const seen = weight(1, 12) + weight(2, 12) + weight(14, 12)
  expect(storm).toMatchObject({ people: 3, posts: 5, expected: 0 })
  expect(storm?.seen).toBeCloseTo(seen, 5)
  expect(storm?.score).toBeCloseTo(seen, 5)
  expect({ ...twin1, tag: 'twin2' }).toEqual(twin2)
  // Two people on each of the five days that are wholly before the window; the other 23 count as none.
  const all = Array.from({ length: 28 }, (_, day) => weight(day, 7))
  const past = all.slice(0, 5).reduce((sum, one) => sum + 2 * one, 0) / all.reduce((sum, one) => sum + one, 0)
  expect(morning?.expected).toBeCloseTo(AUTHOR_DAYS * past, 4)
  expect(morning?.seen).toBeCloseTo(2 * weight(3, 12), 5)
  expect(morning?.score).toBeCloseTo(((morning?.seen ?? 0) - AUTHOR_DAYS * past) / Math.sqrt(AUTHOR_DAYS * past + 1), 4)
})

test('the same moment has the same trends whatever came later, and an earlier one its own', async () => {
  const tags = async (at: number) => (await trends(reader, { at, by: 'people', limit: 10 })).items.map(({ tag }) => tag)
  expect(await tags(NOW + 4 * HOUR)).toContain('future')
  expect(await tags(NOW)).not.toContain('future')
  expect(await tags(NOW - 100 * HOUR)).toEqual(['morning'])
  expect(await tags(0)).toEqual([])
})

test('in a language only its posts count, and of the past the same share', async () => {
  const one = async (lang: string) =>
    (await trends(reader, { at: NOW, by: 'twister', lang, limit: 10 })).items.find(({ tag }) => tag === 'storm')
  expect((await one('de'))?.twisterScore).toBeCloseTo(weight(14, 8), 5)
  expect((await one('en'))?.twisterScore).toBeCloseTo(weight(1, 8) + weight(2, 8), 5)
  expect(await one('fr')).toBeUndefined()
  const english = await trends(reader, { at: NOW, by: 'people', lang: 'en', limit: 10 })
  expect(english.items.map(({ tag, people, posts }) => ({ tag, people, posts }))).toEqual([
    { tag: 'storm', people: 2, posts: 2 },
  ])
})

test('twister’s own score counts every post once; a retwist votes for what it retwists, not for its own words', async () => {
  const { items } = await trends(reader, { at: NOW, by: 'twister', limit: 50 })
  const scores = Object.fromEntries(items.map(({ tag, twisterScore }) => [tag, twisterScore]))
  expect(scores['spam']).toBeCloseTo(
    [1, 2, 3, 4, 5, 6].reduce((sum, hours) => sum + weight(hours, 8), 0),
    5,
  )
  expect(scores['calm']).toBeCloseTo(weight(100, 8) + 2 * weight(6, 8), 5)
  expect(scores['comment']).toBeUndefined()
  expect(items.map(({ twisterScore }) => twisterScore)).toEqual(
    items.map(({ twisterScore }) => twisterScore).toSorted((a, b) => b - a),
  )
  // "dropped below 0.5^(7 d/8 h)": long after, nothing is left.
  expect((await trends(reader, { at: NOW + 200 * HOUR, by: 'twister', limit: 50 })).items).toEqual([])
})

test('an author counts with the newest thirty tags of two days', async () => {
  const flood = Array.from({ length: 40 }, (_, i) => `#f${String(i).padStart(2, '0')}`)
  const parts = [0, 10, 20, 30].map((from) => flood.slice(from, from + 10).join(' '))
  const at = NOW + 20 * DAY
  const later = (n: Author, hours: number, msg: string) => post(n, (NOW - at) / HOUR + hours, msg)
  const items = [
    ...parts.map((msg, i) => later('alice', 10 - i, msg)),
    ...parts.map((msg, i) => later('bob', 10 - i, msg)),
  ]
  await index.write(items.map((fields) => postItem(fields, keyOf(fields.n))))
  await settleCounts(index.db)
  const view = await trends(reader, { at, by: 'people', limit: 50 })
  expect(view.items.map(({ tag }) => `#${tag}`).sort()).toEqual(flood.slice(10))
})

test('the past of a tag: first and last use, ninety days, what stands beside it, who, and the best', async () => {
  expect(await hashtagSummary(reader, 'calm')).toEqual({
    tag: 'calm',
    postCount: 1,
    peopleCount: 1,
    firstTime: original.time,
    lastTime: original.time,
  })
  const days = await hashtagSeries(reader, 'morning', NOW)
  expect(days).toHaveLength(90)
  expect(days.at(-1)).toEqual({ time: 16_300 * DAY, postCount: 2, peopleCount: 2 })
  expect(days.filter(({ postCount }) => postCount > 0)).toHaveLength(8)
  expect(await relatedHashtags(reader, 'storm', 5)).toEqual([
    { tag: 'sails', peopleCount: 2 },
    { tag: 'future', peopleCount: 1 },
  ])
  const top = await topPostsOfHashtag(reader, 'calm', 3)
  expect(top.map(({ n, k, counts }) => ({ n, k, counts }))).toEqual([
    { n: 'alice', k: original.k, counts: { replies: 0, retwists: 2, favourites: 0 } },
  ])
  const first = await peopleOfHashtag(reader, 'storm', { limit: 2 })
  expect(first.items.map(({ person, postCount }) => [person.n, postCount])).toEqual([
    ['alice', 3],
    ['erin', 1],
  ])
  const second = await peopleOfHashtag(reader, 'storm', { limit: 2, cursor: first.next })
  expect(second.items.map(({ person }) => person.n)).toEqual(['carol', 'bob'])
  expect((await peopleOfHashtag(reader, 'storm', { limit: 2, cursor: second.prev })).items).toEqual(first.items)
})

test('a blocked tag and a blocked author make no trend', async () => {
  for (const [kind, text] of [
    ['tag', '#twin1'],
    ['user', '@bob'],
  ] as const) {
    const subject = parseBlockSubject(kind, text)
    if (typeof subject === 'string') throw new Error(subject)
    await blockSubject(index.db, subject, 'because', 1)
  }
  await settleCounts(index.db)
  const { items } = await trends(reader, { at: NOW, by: 'people', limit: 10 })
  // Both posts with twin1 are hidden, so twin2, which stands in them, is gone as well.
  expect(items.map(({ tag, people }) => [tag, people])).toEqual([['storm', 2]])
})
