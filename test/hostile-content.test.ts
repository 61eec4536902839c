import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOSTILE, HOSTILE_NAMES, HOSTILE_NOW, hostileItems } from './hostile-content.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { buildSite, type SiteProcess, startSite } from './site-process.ts'
import { tinyParams } from './tiny-chain.ts'

let server: TestPostgres
let index: TestIndex
let site: SiteProcess
let context: BrowserContext
let page: Page
const foreign: string[] = []
const alarms: string[] = []
const profileDir = mkdtempSync(join(tmpdir(), 'windsock-hostile-'))

beforeAll(async () => {
  buildSite()
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
  await index.write(hostileItems())
  site = await startSite({ WINDSOCK_DATABASE_URL_READ: index.url, WINDSOCK_CLOCK: String(HOSTILE_NOW) })
  // With JavaScript, and without the policy that would stop what should not be there in the first place.
  context = await chromium.launchPersistentContext(profileDir, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    bypassCSP: true,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
  page = await context.newPage()
  page.on('dialog', (dialog) => {
    alarms.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) foreign.push(request.url())
  })
}, 180_000)

afterAll(async () => {
  await context?.close()
  await site?.close()
  await index?.close()
  await server?.close()
  rmSync(profileDir, { recursive: true, force: true })
})

/** What in a document could act, or lead somewhere that acts. Runs in the browser, on its own reading of the markup. */
function dangersOf(root: Document | DocumentFragment): string[] {
  const found: string[] = []
  for (const element of root.querySelectorAll('*')) {
    const name = element.localName
    if (['iframe', 'object', 'embed', 'style', 'math', 'template', 'foreignobject'].includes(name)) found.push(name)
    if (name === 'script' && !/^\/[a-z-]+-[0-9A-Za-z]+\.js$/.test(element.getAttribute('src') ?? ''))
      found.push('script')
    if (name === 'base' && element.hasAttribute('href')) found.push('base')
    if (name === 'meta' && element.hasAttribute('http-equiv')) found.push('http-equiv')
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc')
        found.push(`${name} ${attribute}`)
      const leads = ['href', 'src', 'action', 'formaction', 'srcset', 'xlink:href', 'data', 'content'].includes(
        attribute,
      )
      const scheme = /^[\s\0-\x20]*([a-z][a-z0-9+.-]*):/i.exec(value.replace(/[\t\n\r]/g, ''))?.[1]?.toLowerCase()
      const isActive = ['javascript', 'vbscript', 'data', 'file', 'blob'].includes(scheme ?? '')
      if (leads && isActive && !(name === 'meta' && attribute === 'content'))
        found.push(`${name} ${attribute}=${value.slice(0, 60)}`)
    }
  }
  return found
}

const PAGES = HOSTILE_NAMES.flatMap((name) => [`/@${name}`, `/@${name}/0`, `/@${name}/2`])
const LISTS = [
  '/',
  '/?view=top',
  '/names',
  '/trends',
  '/search?q=again',
  `/@${HOSTILE_NAMES[0]}/mentions`,
  '/promoted',
  '/block/1',
  '/@h_quotes/999999999',
  '/ar',
  '/ja/names',
]

describe('pages', () => {
  test.each([...PAGES, ...LISTS])('%s holds nothing that acts', async (path) => {
    const response = await page.goto(site.url + path)
    expect([200, 404]).toContain(response?.status())
    expect(await page.evaluate(`(${dangersOf})(document)`)).toEqual([])
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(width).toBe(0)
    expect(await page.locator('h1').count()).toBe(1)
    expect(alarms).toEqual([])
    expect(foreign).toEqual([])
  })

  test('what was written can still be read', async () => {
    await page.goto(`${site.url}/@h_markup/0`)
    expect(await page.locator('article.focus .text').textContent()).toContain('<script>alert(1)</script>')
    await page.goto(`${site.url}/@h_long_cjk/0`)
    expect(await page.locator('article.focus .text').textContent()).toBe(HOSTILE['long_cjk'])
  })

  test('no name reorders or hides what stands beside it', async () => {
    for (const name of ['h_overrides', 'h_zero_width', 'h_combining', 'h_controls']) {
      await page.goto(`${site.url}/@${name}`)
      const shown = (await page.locator('h1').textContent()) ?? ''
      expect(shown, name).not.toMatch(/[\u202d\u202e\u200b\ufeff\p{Cc}]/u)
      expect(shown, name).not.toMatch(/\p{M}{4}/u)
    }
  })
})

const FEEDS = [...HOSTILE_NAMES.map((name) => `/@${name}`), '/index', '/search']

describe('feeds', () => {
  test.each(FEEDS)('%s is well-formed, and nothing in it acts', async (address) => {
    const query = address === '/search' ? '?q=again' : ''
    await page.goto(`${site.url}/about`)
    for (const form of ['atom', 'rss']) {
      const response = await fetch(`${site.url}${address}.${form}${query}`)
      expect(response.status, form).toBe(200)
      const judged = await page.evaluate(`(${judgeXml})(${JSON.stringify(await response.text())}, ${dangersOf})`)
      expect(judged, form).toEqual({ error: undefined, dangers: [], hasEntries: true })
    }
    const json = (await (await fetch(`${site.url}${address}.feed.json${query}`)).json()) as {
      items: { content_html: string }[]
    }
    expect(json.items.length).toBeGreaterThan(0)
    for (const { content_html } of json.items) {
      const html = JSON.stringify(content_html)
      expect(await page.evaluate(`(${dangersOf})(new DOMParser().parseFromString(${html}, 'text/html'))`)).toEqual([])
    }
  })
})

/** In the browser: the markup inside of entries is read as readers of feeds do. */
function judgeXml(text: string, dangers: (root: Document) => string[]) {
  const xml = new DOMParser().parseFromString(text, 'application/xml')
  const inner = [...xml.querySelectorAll('content, summary, description')].map((one) => one.textContent ?? '')
  return {
    error: xml.querySelector('parsererror')?.textContent ?? undefined,
    dangers: inner.flatMap((html) => dangers(new DOMParser().parseFromString(html, 'text/html'))),
    hasEntries: xml.querySelector('entry, item') !== null,
  }
}

describe('what other sites show', () => {
  test.each(HOSTILE_NAMES)('the frame, the oEmbed answers, the API and the pictures of %s', async (name) => {
    for (const path of [`/embed/@${name}`, `/embed/@${name}/0`]) {
      await page.goto(site.url + path)
      expect(await page.evaluate(`(${dangersOf})(document)`), path).toEqual([])
    }
    const address = encodeURIComponent(`${site.url}/@${name}/0`)
    const oembed = (await (await fetch(`${site.url}/oembed?url=${address}`)).json()) as { html: string }
    const html = JSON.stringify(oembed.html)
    const frames = (await page.evaluate(
      `(${dangersOf})(new DOMParser().parseFromString(${html}, 'text/html'))`,
    )) as string[]
    // The frame itself, and nothing else.
    expect(frames.filter((danger) => danger !== 'iframe' && danger !== 'iframe style')).toEqual([])
    const xml = await (await fetch(`${site.url}/oembed?format=xml&url=${address}`)).text()
    expect(await page.evaluate(`(${judgeXml})(${JSON.stringify(xml)}, () => [])`)).toMatchObject({ error: undefined })
    const post = (await (await fetch(`${site.url}/api/v1/posts/${name}/0`)).json()) as { msg: string; msg2: string }
    expect([...(post.msg + (post.msg2 ?? ''))].slice(0, 100)).toEqual(
      [...(HOSTILE[name.slice(2)] ?? post.msg)].slice(0, 100),
    )
    expect(alarms).toEqual([])
    expect(foreign).toEqual([])
  })

  test.each(HOSTILE_NAMES)('the card and the avatar of %s are pictures that this site drew', async (name) => {
    for (const path of [`/@${name}`, `/@${name}/0`]) {
      const html = await (await fetch(site.url + path)).text()
      const card = /<meta property="og:image" content="([^"]*)"/.exec(html)?.[1] ?? ''
      expect(new URL(card).origin).toBe(site.url)
      const picture = await fetch(card)
      expect(picture.headers.get('content-type')).toBe('image/png')
      const { width, height } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata()
      expect([width, height]).toEqual([1200, 630])
    }
    const html = await (await fetch(`${site.url}/@${name}`)).text()
    const avatar = /<img[^>]*class="avatar[^>]*src="([^"]*)"/.exec(html)?.[1] ?? ''
    const drawn = await fetch(site.url + avatar)
    expect(drawn.headers.get('content-type')).toBe('image/svg+xml')
    expect(await drawn.text()).not.toMatch(/script|onload|alert/)
  })

  test('the sitemap is well-formed and leads nowhere else', async () => {
    await page.goto(`${site.url}/about`)
    const text = await (await fetch(`${site.url}/sitemap.xml`)).text()
    expect(await page.evaluate(`(${judgeXml})(${JSON.stringify(text)}, () => [])`)).toMatchObject({ error: undefined })
    for (const [, place] of text.matchAll(/<loc>([^<]*)<\/loc>/g)) expect(place?.startsWith(`${site.url}/`)).toBe(true)
  })
})
