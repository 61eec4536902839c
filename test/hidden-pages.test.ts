import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MIN_FRESH_MS } from '../app/_server/limits.ts'
import { settleCounts } from '../indexer/counter.ts'
import { blockSubject, unblockSubject } from '../indexer/hiding/moderation.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { encodeTwistUri } from '../node/protocol/twist-uri.ts'
import {
  erinsBioItem,
  OPEN_WORDS,
  OPT_OUT_SECRETS,
  SCENE_BLOCKS,
  SCENE_NOW,
  SCENE_PEOPLE,
  SCENE_PICTURE,
  SCENE_TAGS,
  sceneItems,
  sceneSubjects,
} from './hidden-scene.ts'
import { cardAddress, sharedAddresses } from './hidden-shared.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { buildSite, type SiteProcess, startSite } from './site-process.ts'
import { tinyParams } from './tiny-chain.ts'

const SECRETS = [...OPT_OUT_SECRETS, ...SCENE_BLOCKS.flatMap(({ secrets }) => [...secrets])]
const NUMBERS = Array.from({ length: 10 }, (_, k) => k)
/** What somebody of the scene retwisted or favourited. */
const PASSED_ON = ['mallory/0', 'mallory/1', 'bob/3', 'bob/4', 'bob/6', 'carol/1', 'dave/2', 'erin/0', 'zoe/0'] as const
const GROUP = `/?users=${SCENE_PEOPLE.join(',')}`
/** All posts, those of one, words, a word that nobody wrote, and names. */
const SEARCHES = ['-nothing', 'from:mallory', 'from:erin', 'o', 'openposd', 'mallory', 'erin', 'has:link']
const people = (rest: string) => SCENE_PEOPLE.map((name) => `/@${name}${rest}`)

/** Every page of app, by its folder, with the addresses that it answers. */
const PAGES: Readonly<Record<string, (uids: readonly number[]) => readonly string[]>> = {
  '': () => ['/', '/?view=originals', '/?view=links', '/?view=top', GROUP, `${GROUP}&view=originals`],
  'user/[username]': () => people(''),
  'user/[username]/posts': () => people('/posts'),
  'user/[username]/replies': () => people('/replies'),
  'user/[username]/retwists': () => people('/retwists'),
  'user/[username]/favourites': () => people('/favourites'),
  'user/[username]/mentions': () => people('/mentions'),
  'user/[username]/missing': () => people('/missing'),
  'user/[username]/following': () => people('/following'),
  'user/[username]/followers': () => people('/followers'),
  'post/[username]/[k]': () => NUMBERS.flatMap((k) => people(`/${k}`)),
  'post/[username]/[k]/retwists': () => PASSED_ON.map((post) => `/@${post}/retwists`),
  'post/[username]/[k]/favourites': () => PASSED_ON.map((post) => `/@${post}/favourites`),
  'post/[username]/[k]/read': () => [...people('/9/read'), '/@bob/5/read', '/@bob/0/read'],
  'hashtag/[tag]': () =>
    SCENE_TAGS.flatMap((tag) => ['', '?view=top', '?view=people'].map((view) => `/hashtag/${tag}${view}`)),
  'twist/[code]': (uids) => uids.map((uid) => `/twist/${encodeURIComponent(encodeTwistUri({ uid, k: 2 }).slice(6))}`),
  names: () => ['active', 'a-z', 'newest', 'followed'].map((sort) => `/names?sort=${sort}`),
  'block/[id]': () => ['/block/1', '/block/2'],
  search: () => [
    '/search',
    ...SEARCHES.flatMap((text) =>
      ['', '&sort=best', '&type=people', '&type=tags'].map((rest) => `/search?q=${encodeURIComponent(text)}${rest}`),
    ),
    '/search?q=tag&type=tags',
  ],
  trends: () => ['/trends', '/trends?at=2011-02-03'],
  promoted: () => ['/promoted'],
  follows: () => ['/follows'],
  status: () => ['/status'],
  stats: () => ['/stats'],
  chain: () => ['/chain', '/chain?height=2'],
  transparency: () => ['/transparency'],
  privacy: () => ['/privacy'],
  takedown: () => ['/takedown'],
  about: () => ['/about'],
  open: () => ['/open', '/open?uri=x'],
  api: () => ['/api'],
  // No address of its own: what is hidden leads to it.
  'tombstone/[...subject]': () => ['/tombstone/user/mallory'],
}

const CONTACT = 'abuse@example.org'

interface Answer {
  status: number
  html: string
}

let server: TestPostgres
let index: TestIndex
let site: SiteProcess
let open: Map<string, Answer>
let hidden: Map<string, Answer>
let again: Map<string, Answer>
const avatars: string[] = []
const cards: string[] = []

beforeAll(async () => {
  buildSite()
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  await index.write([...sceneItems(), erinsBioItem(2, false)])
  site = await startSite({
    WINDSOCK_DATABASE_URL_READ: index.url,
    WINDSOCK_CLOCK: String(SCENE_NOW),
    WINDSOCK_CONTACT: CONTACT,
  })
  open = await visitAll()
  for (const block of sceneSubjects()) await blockSubject(index.db, block, 'because <b>', 1)
  await index.write([erinsBioItem(3, true)])
  hidden = await visitAll()
  for (const block of sceneSubjects()) await unblockSubject(index.db, block)
  await index.write([erinsBioItem(4, false)])
  again = await visitAll()
}, 180_000)

afterAll(async () => {
  await site?.close()
  await index?.close()
  await server?.close()
})

/** The site has been told what changed. */
async function visitAll(): Promise<Map<string, Answer>> {
  await settleCounts(index.db)
  await new Promise((resolve) => setTimeout(resolve, MIN_FRESH_MS + 100))
  const uids = await index.db<{ uid: number }[]>`SELECT uid FROM name ORDER BY uid`
  const paths = Object.values(PAGES).flatMap((pathsOf) => pathsOf(uids.map((row) => row.uid)))
  const answers = new Map<string, Answer>()
  for (const path of paths) {
    const response = await fetch(site.url + path)
    answers.set(path, { status: response.status, html: await response.text() })
    const beside = await fetch(site.url + path, { headers: { accept: 'application/json' } })
    answers.set(`json ${path}`, { status: beside.status, html: await beside.text() })
  }
  for (const path of sharedAddresses(site.url)) {
    const response = await fetch(site.url + path, { redirect: 'manual' })
    answers.set(path, { status: response.status, html: await response.text() })
  }
  const hash = Buffer.from(sha256(SCENE_PICTURE)).toString('hex')
  const picture = await fetch(`${site.url}/avatar/mallory/${hash}`)
  avatars.push(picture.headers.get('content-type') ?? '')
  await picture.arrayBuffer()
  cards.push(await kindOfCard('mallory/0'), await kindOfCard('bob/0'))
  return answers
}

async function kindOfCard(about: string): Promise<string> {
  const response = await fetch(site.url + cardAddress(about))
  await response.arrayBuffer()
  return `${response.status} ${response.headers.get('content-type')}`
}

test('every page is visited here', () => {
  const found = readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)route\.tsx$/.test(path))
    .map((path) => path.replace(/\/?route\.tsx$/, ''))
  expect(found.sort()).toEqual(Object.keys(PAGES).sort())
})

test('what is hidden appears on no page, and what is not stays', () => {
  const found = [...hidden].flatMap(([path, { html }]) =>
    // The page of a tag of which nothing is shown is headed by what was asked for.
    SECRETS.filter(
      (word) =>
        html.includes(word) && ![`/hashtag/${word}`, `/hashtag/${word}.atom`].includes(path.split('?')[0] ?? ''),
    ).map((word) => `${path}: ${word}`),
  )
  expect(found).toEqual([])
  // But for the links to its other languages, which are the address that was asked for.
  expect(hidden.get('/hashtag/secrettag')?.html.replaceAll('/hashtag/secrettag"', '')).not.toContain('secrettag')
  for (const word of OPEN_WORDS)
    expect(
      [...hidden.values()].some(({ html }) => html.includes(word)),
      word,
    ).toBe(true)
})

test('with nothing hidden every word is on some page, before and after', () => {
  const wordsOf = (html = '') => [...SECRETS, ...OPEN_WORDS].filter((word) => html.includes(word))
  for (const word of SECRETS) {
    expect(
      [...open.values()].some(({ html }) => html.includes(word)),
      word,
    ).toBe(true)
  }
  for (const [path, { status, html }] of open) {
    expect(again.get(path)?.status, path).toBe(status)
    expect(wordsOf(again.get(path)?.html), path).toEqual(wordsOf(html))
  }
})

test('a page of what is hidden says why: 451 by the operator, 410 by the author', () => {
  const wanted: [path: string, status: number, words: string][] = [
    ['/@mallory', 451, 'This user is blocked here'],
    ['/@mallory/following', 451, 'This user is blocked here'],
    ['/@mallory/mentions', 451, 'This user is blocked here'],
    ['/@mallory/0', 451, 'This post is blocked here'],
    ['/@carol/0', 451, 'This post is blocked here'],
    ['/@bob/3', 451, 'This post is blocked here'],
    ['/@bob/6', 451, 'This post is blocked here'],
    ['/hashtag/secrettag', 451, 'This hashtag is blocked here'],
    ['/@erin', 410, 'This user is not shown here'],
    ['/@erin/0', 410, 'This post is not shown here'],
  ]
  for (const [path, status, words] of wanted) {
    const { status: answered, html } = hidden.get(path) ?? { status: 0, html: '' }
    expect(answered, path).toBe(status)
    expect(html, path).toContain(words)
    expect(html, path).toContain(status === 451 ? 'because &lt;b&gt;' : '#nopublicweb')
    expect(html, path).toContain('noindex')
    expect(open.get(path)?.status, path).toBe(200)
  }
  // The number 2 of each, by the order of their registrations.
  const links = [...hidden].filter(([path]) => path.startsWith('/twist/'))
  expect(links.map(([, { status }]) => status)).toEqual([451, 404, 451, 451, 410, 410])
  expect(hidden.get('/@bob/1')?.status).toBe(200)
  expect(hidden.get('/@bob/1')?.html).toContain('A post that is not shown on this site belongs here')
  expect(hidden.get('/@bob/0')?.html).toContain('3 replies are not shown here: they are blocked on this site.')
  expect(open.get('/@bob/0')?.html).not.toContain('not shown here')
  expect(hidden.get('/@bob')?.html).toMatch(/6 posts.{0,20} not shown on this site/)
  expect(hidden.get('/@bob')?.html).toContain('Post 2 is not here')
  expect(hidden.get('/tombstone/user/mallory')?.status).toBe(404)
})

test('a picture that was drawn before its owner was hidden is shown no longer', () => {
  expect(avatars).toEqual(['image/webp', 'image/svg+xml', 'image/webp'])
})

test('what is blocked is listed with the reason, without what it hides and without those who opted out', () => {
  const html = hidden.get('/transparency')?.html ?? ''
  for (const words of [
    '@mallory</a>',
    'because &lt;b&gt;',
    '>A hashtag<',
    '>A word<',
    '>Authors who opted out</dt><dd>1<',
  ])
    expect(html).toContain(words)
  expect(html).not.toContain('erin')
  expect(open.get('/transparency')?.html).toContain('The operator has blocked nothing')
})

test('readers are told whom to write to, and how authors opt out', () => {
  const html = open.get('/takedown')?.html ?? ''
  expect(html).toContain(`href="mailto:${CONTACT}"`)
  expect(html).toContain('#nopublicweb')
})

test('feeds, frames and cards of what is hidden say so, and those that were made before are not shown', () => {
  const statuses = (paths: string[]) => paths.map((path) => hidden.get(path)?.status)
  expect(statuses(['/@mallory.atom', '/@bob/3.atom', '/hashtag/secrettag.atom', '/@erin.rss'])).toEqual([
    451, 451, 451, 410,
  ])
  expect(statuses(['/embed/@mallory', '/embed/@bob/3', '/embed/@erin/0', '/embed/@bob/0'])).toEqual([
    451, 451, 410, 200,
  ])
  const oembed = (page: string) => `/oembed?url=${encodeURIComponent(`${site.url}${page}`)}`
  expect(statuses([oembed('/@mallory/0'), oembed('/@erin'), oembed('/@bob/0')])).toEqual([404, 404, 200])
  expect(open.get('/search.atom?q=from:bob')?.html).toContain('openpost')
  const png = '200 image/png'
  const none = '404 text/plain; charset=utf-8'
  expect(cards).toEqual([png, png, none, png, png, png])
})
