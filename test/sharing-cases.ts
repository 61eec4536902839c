import { expect, test } from 'vitest'
import { wellFormed } from './well-formed.ts'

type Ask = (path: string, headers?: Record<string, string>) => Promise<Response>

const HOST = 'site.example'
const ORIGIN = `http://${HOST}`
/** Every list of posts, by the page that it stands beside. */
const LISTS = ['/index', '/@alice', '/@alice/posts', '/@alice/replies', '/@saltbush/mentions', '/@alice/56'].concat([
  '/hashtag/windlog',
  '/@evil',
  '/hashtag/%3Cb%3Etag',
])

interface JsonFeed {
  version: string
  next_url?: string
  items: { id: string; content_html: string; date_published: string }[]
}

/** What other sites and programs are given, of the seeded site behind a front. */
export function sharingCases(ask: Ask): void {
  const text = async (path: string) => (await ask(path)).text()

  test.each(LISTS)('%s is an Atom, an RSS and a JSON feed of the same posts', async (list) => {
    const atom = wellFormed(await text(`${list}.atom`))
    const rss = wellFormed(await text(`${list}.rss`))
    const json: JsonFeed = JSON.parse(await text(`${list}.feed.json`))
    const ids = json.items.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(0)
    expect(atom.textsOf('entry/id')).toEqual(ids)
    expect(rss.textsOf('item/guid')).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(atom.textsOf('entry/content')).toEqual(json.items.map((item) => item.content_html))
    expect(rss.textsOf('item/description')).toEqual(json.items.map((item) => item.content_html))
    expect(atom.textsOf('entry/updated')).toEqual(json.items.map((item) => item.date_published))
    for (const name of ['feed/id', 'feed/title', 'feed/updated']) expect(atom.textsOf(name), name).toHaveLength(1)
    for (const title of rss.textsOf('title')) expect(title).not.toMatch(/[<>\u202e]/)
    for (const name of ['channel/title', 'channel/link', 'channel/description'])
      expect(rss.textsOf(name)).toHaveLength(1)
    expect(json.version).toBe('https://jsonfeed.org/version/1.1')
    for (const { content_html } of json.items) {
      expect(content_html).not.toMatch(/<script|<img|\son\w+="|href="(?!https?:|mailto:)/i)
    }
  })

  test('a long list goes on where its next address says, to its end, without a gap', async () => {
    const seen: string[] = []
    let path = '/@alice.feed.json'
    for (let parts = 0; path !== '' && parts < 9; parts++) {
      const feed: JsonFeed = await (await ask(path, { host: HOST })).json()
      seen.push(...feed.items.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)))
      path = feed.next_url?.replace(/^http:\/\/[^/]+/, '') ?? ''
    }
    expect(seen.map(Number)).toEqual([...new Set(seen.map(Number))].sort((a, b) => b - a))
    expect(seen).toHaveLength(58)
    expect(await text('/@alice.atom')).toMatch(/<link rel="next" type="application\/atom\+xml" href="[^"]+cursor=/)
  })

  test('encrypted posts are in no feed, and no frame', async () => {
    expect(await text('/@alice.feed.json')).not.toContain('/@alice/46"')
    expect((await ask('/@alice/46.atom')).status).toBe(404)
    expect((await ask('/embed/@alice/46')).status).toBe(404)
    expect((await ask(`/oembed?url=${ORIGIN}/@alice/46`)).status).toBe(404)
    expect(await text('/sitemap/posts/a-zzz.xml')).not.toContain('/@alice/46<')
  })

  test('a feed speaks the language of its address or its reader, and is cached by it', async () => {
    const chosen = await ask('/ar/@alice.atom')
    const arabic = await chosen.text()
    expect(arabic).toContain('xml:lang="ar"')
    expect(arabic).toMatch(/<link rel="next" type="application\/atom\+xml" href="[^"]+\/ar\/@alice\.atom\?cursor=/)
    expect(chosen.headers.get('vary')).toBe('Accept-Encoding')
    const preferred = await ask('/@alice.atom', { 'accept-language': 'pt-BR,en;q=0.5' })
    expect(await preferred.text()).toContain('xml:lang="pt"')
    expect(preferred.headers.get('vary')).toBe('Accept-Language, Accept-Encoding')
    const etag = preferred.headers.get('etag') ?? ''
    const again = await ask('/@alice.atom', { 'accept-language': 'pt-BR,en;q=0.5', 'if-none-match': etag })
    expect(again.status).toBe(304)
  })

  test.each([
    ['/@nobodyx.atom', 404],
    ['/names.atom', 404],
    ['/@alice/following.rss', 404],
    ['/index.atom?cursor=x', 400],
    ['/index.atom?users=no%20one', 400],
    ['/embed/@nobodyx', 404],
    ['/embed/names', 404],
    ['/oembed', 400],
    [`/oembed?url=${ORIGIN}/@alice&format=yaml`, 501],
    [`/oembed?url=${ORIGIN}/@alice&maxwidth=-1`, 400],
    [`/oembed?url=http://elsewhere.example/@alice`, 404],
    [`/oembed?url=${ORIGIN}/names`, 404],
    ['/card/alice/999/000000000000000000000000.png', 404],
    ['/sitemap/nothing.xml', 404],
  ])('%s is answered with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status)
  })

  test('oEmbed gives the same in JSON and XML, with a frame that is no larger than allowed', async () => {
    const origin = /<id>(http:\/\/[^/]+)\//.exec(await text('/index.atom'))?.[1] ?? ''
    const query = `url=${encodeURIComponent(`${origin}/@alice/56`)}&maxwidth=320&maxheight=150`
    const answer = await ask(`/oembed?${query}`)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const json = await answer.json()
    expect(json).toMatchObject({
      type: 'rich',
      version: '1.0',
      author_url: `${origin}/@alice`,
      width: 320,
      height: 150,
    })
    expect(json.html).toMatch(
      /^<iframe src="http:\/\/[^"]+\/embed\/@alice\/56" title="[^"<>]*" width="320" height="150" /,
    )
    // What is left empty was not asked for.
    expect(await (await ask(`/oembed?${query}&format=&theme=x`)).json()).toEqual(json)
    const xml = wellFormed(await text(`/oembed?${query}&format=xml`))
    for (const [name, value] of Object.entries(json)) expect(xml.textsOf(`oembed/${name}`)).toEqual([String(value)])
  })

  test('a frame may stand in any page, and nothing of it runs', async () => {
    const frame = await ask('/embed/@evil/0?theme=dark')
    const policy = frame.headers.get('content-security-policy') ?? ''
    expect(policy).toContain('frame-ancestors *')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    const html = await frame.text()
    expect(html).toContain('<html lang="en" dir="ltr" class="dark">')
    expect(html).not.toMatch(/<script|<img src=x|\sstyle=|\son\w+="/)
    const sheet = /href="(\/embed-[0-9a-f]+\.css)"/.exec(html)?.[1] ?? ''
    expect((await ask(sheet)).headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect((await ask('/@alice')).headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test('a card is found by what it is about, drawn once, and kept for ever under its hash', async () => {
    const any = await ask('/card/alice/56/000000000000000000000000.png')
    expect(any.status).toBe(302)
    const path = any.headers.get('location') ?? ''
    const longer = await ask(path.replace('/56/', '/56/and/more/'))
    expect([longer.status, longer.headers.get('location')]).toEqual([302, path])
    const card = await ask(path)
    expect([card.status, card.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(card.headers.get('cache-control')).toContain('immutable')
    const bytes = Buffer.from(await card.arrayBuffer())
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630])
    expect(Buffer.from(await (await ask(path)).arrayBuffer()).equals(bytes)).toBe(true)
    for (const about of ['evil/0', 'evil/2', 'evil', 'layla/1', 'hashtag/%3Cb%3Etag']) {
      const found = await ask(`/card/${about}/000000000000000000000000.png`)
      expect((await ask(found.headers.get('location') ?? '')).status, about).toBe(200)
    }
  })

  test('no more cards are drawn at once than was meant, and the others are asked to wait', async () => {
    const feed: JsonFeed = await (await ask('/@alice/posts.feed.json')).json()
    const paths = await Promise.all(
      feed.items.map(async ({ id }) => {
        const moved = await ask(`/card/${id.slice(id.indexOf('@') + 1)}/000000000000000000000000.png`)
        return moved.headers.get('location') ?? ''
      }),
    )
    const cards = await Promise.all(paths.map((path) => ask(path)))
    const statuses = cards.map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
    const late = cards.find(({ status }) => status === 503)
    expect(late?.headers.get('retry-after')).toBe('5')
    expect((await ask(paths[statuses.indexOf(503)] ?? '')).status).toBe(200)
  })

  test('the sitemap lists what is worth reading, under the host that was asked', async () => {
    const index = wellFormed(await text('/sitemap.xml'))
    const files = index.textsOf('sitemap/loc').map((address) => new URL(address))
    const robots = await text('/robots.txt')
    expect(robots).toContain(`Sitemap: ${files[0]?.origin}/sitemap.xml\n`)
    const listed: string[] = []
    for (const { pathname } of files) {
      listed.push(
        ...wellFormed(await text(pathname))
          .textsOf('url/loc')
          .map((address) => new URL(address).pathname),
      )
    }
    for (const path of ['/', '/@alice', '/@alice/56', '/hashtag/windlog', '/@kobayashi/3'])
      expect(listed).toContain(path)
    // A favourite shows another's words; a tag with one post says no more than that post.
    expect(listed).not.toContain('/@alice/50')
    expect(listed).not.toContain('/hashtag/%3Cb%3Etag')
    expect(new Set(listed).size).toBe(listed.length)
  })

  test('browsers learn how to search here and to keep this site', async () => {
    const search = wellFormed(await text('/opensearch.xml'))
    expect(search.textsOf('OpenSearchDescription/ShortName')).toEqual(['Windsock'])
    const manifest = await (await ask('/site.webmanifest')).json()
    expect(manifest.protocol_handlers).toEqual([{ protocol: 'web+twister', url: '/open?uri=%s' }])
    for (const { src, type } of manifest.icons) {
      expect((await ask(src)).headers.get('content-type'), src).toBe(type)
    }
  })

  test('a web+twister link leads to its page, and to no other site', async () => {
    const opened = await ask(`/open?uri=${encodeURIComponent('web+twister:conversation:alice:post56')}`)
    expect([opened.status, opened.headers.get('location')]).toEqual([308, '/@alice/56'])
    for (const uri of ['https://elsewhere.example/', '//elsewhere.example', 'x']) {
      expect((await ask(`/open?uri=${encodeURIComponent(uri)}`)).status, uri).toBe(200)
    }
  })
}
