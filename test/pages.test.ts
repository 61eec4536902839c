import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { factsOf, LANGUAGES } from '../app/_words/languages.ts'
import { eventually, startPostgres, type TestPostgres } from './services.ts'
import { buildSite, type SiteProcess, startSite } from './site-process.ts'
import { addPosts, migratedForReading, SEED_NOW, seedSite } from './site-seed.ts'

const PAGES: [path: string, status: number, words: string][] = [
  ['/', 200, 'Newest posts'],
  ['/?users=alice,bob', 200, 'Posts of \u2068@alice\u2069, \u2068@bob\u2069'],
  ['/?view=originals', 200, 'Without replies and retwists.'],
  ['/?view=links', 200, 'that lead to the web'],
  ['/?view=top', 200, 'Is there any network left'],
  ['/?users=alice&view=top', 400, 'not well formed'],
  ['/@alice', 200, 'Alice Moreau'],
  ['/@alice/posts', 200, 'Reading number 45'],
  ['/@alice/replies', 200, 'Level 12 of the thread'],
  ['/@alice/retwists', 200, 'Exactly this.'],
  ['/@alice/favourites', 200, 'صباح الخير'],
  ['/@alice/following', 200, '@unregistered'],
  ['/@alice/followers', 200, '@bob'],
  ['/@alice/missing', 200, '53 to 55'],
  ['/@alice/missing?below=53', 200, 'Nothing that is known of is missing'],
  ['/@layla/replies', 200, 'no replies that this index knows of'],
  ['/@carol', 200, 'replaced once'],
  ['/@saltbush/mentions', 200, 'Reading number 45'],
  ['/@alice/56', 200, 'Is there any network left'],
  ['/@alice/52', 200, 'A post by @bob belongs here'],
  ['/@alice/56?order=newest', 200, 'Another branch'],
  ['/@alice/56/retwists', 200, 'Retwists of post 56 of'],
  ['/@alice/56/favourites', 200, 'Favourites of post 56 of'],
  ['/@alice/51/read', 200, '20 posts, one after the other'],
  ['/@alice/49', 200, 'Sunrise reading'],
  ['/@alice/51', 200, 'it fits on a card, and it never asks'],
  ['/@carol/4', 200, 'A promoted message <b>'],
  ['/@carol/5', 200, '2 different posts'],
  ['/@evil', 200, '<script>alert(1)</script>evil'],
  ['/@evil/0', 200, '<img src=x onerror=alert(1)>'],
  ['/@evil/1', 200, 'javascript:alert(1)'],
  ['/@evil/3', 200, 'loop'],
  ['/@bob/7', 200, 'has not been seen by this node'],
  ['/hashtag/windlog', 200, '46 posts by 2 people'],
  ['/hashtag/windlog?view=top', 200, '港の風が変わった'],
  ['/hashtag/windlog?view=people', 200, 'posts with it'],
  ['/hashtag/nobody_used_it', 200, 'Search hashtags like it'],
  ['/trends', 200, 'How this is counted'],
  ['/trends?at=2015-01-01', 200, 'No hashtag was used by two people'],
  ['/trends?at=2015-02-30', 400, 'not well formed'],
  ['/search', 200, 'Write a word, a name or a hashtag'],
  ['/search?q=alice&type=people', 200, 'Alice Moreau'],
  ['/search?q=wind&type=tags', 200, '#windlog'],
  ['/search?q=zzzz+from:alice', 200, 'Search without'],
  ['/search?q=reading+OR+x', 200, 'Words cannot be alternatives here'],
  ['/search?q=reading&type=x', 400, 'not well formed'],
  ['/hashtag/%3Cb%3Etag', 200, '#<b>tag'],
  ['/names', 200, 'Kobayashi|小林'],
  ['/names?prefix=d', 200, '@dave'],
  ['/names?prefix=João', 200, 'names are made of a–z'],
  ['/names?prefix=zz', 200, 'No name begins with'],
  ['/names?sort=newest', 200, '@dave'],
  ['/names?sort=followed', 200, '@alice'],
  ['/promoted', 200, 'A promoted message <b>'],
  ['/block/5', 200, '@saltbush|@kobayashi'],
  ['/status', 200, '3: 1 named by the operator, 1 by the setting, 1 of at most 200 found by the crawl'],
  ['/follows', 200, 'request-timeout, 10 minutes ago|not a registered name'],
  ['/stats', 200, 'People with posts here'],
  ['/chain', 200, 'The chain of names'],
  ['/chain?height=7', 200, 'Later blocks'],
  ['/about', 200, 'That nothing is missing.'],
  ['/privacy', 200, 'of the last 20\u202f000 readers'],
  ['/takedown', 200, 'has named no address'],
  ['/transparency', 200, 'The operator has blocked nothing.'],
  ['/api', 200, '/api/v1/posts/{n}/{k}'],
  ['/open?uri=x', 200, 'x is no link that this site knows'],
  ['/embed/@alice/56', 200, 'You can, if somebody kept it'],
  ['/embed/@evil', 200, '<script>alert(1)</script>evil'],
  ['/embed/@alice/999', 404, 'no such post or profile'],
  ['/@dave', 404, 'is registered, but not followed here|We have asked the network for this user'],
  ['/@alicf', 404, 'Nobody has registered @alicf up to block 49'],
  ['/@alice/46', 404, 'is encrypted'],
  ['/@alice/999', 404, 'has not been seen by this node'],
  ['/block/5000', 404, 'There is no such block here'],
  ['/twist/AQAAAAEAAAA=', 404, 'cannot be followed here'],
  ['/nothing/here', 404, 'nothing at this address'],
  ['/?cursor=x', 400, 'not well formed'],
]

let postgres: TestPostgres
let databaseUrl: string
let readUrl: string
let site: SiteProcess
let context: BrowserContext
const profileDir = mkdtempSync(join(tmpdir(), 'windsock-chromium-'))

beforeAll(async () => {
  buildSite()
  postgres = await startPostgres()
  databaseUrl = await postgres.database()
  readUrl = await migratedForReading(databaseUrl)
  await seedSite(databaseUrl)
  site = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_CLOCK: String(SEED_NOW) })
  context = await chromium.launchPersistentContext(profileDir, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    javaScriptEnabled: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ].concat(['--disable-component-update', '--disable-sync']),
  })
})

afterAll(async () => {
  await context?.close()
  await site?.close()
  await postgres?.close()
  rmSync(profileDir, { recursive: true, force: true })
})

interface Visit {
  page: Page
  status: number
  problems: string[]
}

async function visit(path: string): Promise<Visit> {
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    // Chromium says this of every page that is not found; it is no fault of the page.
    if (!message.text().includes('status of 40')) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => problems.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) problems.push(`request: ${request.url()}`)
  })
  const response = await page.goto(site.url + path)
  return { page, status: response?.status() ?? 0, problems }
}

describe('every page, without JavaScript', () => {
  test.each(PAGES)(
    '%s answers %i, complete, with one heading and nothing from elsewhere',
    async (path, status, words) => {
      const { page, status: answered, problems } = await visit(path)
      expect(answered).toBe(status)
      expect(await page.locator('h1').count()).toBe(1)
      expect(await page.locator('main').count()).toBe(1)
      expect(
        await page
          .locator('script:not([type=module]), iframe, object, embed, style, [style], [onerror], [onclick]')
          .count(),
      ).toBe(0)
      const text = (await page.locator('body').textContent()) ?? ''
      expect(
        words.split('|').some((word) => text.includes(word)),
        `${path} says ${words}`,
      ).toBe(true)
      expect(problems).toEqual([])
      const html = await page.content()
      expect(html).not.toMatch(/__next|self\.__next_f/)
      await page.setViewportSize({ width: 360, height: 700 })
      const metrics = await (await context.newCDPSession(page)).send('Page.getLayoutMetrics')
      expect(metrics.cssContentSize.width, 'width on a small screen').toBe(360)
      await page.close()
    },
  )

  test('a thread shows every level with its own branch', async () => {
    const { page } = await visit('/@alice/56')
    for (let level = 1; level <= 12; level++) {
      const words = new RegExp(`^Level ${level} of the thread$`)
      expect(await page.locator('.tree .text', { hasText: words }).count()).toBe(1)
    }
    expect(await page.locator('details').count()).toBe(6)
    const newest = await visit('/@alice/56?order=newest')
    expect(await newest.page.locator('.tree .text').first().textContent()).toBe('Another branch')
    await newest.page.close()
    await page.locator('summary').first().click()
    expect(await page.locator('.text', { hasText: 'Level 2 of the thread' }).isVisible()).toBe(false)
    await page.close()
  })

  test('older and newer posts lead there and back', async () => {
    const { page } = await visit('/@alice/posts')
    const first = await page.locator('.post').first().textContent()
    await page.getByRole('link', { name: 'Older posts' }).click()
    await page.getByRole('link', { name: 'Older posts' }).click()
    await page.getByRole('link', { name: 'Newer posts' }).click()
    await page.getByRole('link', { name: 'Newer posts' }).click()
    expect(await page.locator('.post').first().textContent()).toBe(first)
    expect(await page.getByRole('link', { name: 'Newer posts' }).count()).toBe(0)
    await page.close()
  })

  test('direct messages are counted and not shown', async () => {
    const { page } = await visit('/@alice')
    expect(await page.locator('main').textContent()).toContain('2 posts are encrypted to somebody')
    await page.getByRole('link', { name: 'Why?' }).first().click()
    expect(await page.locator('main').textContent()).toContain('2 direct messages')
    await page.close()
  })

  test('a page is read in any language, and says where it is in the others', async () => {
    for (const language of LANGUAGES) {
      const { tag, direction } = factsOf(language)
      const { page } = await visit(`/${language}/@alice`)
      expect(await page.locator('html').getAttribute('lang')).toBe(tag)
      expect(await page.locator('html').evaluate((html) => getComputedStyle(html).direction)).toBe(direction)
      const alternates = await page
        .locator('link[rel=alternate][hreflang]')
        .evaluateAll((links) => links.map((link) => `${link.getAttribute('hreflang')} ${link.getAttribute('href')}`))
      const here = LANGUAGES.map((other) => `${factsOf(other).tag} ${site.url}/${other}/@alice`)
      expect(alternates).toEqual([...here, `x-default ${site.url}/@alice`])
      expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(`${site.url}/@alice`)
      expect(await page.locator('.languages [aria-current=true]').textContent()).toBe(factsOf(language).name)
      expect(await page.locator('.logo').getAttribute('href')).toBe(`/${language}`)
      await page.close()
    }
  })

  test('links of users never lead to scripts, and leave without a trace', async () => {
    for (const path of ['/@evil', '/@evil/0', '/@evil/1', '/']) {
      const { page } = await visit(path)
      for (const link of await page.locator('a').all()) {
        const href = (await link.getAttribute('href')) ?? ''
        expect(href).toMatch(/^(\/|#main$|https?:\/\/|mailto:)/)
        if (!href.startsWith('/') && !href.startsWith('#')) expect(await link.getAttribute('rel')).toContain('noopener')
      }
      await page.close()
    }
  })
})

/** One page of each make. */
const MAKES = [
  '/',
  '/@alice',
  '/@alice/following',
  '/@alice/missing',
  '/@alice/56',
  '/@alice/52',
  '/@carol/5',
  '/@evil/0',
  '/status',
].concat([
  '/hashtag/windlog',
  '/hashtag/windlog?view=people',
  '/trends',
  '/search?q=reading+from:alice',
  '/search?q=zzzz',
  '/names?prefix=d',
  '/promoted',
  '/block/5',
  '/stats',
  '/chain',
  '/takedown',
  '/transparency',
  '/about',
  '/api',
  '/@dave',
  '/@alice/46',
  '/nothing/here',
  '/open',
  '/embed/@alice/56',
  '/embed/@alice',
])

test('axe finds nothing on any make of page, and enough contrast in the dark', async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const looks = [
    { colorScheme: 'light' as const, paths: MAKES, rules: undefined },
    {
      colorScheme: 'dark' as const,
      paths: ['/@alice/52', '/@carol/5', '/names', '/status'],
      rules: ['color-contrast'],
    },
  ]
  try {
    for (const { colorScheme, paths, rules } of looks) {
      const scripted = await browser.newContext({ bypassCSP: true, colorScheme })
      for (const path of paths) {
        const page = await scripted.newPage()
        await page.goto(site.url + path)
        const axe = new AxeBuilder({ page })
        const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze()
        const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)
        expect(found, `${colorScheme} ${path}`).toEqual([])
        await page.close()
      }
      await scripted.close()
    }
  } finally {
    await browser.close()
  }
})

test('with JavaScript every call can be tried, under a policy that lets only this site in', async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', (message) => problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url)) problems.push(request.url())
    })
    const policy = (await page.goto(`${site.url}/api#post`))?.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    const call = page.locator('#post')
    await call.getByLabel('n', { exact: true }).fill('alice')
    await call.getByLabel('k', { exact: true }).fill('56')
    await call.getByRole('button').click()
    await call.locator('pre').filter({ hasText: '"k": 56' }).waitFor()
    expect(await call.getByRole('status').textContent()).toBe('GET /api/v1/posts/alice/56 200 application/json')
    expect(problems).toEqual([])
    expect(await page.locator('form.try:not([hidden])').count()).toBe(await page.locator('form.try').count())
  } finally {
    await browser.close()
  }
  const refused = await fetch(`${site.url}/%zz`)
  expect(refused.headers.get('content-security-policy')).not.toContain('script-src')
})

test('a new post is on the front page within five seconds', async () => {
  await fetch(`${site.url}/`)
  await addPosts(databaseUrl, [{ n: 'bob', k: 40, msg: 'made a moment ago', ageS: -10 }])
  const front = () => fetch(`${site.url}/`).then((response) => response.text())
  await eventually(front, (html) => html.includes('made a moment ago'), 5000)
})

test('a chain of a thousand answers is a page like any other', async () => {
  const chain = Array.from({ length: 1100 }, (_, at) => ({
    n: 'saltbush',
    k: at,
    msg: `link ${at}`,
    reply: at === 0 ? undefined : { n: 'saltbush', k: at - 1 },
    ageS: 999_999 - at,
  }))
  await addPosts(databaseUrl, chain)
  const top = await fetch(`${site.url}/@saltbush/0`)
  expect(top.status).toBe(200)
  const html = await top.text()
  expect(html).toContain('>link 999<')
  expect(html).toContain('There are more replies than this page shows')
  expect((await fetch(`${site.url}/@saltbush/1099`)).status).toBe(200)
  expect((await fetch(`${site.url}/api/v1/posts/saltbush/0/thread`)).status).toBe(200)
  const read = await (await fetch(`${site.url}/@saltbush/50/read`)).text()
  expect(read).toContain('151 posts that answer each other')
  expect(read.indexOf('>link 0<')).toBeGreaterThan(0)
  expect(read.indexOf('>link 150<')).toBeGreaterThan(read.indexOf('>link 0<'))
  const { page } = await visit('/@saltbush/0')
  expect(await page.locator('.tree .text', { hasText: /^link 900$/ }).count()).toBe(1)
  await page.close()
})

test('pictures are ours: re-encoded, or drawn from the name when they are none', async () => {
  const html = await (await fetch(`${site.url}/@alice`)).text()
  const path = /\/avatar\/alice\/[0-9a-f]{64}/.exec(html)?.[0] ?? ''
  const picture = await fetch(site.url + path)
  expect(picture.headers.get('content-type')).toBe('image/webp')
  expect(picture.headers.get('x-content-type-options')).toBe('nosniff')
  const evil = await (await fetch(`${site.url}/@evil`)).text()
  const junk = await fetch(site.url + (/\/avatar\/evil\/[0-9a-f]{64}/.exec(evil)?.[0] ?? ''))
  expect(junk.headers.get('content-type')).toBe('image/svg+xml')
  expect(await junk.text()).not.toContain('onload')
  expect((await fetch(`${site.url}/avatar/alice/${'0'.repeat(64)}`)).headers.get('content-type')).toBe('image/svg+xml')
})

test('robots, health and readiness answer; writing is refused', async () => {
  expect(await (await fetch(`${site.url}/robots.txt`)).text()).toContain('User-agent')
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${site.url}/readyz`)).status).toBe(200)
  const posted = await fetch(`${site.url}/@alice`, { method: 'POST', body: 'x' })
  expect(posted.status).toBe(405)
  expect((await fetch(`${site.url}/${'x'.repeat(3000)}`)).status).toBe(414)
})

test('the framework answers nobody but the front', async () => {
  const disguises: Record<string, string>[] = [{ rsc: '1' }, { 'next-action': 'x' }, { 'x-middleware-subrequest': 'x' }]
  for (const headers of disguises) {
    const response = await fetch(`${site.url}/@alice`, { headers })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  }
  for (const path of ['/_next/static/x.js', '/_next/image?url=/icon.svg&w=64&q=1', '/user/alice?_rsc=1']) {
    expect((await fetch(site.url + path, { redirect: 'manual' })).status, path).not.toBe(200)
  }
})
