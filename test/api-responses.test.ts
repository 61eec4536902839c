import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../app/api/api.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { settleCounts } from '../indexer/counter.ts'
import { blockSubject, parseBlockSubject } from '../indexer/hiding/moderation.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import type { ApiSubjects } from './api-addresses.ts'
import { type ApiCall, type ApiDocument, readDocument } from './api-document.ts'
import { ask, faultsOfEverything } from './api-everything.ts'
import { erinsBioItem, SCENE_NOW, SCENE_PEOPLE, SCENE_TAGS, sceneItems, sceneSubjects } from './hidden-scene.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { worldOf, worldPlan } from './oracle-world.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { RECORDED_NOW } from './recorded-names.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { migratedForReading, POSTS, SEED_NOW, seedSite } from './site-seed.ts'
import { tinyParams } from './tiny-chain.ts'

type Api = ReturnType<typeof createApi>

let server: TestPostgres
let document: ApiDocument
const readers: Reader[] = []
const indexes: TestIndex[] = []
const failures: unknown[] = []
/** Of each call the statuses that it was seen to answer with. */
const seen = new Map<string, Set<number>>()

beforeAll(async () => {
  server = await startPostgres()
  document = await readDocument(openApi('postgres://127.0.0.1:1/none', 0))
})

afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.end()))
  await Promise.all(indexes.map((index) => index.close()))
  await server?.close()
})

function openApi(url: string, now: number): Api {
  const reader = openReader(url)
  readers.push(reader)
  return createApi({ reader, clock: { now: () => now }, onFailure: (path, error) => failures.push(path, error) })
}

async function indexOf(params: typeof tinyParams, items: readonly OutboxItem[]): Promise<TestIndex> {
  const index = await openTestIndex(server, params)
  indexes.push(index)
  await index.write(items)
  return index
}

async function transparency(api: Api, query: string) {
  const { body } = await ask(api, `/api/v1/transparency?limit=2${query}`)
  return body as { items: object[]; next?: string; prev?: string }
}

function faultsOf(api: Api, subjects: ApiSubjects): Promise<string[]> {
  return faultsOfEverything(document, api, subjects, seen)
}

test('every answer of an empty index, and of a site full of odd things, is as the document says', async () => {
  const url = await server.database()
  const readUrl = await migratedForReading(url)
  const subjects = {
    users: ['alice', 'bob', 'carol', 'evil', 'saltbush', 'dave'],
    // Of the many that are like each other two.
    posts: POSTS.filter(({ n, k }) => n !== 'alice' || k < 2 || k > 44).map(({ n, k }) => `${n}/${k}`),
    tags: ['windlog', 'twister', '風', 'صباح'],
    blocks: ['0', '5', '49'],
    words: ['', 'wind from:alice -#first', 'hallo "noch', 'x OR from:', 'evil', 'qwxz'],
    now: SEED_NOW,
  }
  const api = openApi(readUrl, SEED_NOW)
  expect(await faultsOf(api, { ...subjects, posts: subjects.posts.slice(0, 3) })).toEqual([])
  await seedSite(url)
  expect(await faultsOf(api, subjects)).toEqual([])
})

test('every answer about what is hidden is as the document says', async () => {
  const index = await indexOf(tinyParams, [...sceneItems(), erinsBioItem(3, true)])
  for (const block of sceneSubjects()) await blockSubject(index.db, block, 'because', 1_400_000_000.5)
  await settleCounts(index.db)
  const subjects = {
    users: SCENE_PEOPLE,
    posts: SCENE_PEOPLE.flatMap((n) => Array.from({ length: 10 }, (_, k) => `${n}/${k}`)),
    tags: SCENE_TAGS,
    blocks: ['1', '2'],
    words: ['openpost', 'malloryspost'],
    now: SCENE_NOW,
  }
  const api = openApi(index.url, SCENE_NOW)
  expect(await faultsOf(api, subjects)).toEqual([])
  const { items, totals } = (await ask(api, '/api/v1/transparency')).body as { items: object[]; totals: object }
  const since = { reason: 'because', since: 1_400_000_000.5, sinceIso: '2014-05-13T16:53:20Z' }
  expect(items).toEqual([
    { kind: 'word', posts: 5, ...since },
    { kind: 'user', n: 'mallory', ...since },
    { kind: 'tag', posts: 4, ...since },
    { kind: 'post', n: 'bob', k: 3, posts: 4, ...since },
    { kind: 'post', n: '!nobody', k: 2, posts: 1, ...since },
  ])
  const pages = [await transparency(api, '')]
  for (let at = pages[0]; at?.next !== undefined; at = pages.at(-1))
    pages.push(await transparency(api, `&cursor=${at.next}`))
  expect(pages.flatMap((page) => page.items)).toEqual(items)
  expect((await transparency(api, `&cursor=${pages.at(-1)?.prev}`)).items).toEqual(items.slice(2, 4))
  expect(totals).toEqual({ users: 1, posts: 2, tags: 1, words: 1, optedOut: 1 })
  const many = (await ask(api, '/api/v1/posts/many?ids=zoe/3,bob/3,erin/0,bob/0,bob/99,nobodyx/1')).body
  expect(many).toMatchObject({
    items: [
      { n: 'zoe', k: 3 },
      { n: 'bob', k: 0 },
    ],
    absent: [
      { n: 'bob', k: 3, code: 'blocked' },
      { n: 'erin', k: 0, code: 'opted-out' },
      { n: 'bob', k: 99, code: 'post-not-seen' },
      { n: 'nobodyx', k: 1, code: 'unknown-user' },
    ],
  })
})

test('every answer about what was recorded is as the document says, and so is the example of each call', async () => {
  const index = await indexOf(
    recordedParams,
    recordedItems().map((item) => ('firstSeen' in item ? { ...item, firstSeen: RECORDED_NOW } : item)),
  )
  await layReports(index)
  const api = openApi(index.url, RECORDED_NOW)
  const posts = ((await ask(api, '/api/v1/posts?limit=100')).body as { items: { n: string; k: number }[] }).items
  const subjects = {
    users: ['alice', 'bob', 'carol', 'dave', 'erin'],
    posts: posts.map(({ n, k }) => `${n}/${k}`),
    tags: ['twister', 'first', 'davetag'],
    blocks: ['6', '44', '24f4f887dde5ebcfc5ec77c0fd23f990c65568ab9534992fd602bda6cc8784ca'],
    words: ['hello', 'from:alice'],
    now: RECORDED_NOW,
  }
  expect(await faultsOf(api, subjects)).toEqual([])
  const values = (await ask(api, '/api/v1/users/alice/values')).body as { items: Record<string, string>[] }
  expect(values.items.map(({ resource }) => resource)).toEqual(['avatar', 'following1', 'profile'])
  for (const { p = '', contentHash } of values.items) {
    expect(Buffer.from(sha256(Buffer.from(p, 'hex'))).toString('hex')).toBe(contentHash)
  }
  const examples: Record<string, unknown> = {}
  for (const call of document.calls) {
    const address = exampleAddressOf(call)
    const { status, type, body } = await ask(api, address)
    expect([address, status, document.faultsOf(call, status, type, body)]).toEqual([address, 200, []])
    examples[call.path] = withoutCursors(body)
  }
  await expect(`${JSON.stringify(examples, undefined, 1)}\n`).toMatchFileSnapshot('../app/api/examples.json')
})

/** What a node, an operator and a check would have left here. */
async function layReports({ db }: TestIndex): Promise<void> {
  const at = RECORDED_NOW - 5
  const report = {
    chain: { height: 48, headerHeight: 48, isSynced: true, refused: {} },
    peers: [{ host: '127.1.0.1', port: 30001 }],
    dht: { contacts: 3, items: 41, isPaused: false, refused: { 'invalid-signature': 2 } },
    swarms: { followed: 1, peers: 2, refused: {} },
    following: { operator: 0, setting: 1, crawl: 0, crawlLimit: 200 },
    outbox: { last: 120, cursor: 120, isQueueAway: false },
  }
  await db`INSERT INTO node_status (node_id, json, at) VALUES ('node', ${db.json(report)}, ${at})`
  await db`INSERT INTO inventory (node_id, username, origin, since, known_k, held, seen, missing, peers, at)
    VALUES ('node', 'alice', 'setting', ${at - 400}, 13, 14, 14, 0, 2, ${at})`
  const found = { at, isGood: true, height: 48, problems: 0, network: 'c0'.repeat(32), pages: '5e'.repeat(32) }
  await db`INSERT INTO meta (key, value) VALUES ('verification', ${JSON.stringify(found)})`
  for (const [kind, text, reason] of [
    ['user', '@erin', 'a court asked for it: case 12/2026'],
    ['word', 'casino', 'advertising'],
  ] as const) {
    const subject = parseBlockSubject(kind, text)
    if (typeof subject === 'string') throw new Error(subject)
    await blockSubject(db, subject, reason, at - 300)
  }
  await settleCounts(db)
}

/** Each instance signs cursors with a secret of its own. */
function withoutCursors(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('items' in body)) return body
  const cursors = Object.entries(body).map(([key, value]) => [key, isCursor(key) ? 'a-cursor-of-this-instance' : value])
  return Object.fromEntries(cursors)
}

function isCursor(key: string): boolean {
  return key === 'next' || key === 'prev'
}

/** With the examples of its parameters, and no more than two items. */
function exampleAddressOf(call: ApiCall): string {
  let path = call.path
  const query: string[] = []
  for (const { name, in: place, schema, required } of call.parameters) {
    const example = encodeURIComponent(String(schema.example))
    if (place === 'path') path = path.replace(`{${name}}`, example)
    else if (required === true || name === 'q') query.push(`${name}=${example}`)
    else if (name === 'limit') query.push('limit=2')
  }
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

test('every answer about worlds that may have been is as the document says', async () => {
  const plans = fc.sample(worldPlan(60), { numRuns: WORLDS, seed: 5 })
  const index = await indexOf(tinyParams, [])
  const api = openApi(index.url, SCENE_NOW)
  for (const plan of plans) {
    await index.clear()
    await index.write(worldOf(plan).items)
    const listed = async (path: string) => ((await ask(api, `/api/v1${path}`)).body as { items: Item[] }).items
    const subjects = {
      users: (await listed('/names?limit=100')).map(({ n }) => n),
      posts: (await listed('/posts?limit=100')).map(({ n, k }) => `${n}/${k}`),
      tags: (await listed('/hashtags?limit=100&days=3650')).map(({ tag }) => tag),
      blocks: (await listed('/blocks?limit=100')).flatMap(({ height, hash }) => [String(height), hash]),
      words: ['hello', '#a'],
      now: SCENE_NOW,
    }
    expect(await faultsOf(api, subjects)).toEqual([])
  }
})

const WORLDS = 2

interface Item {
  n: string
  k: number
  tag: string
  height: number
  hash: string
}

test('every status that the document names was seen', () => {
  const unseen = document.calls.flatMap(({ path, responses }) =>
    Object.keys(responses)
      .filter((status) => status !== 'default' && seen.get(path)?.has(Number(status)) !== true)
      .map((status) => `${path} ${status}`),
  )
  expect(unseen).toEqual([])
  expect(failures).toEqual([])
})
