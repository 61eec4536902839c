import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_LIMIT, type PageRequest } from '../db/page.ts'
import { openReader, type Reader, readWithin } from '../db/queries/reader.ts'
import { searchHashtags } from '../db/queries/search-hashtags.ts'
import { searchPeople } from '../db/queries/search-people.ts'
import { searchBest, searchNewest } from '../db/queries/search-posts.ts'
import { parseSearchQuery } from '../db/queries/search-query.ts'
import type { SearchView } from '../db/views.ts'
import { settleCounts } from '../indexer/counter.ts'
import type { UserpostFields } from '../node/protocol/userpost.ts'
import { parseSignedUserpost, signUserpost } from '../node/protocol/userpost.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { isFound, type PlainPost, plainPost } from './search-model.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import {
  blockItem,
  genesisBlock,
  keyOf,
  mine,
  nameOf,
  postItem,
  profileItem,
  register,
  tinyParams,
} from './tiny-chain.ts'

const SEED = 7
const AUTHORS = ['alice', 'bob', 'carol'] as const
const START = 1_400_000_000

let server: TestPostgres
let index: TestIndex
let reader: Reader
const posts: PlainPost[] = []

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
  // So many that a user may have all these numbers: two for each block since the registration, and twenty.
  const blocks = [registered]
  for (let i = 0; i < 60; i++) blocks.push(mine(blocks.at(-1) ?? registered, [], 0))
  await index.write(blocks.map(blockItem))
  const items = madePosts().map((fields) => {
    const item = postItem(fields, keyOf(fields.n))
    posts.push(plainPost(fields))
    return item
  })
  await index.write(items)
  await index.write([
    profileItem('alice', 'Ålice Żółć', 1, keyOf('alice')),
    profileItem('bob', '小林 健', 1, keyOf('bob')),
  ])
  await settleCounts(index.db)
}, 60_000)

afterAll(async () => {
  await reader?.end()
  await index?.close()
  await server?.close()
})

const WORDS = [
  'wind',
  'Wínd',
  'the',
  'of',
  'größe',
  '港の風',
  '風',
  'северный ветер',
  'ветер',
  'สวัสดี',
  'ريح',
  '👍',
  'rain,',
  'new',
  'version',
]
const EXTRAS = ['#windlog', '#風', '@alice', '@bob', 'http://harbour.example/x', 'twist:AAAAAAAAAAA=']

/** Posts of all kinds and scripts, seconds apart; some at the same second. */
function madePosts(): UserpostFields[] {
  const random = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.nat()), { numRuns: 240, seed: SEED })
  const ks = new Map<string, number>()
  const made: UserpostFields[] = []
  for (const [at, [a, b, c, d, e]] of random.entries()) {
    const n = nameOf(AUTHORS[a % AUTHORS.length] ?? 'alice')
    const k = ks.get(n) ?? 0
    ks.set(n, k + 1)
    const words = [b, c, d].slice(0, 1 + (e % 3)).map((i) => WORDS[i % WORDS.length])
    const msg = [...words, ...(e % 4 === 0 ? [EXTRAS[d % EXTRAS.length]] : [])].join(' ')
    const time = START + Math.floor(at / 2) * 3600
    const base = { n, k, height: 60, time }
    const other = made[c % Math.max(made.length, 1)]
    if (e % 7 === 1 && other !== undefined) made.push({ ...base, msg, reply: { n: other.n, k: other.k } })
    else if (e % 7 === 2 && other !== undefined && other.rt === undefined && other.msg !== undefined) {
      const inner = parseSignedUserpost(signUserpost(other, keyOf(other.n)))
      if (inner === undefined) throw new Error('no inner post')
      made.push({ ...base, ...(e % 2 === 0 ? { msg } : {}), rt: { raw: inner.raw, signature: inner.signature } })
    } else made.push({ ...base, msg })
  }
  return made
}

type Search = typeof searchNewest

async function walk(search: Search, text: string, limit: number): Promise<string[]> {
  const found: string[] = []
  const backwards: string[][] = []
  let request: PageRequest = { limit }
  let last: SearchView | undefined
  for (let pages = 0; pages < 100; pages++) {
    last = await search(reader, parseSearchQuery(text), request)
    expect(last.isCut).toBe(false)
    const keys = last.items.map(({ n, k }) => `${n}/${k}`)
    found.push(...keys)
    backwards.push(keys)
    if (last.next === undefined) break
    request = { limit, cursor: last.next }
  }
  // The same pages from the end.
  for (let page = backwards.length - 2; page >= 0 && last?.prev !== undefined; page--) {
    last = await search(reader, parseSearchQuery(text), { limit, cursor: last.prev })
    expect(last.items.map(({ n, k }) => `${n}/${k}`)).toEqual(backwards[page])
  }
  return found
}

/** What the model finds, the newest first. */
function expected(text: string): string[] {
  const query = parseSearchQuery(text)
  return posts
    .filter((post) => isFound(post, query))
    .sort((a, b) => b.time - a.time || (a.n < b.n ? 1 : a.n > b.n ? -1 : b.k - a.k))
    .map(({ n, k }) => `${n}/${k}`)
}

test.each([
  ['wind'],
  ['WÍND the'],
  ['"the wind"'],
  ['-the'],
  ['風'],
  ['港の風'],
  ['の風 wind'],
  ['ветер -северный'],
  ['"северный ветер"'],
  ['สวัส'],
  ['ريح'],
  ['👍'],
  ['from:alice wind'],
  ['-from:alice -from:bob'],
  ['@bob'],
  ['#windlog -from:carol'],
  ['#風'],
  ['to:alice'],
  ['has:link'],
  ['harbour'],
  ['is:reply -wind'],
  ['has:rt'],
  ['has:rt -has:reply the'],
  ['since:2014-05-15 until:2014-05-16'],
  ['grosse'],
  [''],
])('%s finds what a naive reading of the posts finds, page by page and back', async (text) => {
  const wanted = expected(text)
  expect(wanted.length).toBeGreaterThan(0)
  expect(await walk(searchNewest, text, 7)).toEqual(wanted)
  expect((await walk(searchBest, text, 7)).sort()).toEqual(wanted.toSorted())
})

test('random queries find what the model finds', async () => {
  const part = fc
    .tuple(
      fc.constantFrom('', '', '-'),
      fc.constantFrom(
        ...WORDS,
        ...EXTRAS,
        'from:alice',
        'from:bob',
        'is:reply',
        'has:rt',
        'has:link',
        '"the of"',
        '"new version"',
        'since:2014-05-15',
        'until:2014-05-16',
      ),
    )
    .map(([minus, word]) => `${minus}${word}`)
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
      const text = parts.join(' ')
      const view = await searchNewest(reader, parseSearchQuery(text), { limit: MAX_LIMIT })
      expect(
        view.items.map(({ n, k }) => `${n}/${k}`),
        text,
      ).toEqual(expected(text).slice(0, MAX_LIMIT))
    }),
    { numRuns: 150, seed: SEED },
  )
})

test('whatever is asked, the database answers', async () => {
  const odd = [
    "'; drop table userpost --",
    '\\',
    "''''",
    '"',
    '((((',
    ':*',
    'a:*b',
    '!!a',
    '<->',
    'a <-> b',
    '&|!',
    '%_%',
    '\0',
    '\ud800x',
    'x\udfff',
    '\u202eabc\u202c',
    '👨‍👩‍👧‍👦',
    '-',
    '--',
    '-a -b -c',
    'from:',
    '-from:x -lang:en',
    'a'.repeat(10_000),
    '漢'.repeat(10_000),
    `${'a '.repeat(5000)}`,
    '#'.repeat(50),
    "#it's\\",
    '\u0301\u0301',
    '１２３',
    'lang:und',
    'ß',
    'İ',
    '- - -',
    '""',
    "tag:'",
    '*',
    'a*',
    '0x',
    '1e5',
    '-1',
    '١٢٣',
  ]
  const piece = fc.oneof(
    fc.constantFrom(...odd.filter((text) => text.length < 30)),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const asked = [
    ...odd,
    ...fc.sample(
      fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(' ')),
      { numRuns: 60, seed: SEED },
    ),
  ]
  for (const text of asked) {
    const query = parseSearchQuery(text)
    for (const search of [searchNewest, searchBest, searchPeople, searchHashtags]) {
      const view = await search(reader, query, { limit: 5 })
      expect(view.isCut, text).toBe(false)
    }
  }
}, 30_000)

test('a word that no post has is searched by those most like it, and the answer says by which', async () => {
  const view = await searchNewest(reader, parseSearchQuery('versoin'), { limit: 5 })
  expect(view.replaced).toEqual([{ word: 'versoin', by: ['version'] }])
  expect(view.items.length).toBeGreaterThan(0)
  expect((await searchNewest(reader, parseSearchQuery('xyzzyqqq'), { limit: 5 })).items).toEqual([])
})

test('the best posts come first: those that say it more often, shorter, or that were answered', async () => {
  const best = await searchBest(reader, parseSearchQuery('wind'), { limit: 3 })
  const counts = best.items.map(({ msg }) => (msg.match(/w[ií]nd/gi) ?? []).length)
  expect(Math.max(...counts)).toBe(counts[0])
  expect(counts[0]).toBeGreaterThan(1)
})

test('people are found by parts of their names, whatever the accents; tags by parts of them, or by ones like it', async () => {
  const people = async (text: string) =>
    (await searchPeople(reader, parseSearchQuery(text), { limit: 5 })).items.map(({ n }) => n)
  expect(await people('alice')).toEqual(['alice'])
  expect(await people('zolc')).toEqual(['alice'])
  expect(await people('小林')).toEqual(['bob'])
  expect(await people('c')).toEqual(['carol'])
  expect(await people('alice nobody')).toEqual([])
  const tags = async (text: string) =>
    (await searchHashtags(reader, parseSearchQuery(text), { limit: 5 })).items.map(({ tag }) => tag)
  expect(await tags('windlog')).toEqual(['windlog'])
  expect(await tags('log')).toEqual(['windlog'])
  expect(await tags('windlgo')).toEqual(['windlog'])
  expect(await tags('#風')).toEqual(['風'])
})

test('a cursor that nobody gave out is a place like any other', async () => {
  for (const key of [
    [2 ** 53 - 1, 'x', 2 ** 53 - 1],
    [-(2 ** 53) + 1, '', -(2 ** 53) + 1],
  ]) {
    for (const direction of ['next', 'prev'] as const) {
      const request = { limit: 3, cursor: { list: 'search', direction, key } }
      await searchNewest(reader, parseSearchQuery('wind'), request)
      await searchBest(reader, parseSearchQuery('wind'), request)
      const found = { limit: 3, cursor: { list: 'search', direction, key: [key[0] ?? 0, key[0] ?? 0, 'x'] } }
      await searchPeople(reader, parseSearchQuery('alice'), found)
      await searchHashtags(reader, parseSearchQuery('wind'), found)
    }
  }
})

test('what takes too long is given up', async () => {
  expect(await readWithin(reader, 50, async (tx) => tx`select pg_sleep(20)`)).toBeUndefined()
})
