import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../app/api/api.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { migratedForReading, POSTS, SEED_NOW, seedSite } from './site-seed.ts'

let postgres: TestPostgres
let reader: Reader
const failures: unknown[] = []
let ask: (path: string) => Promise<{ status: number; body: unknown }>

beforeAll(async () => {
  postgres = await startPostgres()
  const url = await postgres.database()
  const readUrl = await migratedForReading(url)
  await seedSite(url)
  reader = openReader(readUrl)
  const api = createApi({
    reader,
    clock: { now: () => SEED_NOW },
    onFailure: (path, error) => failures.push(path, error),
  })
  ask = async (path) => {
    const response = await api.fetch(new Request(`http://site.example/api/v1${path}`))
    return { status: response.status, body: await response.json() }
  }
})

afterAll(async () => {
  await reader?.end()
  await postgres?.close()
})

interface ListBody {
  items: Record<string, unknown>[]
  next?: string
  prev?: string
}

async function list(path: string): Promise<ListBody> {
  const { status, body } = await ask(path)
  expect(status, path).toBe(200)
  return body as ListBody
}

const LISTS = [
  '/posts?limit=7',
  '/users/alice/posts?limit=7',
  '/users/alice/posts?limit=7&kind=reply',
  '/users/saltbush/mentions?limit=7',
  '/users/alice/following?limit=2',
  '/users/alice/followers?limit=2',
  '/users?limit=2',
  '/users?limit=2&sort=followed',
  '/users?limit=2&sort=a-z',
  '/posts?limit=7&users=bob,carol',
  '/names?limit=3',
  '/names?limit=3&sort=newest',
  '/names?limit=3&prefix=a',
  '/hashtags?limit=2',
  '/hashtags/windlog?limit=7',
  '/posts/top?limit=1',
  '/posts/top?limit=1&by=replies&days=31',
  '/search?limit=7&q=',
  '/search?limit=7&sort=best',
  '/search/people?limit=1&q=al',
  '/search/hashtags?limit=1&q=s',
  '/hashtags/windlog/people?limit=1',
  '/people/active?limit=2&days=2',
  '/stats/days?limit=1',
  '/users/alice/days?limit=3',
  '/users/alice/keys?limit=1',
  '/transparency?limit=1',
  '/users/alice/profile-history?limit=1',
  '/users/alice/following-history?limit=1',
  '/users/alice/follower-history?limit=1',
  '/hashtags/windlog/days?limit=3',
  '/posts/alice/56/linked-from?limit=1',
  '/promoted?limit=2',
  '/follows?limit=1',
  '/blocks?limit=9',
  '/posts/alice/56/replies?limit=1',
  '/posts/alice/56/retwists?limit=1',
  '/posts/alice/56/favourites?limit=1',
]

test.each(LISTS)('%s leads to its end and back, each item once', async (path) => {
  const forward: unknown[] = []
  let page = await list(path)
  expect(page.prev).toBeUndefined()
  forward.push(...page.items)
  let last = page
  while (page.next !== undefined) {
    page = await list(`${path}&cursor=${page.next}`)
    forward.push(...page.items)
    last = page
  }
  expect(new Set(forward.map((item) => JSON.stringify(item))).size).toBe(forward.length)
  const backward: unknown[] = [...last.items]
  while (last.prev !== undefined) {
    last = await list(`${path}&cursor=${last.prev}`)
    backward.unshift(...last.items)
  }
  expect(backward).toEqual(forward)
})

test('the posts of a user are exactly those that may be shown', async () => {
  const { items } = await list('/users/alice/posts?limit=100')
  const expected = POSTS.filter((post) => post.n === 'alice' && !post.isDirect).map((post) => post.k)
  expect(items.map((item) => item['k'])).toEqual(expected.sort((a, b) => b - a))
})

test('a user is told with keys, counts and completeness; direct messages are a number', async () => {
  const { body } = await ask('/users/alice')
  expect(body).toMatchObject({
    n: 'alice',
    registeredHeight: 1,
    profile: { fullname: 'Alice Moreau', location: 'Nantes' },
    counts: { posts: 47, replies: 8, retwists: 2, favourites: 1, directMessages: 2, following: 4, followers: 1 },
    completeness: { knownK: 72, held: 60, isFollowed: true },
  })
})

test('a thread holds its ancestors and the whole tree', async () => {
  const { body } = await ask('/posts/alice/56/thread')
  const thread = body as { ancestors: unknown[]; replies: { replies: unknown[] }[]; replyCount: number }
  expect(thread.ancestors).toMatchObject([{ kind: 'post', post: { n: 'carol', k: 1 } }])
  expect(thread.replyCount).toBe(13)
  let depth = 0
  for (let node = thread.replies[0]; node !== undefined; node = node.replies[0] as typeof node) depth++
  expect(depth).toBe(12)
  expect((await ask('/posts/alice/52/thread')).body).toMatchObject({ ancestors: [{ kind: 'missing', n: 'bob', k: 7 }] })
  expect((await ask('/posts/carol/4/thread')).body).toMatchObject({ ancestors: [{ kind: 'promoted' }] })
  expect((await ask('/posts/evil/3/thread')).status).toBe(200)
})

test('a post is told with what vouches for it, and a rival by its hash', async () => {
  const { body } = await ask('/posts/carol/5')
  expect(body).toMatchObject({ rivalCount: 1, provenance: { source: 'swarm', registration: { height: 20 } } })
  const { rivals } = (body as { provenance: { rivals: string[] } }).provenance
  const raw = await ask(`/posts/carol/5/raw?hash=${rivals[0]}`)
  expect(raw).toMatchObject({ status: 200, body: { contentHash: rivals[0] } })
  expect((await ask('/posts/alice/46/raw')).body).toMatchObject({ code: 'post-encrypted' })
})

test('the status tells no address of the node or of its peers', async () => {
  const { body } = await ask('/status')
  expect(body).toMatchObject({ nodes: [{ peerCount: 1, dhtContacts: 12, refused: { 'invalid-signature': 2 } }] })
  expect(JSON.stringify(body)).not.toContain('203.0.113')
})

test.each([
  ['/posts?x=1', 400, 'unknown-parameter'],
  ['/posts/alice/1?limit=3', 400, 'unknown-parameter'],
  ['/posts?limit=0', 400, 'bad-parameter'],
  ['/posts?limit=101', 400, 'bad-parameter'],
  ['/posts?limit=1&limit=2', 400, 'bad-parameter'],
  ['/posts/many', 400, 'bad-parameter'],
  ['/posts?cursor=', 400, 'bad-cursor'],
  ['/posts?cursor=WyJwb3N0cyJd', 400, 'bad-cursor'],
  ['/users/Alice', 400, 'bad-parameter'],
  ['/posts/alice/-1', 400, 'bad-parameter'],
  ['/posts/alice/99999999999', 400, 'bad-parameter'],
  ['/blocks/xyz', 400, 'bad-parameter'],
  ['/users/alice/posts?kind=direct', 400, 'bad-parameter'],
  ['/users/nobodyx', 404, 'unknown-user'],
  ['/posts/alice/46', 404, 'post-encrypted'],
  ['/posts/alice/999', 404, 'post-not-seen'],
  ['/posts/nobodyx/0', 404, 'unknown-user'],
  ['/blocks/5000', 404, 'unknown-block'],
  ['/nothing', 404, 'unknown-call'],
])('%s is refused with %i %s', async (path, status, code) => {
  expect(await ask(path)).toMatchObject({ status, body: { status, code } })
})

test('no parameter makes a call fail by our fault', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('alice', '0', '-0', '1e9', '2147483648', '%', '\0', '99999999999999999999'),
  )
  const paths = fc.constantFrom(
    (a: string, b: string) => `/posts/${a}/${b}`,
    (a: string, b: string) => `/posts/${a}/${b}/thread`,
    (a: string, b: string) => `/users/${a}/posts?cursor=${b}`,
    (a: string, b: string) => `/hashtags/${a}?cursor=${b}`,
    (a: string, b: string) => `/blocks/${a}?limit=${b}`,
    (a: string, b: string) => `/names?prefix=${a}&cursor=${b}`,
    (a: string, b: string) => `/hashtags?days=${a}&limit=${b}`,
  )
  const cursor = fc
    .tuple(
      fc.constantFrom('posts', 'user', 'tag', 'names-az', 'hashtags'),
      fc.constantFrom(0, 1),
      fc.array(fc.oneof(fc.maxSafeInteger(), fc.string())),
    )
    .map(([name, direction, key]) => Buffer.from(JSON.stringify([name, direction, ...key])).toString('base64url'))
  await fc.assert(
    fc.asyncProperty(paths, text, fc.oneof(text, cursor), async (path, a, b) => {
      const { status } = await ask(path(encodeURIComponent(a), encodeURIComponent(b)))
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
  await fc.assert(
    fc.asyncProperty(fc.maxSafeInteger(), fc.string({ maxLength: 300 }), fc.maxSafeInteger(), async (time, name, k) => {
      const key = Buffer.from(JSON.stringify(['posts', 1, time, name, k])).toString('base64url')
      expect((await ask(`/posts?cursor=${key}`)).status).toBeLessThan(500)
    }),
    { numRuns: 100 },
  )
  expect(failures).toEqual([])
})

test('what is counted by day and by year says its date; histories and links say who and when', async () => {
  const [year, day] = [(await list('/stats/years')).items[0], (await list('/stats/days')).items[0]]
  expect(day).toEqual({ date: expect.stringMatching(/^20\d\d-\d\d-\d\d$/), ...totals(day) })
  expect(year).toEqual({ year: Number(String(day?.['date']).slice(0, 4)), ...totals(year) })
  expect((await list('/users/alice/days')).items[0]).toMatchObject({ date: expect.any(String), directMessages: 0 })
  expect((await list('/hashtags/windlog/days')).items[0]).toMatchObject({ posts: 1, people: 1 })
  const profiles = await list('/users/alice/profile-history')
  expect(profiles.items.map((item) => item['fullname'])).toEqual(['', 'Alice Moreau'])
  const following = await list('/users/alice/following-history')
  expect(following.items[0]).toMatchObject({ sinceTime: SEED_NOW - 999, sinceHeight: 2 })
  expect((await list('/posts/alice/0/links')).items).toEqual([{ link: 'twist:AQAAAAMAAAA=', n: 'alice', k: 56 }])
  expect((await list('/posts/alice/56/linked-from')).items).toMatchObject([
    { n: 'alice', k: 0 },
    { n: 'alice', k: 1 },
  ])
})

function totals(of: Record<string, unknown> | undefined): object {
  const total = expect.any(Number)
  expect(of?.['posts']).toBeGreaterThan(0)
  return { posts: total, authors: total, names: total, hashtags: total }
}

test('a search says what it did not understand, and wrong parameters are refused', async () => {
  const { body } = await ask(`/search?q=${encodeURIComponent('from:Böb has:foo -')}&limit=1`)
  expect(body).toMatchObject({
    ignored: [
      { text: 'from:Böb', code: 'no-name' },
      { text: 'has:foo', code: 'no-such-value' },
    ],
    isCut: false,
    replaced: [],
  })
  for (const path of [
    '/search?sort=odd',
    '/search?cursor=x',
    '/trends?at=-1',
    '/trends?lang=german',
    '/trends?limit=51',
  ]) {
    expect((await ask(path)).status, path).toBe(400)
  }
})

test('trends and the past of a tag hold their numbers', async () => {
  const trends = (await ask(`/trends?at=${SEED_NOW - 3600}&by=twister&limit=2`)).body as { at: number; items: object[] }
  expect(trends.at).toBe(SEED_NOW - 3600)
  expect(trends.items).toHaveLength(2)
  for (const key of ['tag', 'people', 'posts', 'seen', 'expected', 'twisterScore']) {
    expect(trends.items[0]).toHaveProperty(key)
  }
  const past = (await ask(`/hashtags/windlog/past?at=${SEED_NOW}`)).body as { days: object[]; related: object[] }
  expect(past).toMatchObject({ tag: 'windlog', peopleCount: 2 })
  expect(past.days).toHaveLength(90)
})
