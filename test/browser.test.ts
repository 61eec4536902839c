import { brotliCompressSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { words } from '../app/_words/words.ts'
import { numberStreamDrafts } from '../db/writes/stream.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { ProofJson } from '../verify/proof-format.ts'
import { ALICE, browserScene, post } from './browser-scene.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { type LyingServer, startLyingServer } from './lying-server.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { buildSite, type SiteProcess, startSite } from './site-process.ts'
import { migratedForReading } from './site-seed.ts'
import { tinyParams } from './tiny-chain.ts'

/** Plain http under a name that is not this machine's: no secure context, so no WebCrypto and no clipboard. */
const HOST = 'windsock.example'
const MAX_EVERY_PAGE_BYTES = 3072

let postgres: TestPostgres
let index: TestIndex
let site: SiteProcess
let liar: LyingServer
let browser: Browser
let context: BrowserContext
let url: string

beforeAll(async () => {
  buildSite()
  postgres = await startPostgres()
  index = await openTestIndex(postgres, tinyParams)
  await write(...browserScene())
  site = await startSite({
    WINDSOCK_DATABASE_URL_READ: await migratedForReading(index.url),
    WINDSOCK_CLOCK: '1400000600',
  })
  liar = await startLyingServer(site.url)
  url = `http://${HOST}:${site.port}`
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', `--host-resolver-rules=MAP ${HOST} 127.0.0.1`],
  })
  context = await browser.newContext({ timezoneId: 'Asia/Tokyo', locale: 'en-GB' })
  context.setDefaultTimeout(10_000)
})

afterAll(async () => {
  await browser?.close()
  await liar?.close()
  await site?.close()
  await index?.close()
  await postgres?.close()
})

// Each page may keep a stream, and a browser has six connections for one site.
afterEach(async () => {
  await Promise.all(context.pages().map((page) => page.close()))
})

/** As the indexer does: what it writes is told to all who read the stream. */
async function write(...items: OutboxItem[]): Promise<void> {
  await index.write(items)
  await index.db.begin((tx) => numberStreamDrafts(tx, Date.now(), 100_000))
}

async function visit(path: string, from = url): Promise<{ page: Page; problems: string[]; asked: string[] }> {
  const page = await context.newPage()
  const problems: string[] = []
  const asked: string[] = []
  page.on('console', (message) => {
    // Chromium says this of every page on plain http; it is no fault of the page.
    if (!message.text().includes('Cross-Origin-Opener-Policy')) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('request', (request) => {
    asked.push(new URL(request.url()).pathname)
    if (!request.url().startsWith(from)) problems.push(`request: ${request.url()}`)
  })
  await page.goto(from + path)
  return { page, problems, asked }
}

async function verdictAt(path: string, from?: string): Promise<{ page: Page; verdict: string; problems: string[] }> {
  const { page, problems } = await visit(path, from)
  await page.getByRole('button', { name: 'Verify in your browser' }).click()
  const said = page.locator('.verdict')
  await said.waitFor()
  return { page, verdict: (await said.textContent()) ?? '', problems }
}

describe('every page', () => {
  test.each(['/', '/@alice', '/@alice/1', '/hashtag/wind', '/names', '/status', '/api', '/de/about', '/@nobody'])(
    '%s runs one small module, and none of what may never be wanted',
    async (path) => {
      const { problems, asked } = await visit(path)
      const scripts = asked.filter((one) => one.endsWith('.js'))
      expect(scripts.filter((one) => !/^\/(every-page|live|chunk|phrases|try-calls)-/.test(one))).toEqual([])
      const [everyPage = ''] = scripts.filter((one) => one.startsWith('/every-page-'))
      const code = Buffer.from(await (await fetch(site.url + everyPage)).arrayBuffer())
      expect(brotliCompressSync(code).length).toBeLessThan(MAX_EVERY_PAGE_BYTES)
      expect(code.toString('utf8')).not.toMatch(/\bfrom\s*"|innerHTML/)
      expect(problems.filter((one) => !one.includes('status of 404'))).toEqual([])
    },
  )

  test('shows nothing that needs a module where there is none', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const page = await plain.newPage()
    await page.goto(`${site.url}/@alice/1`)
    expect(await page.getByRole('button', { includeHidden: false }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Check without this site' }).isVisible()).toBe(true)
    await plain.close()
  })
})

describe('verify in your browser', () => {
  test.each([
    ['/@alice/1', 2],
    ['/@bob/0', 2],
    ['/@bob/1', 2],
    ['/@carol/0', 2],
  ])('says yes to %s as it was signed, on plain http', async (path, minSteps) => {
    const { page, verdict, problems } = await verdictAt(path)
    expect(verdict).toMatch(/^Verified in your browser, \d+ ms$/)
    expect(await page.locator('.verify .steps li').count()).toBeGreaterThan(minSteps)
    const all = (await page.locator('.verify').textContent()) ?? ''
    expect(all).toContain('The words and the time on this page are those that were signed')
    expect(all).toContain('This is a test network')
    expect(all).toContain('16c47d71c4d05a7cfdf4badbfda7a12ab341df704243bb4df3ab03973ca221a0')
    expect(await page.evaluate(() => isSecureContext)).toBe(false)
    expect(problems).toEqual([])
  })

  test('is done by keyboard alone, is read out, and passes axe', async () => {
    const { page } = await visit('/@alice/1')
    const button = page.getByRole('button', { name: 'Verify in your browser' })
    await button.focus()
    await page.keyboard.press('Enter')
    const said = page.getByRole('status').filter({ hasText: 'Verified in your browser' })
    await said.waitFor()
    expect(await said.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await button.count()).toBe(0)
    for (const summary of await page.locator('.verify summary').all()) await summary.press('Enter')
    expect(await page.locator('.verify pre').textContent()).toContain('*if somebody kept it*')
    expect(await axeFindings(page)).toEqual([])
  })

  test('speaks the language of the page', async () => {
    const { page } = await visit('/de/@alice/1')
    await page.locator('.verify button').click()
    await page.locator('.verdict').waitFor()
    const [before = ''] = words('verify.good', { ms: 0 }, 'de').split('0')
    expect(before).not.toContain('Verified')
    const text = (await page.locator('.verify').textContent()) ?? ''
    expect(text).toContain(before)
    expect(text).toContain(words('verify.step.words', undefined, 'de'))
  })

  test('says why where there is no proof, and can be asked again where nothing answers', async () => {
    liar.tell((path, body) => (path.endsWith('/proof') ? '<html>' : body))
    const { page } = await verdictAt('/@alice/1', liar.url)
    expect(await page.locator('.verdict').textContent()).toBe(words('verify.bad.proof'))
    await page.route('**/proof', (route) => route.abort())
    await page.reload()
    const button = page.getByRole('button', { name: 'Verify in your browser' })
    await button.click()
    await page.getByText('The proof could not be fetched. Try again.').waitFor()
    await page.unroute('**/proof')
    liar.tell((_, body) => body)
    await button.click()
    await page.getByText('Verified in your browser').waitFor()
  })
})

function changed(change: (proof: ProofJson) => void): (path: string, body: string) => string {
  return (path, body) => {
    if (!path.endsWith('/proof')) return body
    const proof = JSON.parse(body) as ProofJson
    change(proof)
    return JSON.stringify(proof)
  }
}

function flipped(hex: string, at: number): string {
  const byte = Number.parseInt(hex.slice(at, at + 2), 16) ^ 1
  return hex.slice(0, at) + byte.toString(16).padStart(2, '0') + hex.slice(at + 2)
}

/** Each with the step that must say no; the unit tests of app/browser/verify-judge.ts have more. */
const LIES: [what: string, lie: (path: string, body: string) => string, verdict: string][] = [
  [
    'other words on the page',
    (path, body) => (path.startsWith('/@') ? body.replaceAll('if somebody kept it', 'if nobody kept it') : body),
    words('verify.bad.words'),
  ],
  [
    'another time on the page',
    (path, body) => (path.startsWith('/@') ? body.replaceAll('2014-05-13T16:53:21Z', '2015-05-13T16:53:21Z') : body),
    words('verify.bad.words'),
  ],
  [
    'a forged signature, in both',
    (path, body) => (/\/(proof|raw)$/.test(path) ? forgeEverywhere(body) : body),
    words('verify.bad.signature'),
  ],
  [
    'another raw record',
    (path, body) => (path.endsWith('/raw') ? body.replace(/"piece":"(\w+)"/, '"piece":"6465"') : body),
    words('verify.bad.record'),
  ],
  [
    'a key that the chain gave to nobody',
    changed((proof) => {
      proof.key.publicKey = flipped(proof.key.publicKey, 20)
    }),
    words('verify.bad.registration'),
  ],
  [
    'a forged branch',
    changed((proof) => {
      proof.key.registration.branch[0] = flipped(proof.key.registration.branch[0] ?? '', 0)
    }),
    words('verify.bad.block'),
  ],
  [
    'a header without its work',
    changed((proof) => {
      const { headers } = proof.key.registration
      headers[1] = flipped(headers[1] ?? '', 160)
    }),
    words('verify.bad.headers'),
  ],
]

describe('an evil server between', () => {
  test.each(LIES)('with %s is told', async (_, lie, said) => {
    liar.tell(lie)
    const { page, verdict } = await verdictAt('/@alice/1', liar.url)
    expect(verdict).toBe(said)
    expect(await page.locator('.verdict.bad').getAttribute('role')).toBe('status')
    expect(await page.locator('.verify').textContent()).not.toContain('Verified')
  })
})

/** The signature with a bit changed, wherever it stands. */
function forgeEverywhere(body: string): string {
  const [, signature = ''] =
    /(?:sig_userpost65:|7369675f75736572706f737436353a|"signature":")(\w{130})/.exec(body) ?? []
  return body.replaceAll(signature, flipped(signature, 60))
}

test('new posts are offered, counted, and shown when they are wanted', async () => {
  const [front, alice, bob, tag] = await Promise.all(
    ['/', '/@alice', '/@bob', '/hashtag/wind'].map(async (path) => (await visit(path)).page),
  )
  if (!front || !alice || !bob || !tag) throw new Error('no pages')
  await write(post('alice', 2, 'a new one #wind', ALICE))
  for (const page of [front, alice, tag]) await page.getByRole('button', { name: '1 new post', exact: true }).waitFor()
  await write(post('alice', 3, 'and one more', ALICE))
  const offer = front.getByRole('button', { name: '2 new posts' })
  await offer.waitFor()
  expect(await front.getByText('a new one').count()).toBe(0)
  expect(await axeFindings(front)).toEqual([])
  await offer.click()
  await front.getByText('and one more').waitFor()
  expect(await offer.count()).toBe(0)
  expect(await bob.locator('.live button').count()).toBe(0)
  expect(await tag.getByRole('button', { name: '1 new post', exact: true }).count()).toBe(1)
})

describe('keys', () => {
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '')

  test('walk over the posts and open one', async () => {
    const { page } = await visit('/@alice/posts')
    const rows = await page.locator('main .post').allTextContents()
    await page.keyboard.press('j')
    expect(await focused(page)).toBe(rows[0])
    await page.keyboard.press('j')
    expect(await focused(page)).toBe(rows[1])
    await page.keyboard.press('k')
    expect(await focused(page)).toBe(rows[0])
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/@alice\/\d+$/)
  })

  test('are nobody’s who types or holds another key', async () => {
    const { page } = await visit('/@alice')
    await page.keyboard.press('Control+j')
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.keyboard.press('/')
    await page.keyboard.type('jk?')
    expect(await page.locator('.top input').inputValue()).toBe('jk?')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('are explained, and can be switched off', async () => {
    const { page, problems } = await visit('/@alice')
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await dialog.waitFor()
    expect(await axeFindings(page)).toEqual([])
    await dialog.getByLabel('Use these keys').uncheck()
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement?.matches('.post'))).toBe(false)
    await page.reload()
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
    await dialog.getByLabel('Use these keys').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement?.matches('.post'))).toBe(true)
    expect(problems).toEqual([])
  })
})

test('the link of a post is copied where there is no clipboard to ask', async () => {
  const { page } = await visit('/de/@alice/1')
  await page.getByRole('button', { name: words('copy.link', undefined, 'de') }).click()
  await page.getByText(words('copy.done', undefined, 'de')).waitFor()
  await page.locator('.top input').focus()
  await page.keyboard.press('Control+v')
  expect(await page.locator('.top input').inputValue()).toBe(`${url}/@alice/1`)
})

test('beside the time in UTC stands the reader’s own', async () => {
  const { page } = await visit('/@alice/1')
  expect(await page.locator('.focus > .line').textContent()).toMatch(
    /13 May 2014, 16:53:21 UTC \(14 May 2014, 01:53:21 (GMT\+9|JST)\)/,
  )
  const { page: list } = await visit('/@alice')
  const title = await list.locator('.post time').first().getAttribute('title')
  expect(title).toMatch(/UTC · 14 May 2014, 01:53:2\d (GMT\+9|JST)$/)
})

/** Of the page as it stands, with what was opened on it. */
async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)
}
