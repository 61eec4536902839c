import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../app/api/api.ts'
import { createRpc } from '../app/rpc/execute-rpc.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { numberStreamDrafts } from '../db/writes/stream.ts'
import { settleCounts } from '../indexer/counter.ts'
import { blockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { encodeTwistUri } from '../node/protocol/twist-uri.ts'
import { CALLS } from './hidden-calls.ts'
import { NOT_SHOWN } from './hidden-not-shown.ts'
import { sayRpc } from './hidden-rpc.ts'
import {
  erinsBioItem,
  OPEN_WORDS,
  OPT_OUT_SECRETS,
  SCENE_BLOCKS,
  SCENE_NOW,
  SCENE_PEOPLE,
  SCENE_TAGS,
  sceneItems,
  sceneSubjects,
} from './hidden-scene.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

const QUERIES = new URL('../db/queries/', import.meta.url)
const SECRETS = [...OPT_OUT_SECRETS, ...SCENE_BLOCKS.flatMap(({ secrets }) => [...secrets])]
const WORDS = [...SECRETS, ...OPEN_WORDS]

let server: TestPostgres
let index: TestIndex
let reader: Reader
/** What was said with nothing hidden, with everything, and after it was shown again. */
const before = new Map<string, string>()
const hidden = new Map<string, string>()
const after = new Map<string, string>()

beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  reader = openReader(index.url)
  await index.write([...sceneItems(), erinsBioItem(2, false)])
  await inventory()
  await sayEverything(before)
  await index.write([erinsBioItem(3, true)])
  for (const block of sceneSubjects()) await blockSubject(index.db, block, 'because', 1)
  await sayEverything(hidden)
  for (const block of sceneSubjects()) await unblockSubject(index.db, block)
  await index.write([erinsBioItem(4, false)])
  await sayEverything(after)
}, 120_000)

afterAll(async () => {
  await reader?.end()
  await index?.close()
  await server?.close()
})

/** Everybody is followed, and was fetched. */
async function inventory(): Promise<void> {
  await index.db`INSERT INTO node_status (node_id, json, at) VALUES ('node', '{}', 1)`
  for (const n of SCENE_PEOPLE) {
    await index.db`INSERT INTO inventory (node_id, username, held, seen, peers, at) VALUES ('node', ${n}, 1, 1, 1, 1)`
  }
}

async function sayEverything(said: Map<string, string>): Promise<void> {
  await settleCounts(index.db)
  await index.db.begin((tx) => numberStreamDrafts(tx, 1, 10_000))
  for (const [file, calls] of Object.entries(CALLS)) {
    for (const [name, call] of Object.entries(calls)) said.set(`${file} ${name}`, textOf(await call(reader)))
  }
  const api = createApi({
    reader,
    clock: { now: () => SCENE_NOW },
    onFailure: (path, error) => said.set(path, `${error}`),
  })
  for (const path of await apiPaths(api)) {
    const response = await api.fetch(new Request(`http://site.example${path}`))
    said.set(`GET ${path}`, `${response.status} ${textOf(bodyOf(await response.text()))}`)
  }
  const rpc = createRpc({ reader, clock: { now: () => SCENE_NOW } })
  await sayRpc(rpc, (where, what) => said.set(where, textOf(what)))
}

/** Of one thing, or of lines of JSON with bytes in base64. */
function bodyOf(text: string): unknown {
  const lines = text.trimEnd().split('\n')
  if (lines.length === 1) return JSON.parse(text)
  const bytes = new Set(['piece', 'p', 'transaction'])
  return lines.map((line) =>
    JSON.parse(line, (name, value: unknown) => (bytes.has(name) ? Buffer.from(String(value), 'base64') : value)),
  )
}

interface ApiOperation {
  get?: { parameters?: { name: string; in: string; required?: boolean }[] }
}

const UIDS = Array.from({ length: 10 }, (_, number) => number)

/** Every path of the API's own description, with everything that can stand in it. */
async function apiPaths(api: ReturnType<typeof createApi>): Promise<string[]> {
  const response = await api.fetch(new Request('http://site.example/api/v1/openapi.json'))
  const { paths } = (await response.json()) as { paths: Record<string, ApiOperation> }
  const fillings: Record<string, readonly string[]> = {
    n: SCENE_PEOPLE,
    k: Array.from({ length: 10 }, (_, k) => String(k)),
    tag: SCENE_TAGS,
    id: ['1', '2'],
    code: UIDS.flatMap((uid) => UIDS.map((k) => encodeURIComponent(encodeTwistUri({ uid, k }).slice('twist:'.length)))),
    ids: SCENE_PEOPLE.map((n) => Array.from({ length: 10 }, (_, k) => `${n}/${k}`).join()),
    q: WORDS,
  }
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const asked = (get?.parameters ?? []).filter((one) => one.in === 'query' && one.required === true)
    let filled = [asked.length === 0 ? path : `${path}?${asked.map(({ name }) => `${name}={${name}}`).join('&')}`]
    for (const [, name = ''] of filled[0]?.matchAll(/\{(\w+)\}/g) ?? []) {
      const values = fillings[name]
      if (values === undefined) throw new Error(`a new parameter of the API: ${name} in ${path}`)
      filled = filled.flatMap((one) => values.map((value) => one.replace(`{${name}}`, value)))
    }
    return filled
  })
}

/** A tag or a word that was asked for is told back: nothing else may be said of it. */
function withoutEcho(where: string, text: string): string {
  const asked = WORDS.find((word) => where.includes(`/hashtags/${word}`) || where.endsWith(`q=${word}`))
  return text.replace(`"tag":"${asked}"`, '').replace(`"word":"${asked}"`, '')
}

/** Bytes as text, also where they are written in hexadecimal. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : isBufferJson(part) ? latin1(part.data) : part,
  )
  return `${text}`.replaceAll(/"((?:[0-9a-f]{2}){40,})"/g, (_all, hex: string) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  )
}

/** A Buffer has become this before a replacer sees it. */
function isBufferJson(part: unknown): part is { data: number[] } {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'Buffer' && 'data' in part
}

function latin1(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('latin1')
}

function wordsIn(text: string | undefined): string[] {
  return WORDS.filter((word) => text?.includes(word))
}

test('every exported query is asked here, or shows nothing', async () => {
  const files = readdirSync(QUERIES).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(20)
  const forgotten: string[] = []
  for (const file of files) {
    const exports: Record<string, unknown> = await import(new URL(file, QUERIES).href)
    for (const [name, value] of Object.entries(exports)) {
      const isKnown = CALLS[file]?.[name] !== undefined || NOT_SHOWN.has(`${file} ${name}`)
      if (typeof value === 'function' && !isKnown) forgotten.push(`${file} ${name}`)
    }
  }
  expect(forgotten).toEqual([])
})

test('what is hidden appears nowhere', () => {
  const found = [...hidden].flatMap(([where, text]) =>
    SECRETS.filter((word) => withoutEcho(where, text).includes(word)).map((word) => `${where}: ${word}`),
  )
  expect(found).toEqual([])
})

test('everything says something, before and after; and again the same when nothing is hidden', () => {
  for (const word of WORDS)
    expect(
      [...before.values()].some((text) => text.includes(word)),
      word,
    ).toBe(true)
  for (const [where, text] of before) expect(wordsIn(after.get(where)), where).toEqual(wordsIn(text))
  for (const word of OPEN_WORDS)
    expect(
      [...hidden.values()].some((text) => text.includes(word)),
      word,
    ).toBe(true)
})

test('/rpc says what is hidden in no way, and says it again when it is shown', () => {
  const rpc = (said: Map<string, string>) => [...said].filter(([where]) => where.startsWith('rpc '))
  const words = (said: Map<string, string>) =>
    SECRETS.filter((word) => rpc(said).some(([, text]) => text.includes(word)))
  expect([words(before), words(hidden), words(after)]).toEqual([SECRETS, [], SECRETS])
  expect(hidden.get('rpc getfollowing ["bob"]')).toBe('["zoe"]')
  expect(hidden.get('rpc dhtget ["bob","following1","s"]')).toMatch(/"v":\["zoe"\].*"sig_p":""/)
  expect(before.get('rpc dhtget ["bob","following1","s"]')).toMatch(/"v":\["mallory","erin","zoe"\]/)
  const lastHave = [...hidden].find(([where]) => where.startsWith('rpc getlasthave ["x"'))?.[1]
  expect(JSON.parse(lastHave ?? '')).toMatchObject({ mallory: -1, erin: -1, bob: 9, zoe: 3 })
})

test('a picture is given out no longer', () => {
  const pictures = (said: Map<string, string>) => (said.get('avatar.ts avatarBytes') ?? '').split('PNG').length - 1
  expect([before, hidden, after].map(pictures)).toEqual([1, 0, 1])
})

describe('people who are hidden', () => {
  test.each([
    ...['people.ts usersByActivity', 'people.ts usersByFollowers', 'people.ts followingOf', 'people.ts followersOf'],
    ...['people.ts usersByPrefix', 'follows.ts followsOfNode', 'GET /api/v1/users'],
  ])('are in no list: %s', (where) => {
    expect(hidden.get(where)).not.toMatch(/mallory|erin/)
    expect(before.get(where)).toMatch(/mallory|erin/)
  })

  test('stand among all names with nothing but that', () => {
    for (const where of ['people.ts namesNewest', 'people.ts namesByPrefix']) {
      const lines = JSON.parse(hidden.get(where) ?? '').items as Record<string, unknown>[]
      const line = lines.find(({ n }) => n === 'mallory')
      expect(Object.keys(line ?? {}).sort()).toEqual(
        ['n', 'registeredHeight', 'registeredTime', 'postCount', 'followerCount', 'isIndexed'].sort(),
      )
      expect(line).toMatchObject({ postCount: 0, followerCount: 0, isIndexed: false })
    }
  })
})

test('an address of what is hidden answers with the reason: 451 of the operator, 410 of the author', () => {
  const wanted: [path: string, status: number, code: string][] = [
    ['/users/mallory', 451, 'blocked'],
    ['/users/mallory/posts', 451, 'blocked'],
    ['/users/mallory/following', 451, 'blocked'],
    ['/posts/mallory/0', 451, 'blocked'],
    ['/posts/mallory/0/raw', 451, 'blocked'],
    ['/posts/mallory/0/thread', 451, 'blocked'],
    ['/posts/mallory/9', 451, 'blocked'],
    ['/posts/carol/0', 451, 'blocked'],
    ['/posts/bob/3', 451, 'blocked'],
    ['/posts/bob/3/replies', 451, 'blocked'],
    ['/posts/bob/4', 451, 'blocked'],
    ['/posts/bob/6', 451, 'blocked'],
    ['/hashtags/secrettag', 451, 'blocked'],
    ['/users/erin', 410, 'opted-out'],
    ['/users/erin/keys', 410, 'opted-out'],
    ['/users/mallory/years', 451, 'blocked'],
    ['/posts/erin/0', 410, 'opted-out'],
    ['/posts/zoe/2', 410, 'opted-out'],
  ]
  for (const [path, status, code] of wanted) {
    const text = hidden.get(`GET /api/v1${path}`) ?? ''
    expect(text.slice(0, 3), path).toBe(String(status))
    expect(JSON.parse(text.slice(4)), path).toMatchObject({ status, code })
    expect(text).toContain(status === 451 ? 'because' : '#nopublicweb')
    expect(before.get(`GET /api/v1${path}`)?.slice(0, 3), path).toBe(path.endsWith('/9') ? '404' : '200')
  }
  expect(hidden.get('GET /api/v1/posts/bob/1')?.slice(0, 3)).toBe('200')
})

test('totals leave out what is hidden', () => {
  const tags = JSON.parse(hidden.get('hashtags.ts hashtagsSince') ?? '').items as { tag: string; postCount: number }[]
  expect(tags).toMatchObject([{ tag: 'opentag', postCount: 1 }])
  expect(
    JSON.parse(hidden.get('post.ts postByNumber') ?? '').find((one: unknown) => isPost(one, 'bob', 0)),
  ).toMatchObject({
    counts: { replies: 0 },
  })
  expect(
    JSON.parse(before.get('post.ts postByNumber') ?? '').find((one: unknown) => isPost(one, 'bob', 0)),
  ).toMatchObject({
    counts: { replies: 3 },
  })
})

function isPost(one: unknown, n: string, k: number): boolean {
  return typeof one === 'object' && one !== null && 'n' in one && one.n === n && 'k' in one && one.k === k
}
