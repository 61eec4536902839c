import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeHandler } from '../app/_server/capture.ts'
import type { DirectRoute } from '../app/_server/direct.ts'
import { MAX_HEADER_BYTES, MAX_RENDERS_PER_READER, MAX_URL_LENGTH } from '../app/_server/limits.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { type FrontServer, startFront } from './front-server.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { sharingCases } from './sharing-cases.ts'
import { migratedForReading, SEED_NOW, seedSite } from './site-seed.ts'

const clients: string[] = []
/** Stands for the stream and the archives: writes as it likes. */
const streamed: DirectRoute = {
  matches: (pathname) => pathname === '/api/v1/streamed',
  methods: ['GET'],
  serve: async (_request, response, _url, client) => {
    clients.push(client.key)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: x\n\n')
  },
}

let postgres: TestPostgres
let reader: Reader
let front: FrontServer

beforeAll(async () => {
  postgres = await startPostgres()
  const url = await postgres.database()
  const readUrl = await migratedForReading(url)
  await seedSite(url)
  reader = openReader(readUrl)
  front = await startFront({ reader, now: SEED_NOW, direct: [streamed] })
})

afterAll(async () => {
  await front?.close()
  await reader?.end()
  await postgres?.close()
})

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(front.url + path, { method, headers, redirect: 'manual' })
}

async function json(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await ask(path, headers)
  expect(response.headers.get('content-type'), path).toMatch(/^application\/(problem\+)?json/)
  return response.json()
}

describe('JSON beside each page', () => {
  const PAIRS = [
    ['/', '/index.json', '/api/v1/posts'],
    ['/?users=alice', '/index.json?users=alice', '/api/v1/posts?users=alice'],
    ['/@alice', '/@alice.json', '/api/v1/users/alice'],
    ['/@alice/posts', '/@alice/posts.json', '/api/v1/users/alice/posts?kind=post'],
    ['/@alice/following', '/@alice/following.json', '/api/v1/users/alice/following'],
    ['/@saltbush/mentions', '/@saltbush/mentions.json', '/api/v1/users/saltbush/mentions'],
    ['/@alice/56', '/@alice/56.json', '/api/v1/posts/alice/56'],
    ['/hashtag/windlog', '/hashtag/windlog.json', '/api/v1/hashtags/windlog'],
    ['/names', '/names.json', '/api/v1/users?sort=active'],
    ['/names?prefix=a', '/names.json?prefix=a', '/api/v1/names?prefix=a&sort=a-z'],
    ['/promoted', '/promoted.json', '/api/v1/promoted'],
    ['/block/5', '/block/5.json', '/api/v1/blocks/5'],
    ['/follows', '/follows.json', '/api/v1/follows'],
    ['/status', '/status.json', '/api/v1/status'],
  ] as const

  test.each(PAIRS)('%s has %s, which is %s', async (page, address, call) => {
    const beside = await ask(address)
    expect(beside.status).toBe(200)
    expect(beside.headers.get('content-location')).toBe(call)
    expect(beside.headers.get('access-control-allow-origin')).toBe('*')
    const said = await beside.json()
    expect(said).toEqual(await json(call))
    const chosen = await ask(page, { accept: 'application/json' })
    expect(chosen.headers.get('vary')).toMatch(/^Accept(, Accept-Encoding)?$/)
    expect(await chosen.json()).toEqual(said)
    const html = await ask(page, { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' })
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html.headers.get('vary')).toMatch(/^Accept(,|$)/)
    expect(html.headers.get('link')).toBe(`<${address}>; rel="alternate"; type="application/json"`)
  })

  test('a thread has its own; calls without a page have theirs', async () => {
    expect(await json('/@alice/56/thread.json')).toEqual(await json('/api/v1/posts/alice/56/thread'))
    expect(await json('/search.json?q=wind&limit=3')).toEqual(await json('/api/v1/search?q=wind&limit=3'))
    expect(await json('/search?q=wind&limit=3', { accept: 'application/json' })).toHaveProperty('items')
  })

  test('problems are told as problems, and another spelling leads to the one address', async () => {
    expect(await json('/@nobodyx.json')).toMatchObject({ status: 404, code: 'unknown-user' })
    expect(await json('/@alice/999.json')).toMatchObject({ status: 404, code: 'post-not-seen' })
    expect(await json('/promoted.json?x=1')).toMatchObject({ status: 400, code: 'unknown-parameter' })
    expect(await json('/about.json')).toMatchObject({ status: 404, code: 'not-found' })
    expect(await json('/%ff.json')).toMatchObject({ status: 400, code: 'bad-address' })
    expect(await json('/nothing', { accept: 'application/json' })).toMatchObject({ status: 404, code: 'not-found' })
    const moved = await ask('/user/Alice.json?limit=2')
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/@alice.json?limit=2'])
  })

  test('where JSON may be had, caches keep a redirect for those who want a page', async () => {
    const moved = await ask('/search?from=alice', { accept: 'text/html' })
    expect([moved.status, moved.headers.get('vary')]).toEqual([308, 'Accept'])
    expect((await ask('/search?q=wind', { accept: 'application/json' })).headers.get('vary')).toContain('Accept')
    expect((await ask('/@Alice/')).headers.get('vary')).toBeNull()
  })

  test('whatever is accepted, something is sent', async () => {
    for (const accept of ['image/png', 'text/plain', 'application/xml', 'nonsense', 'text/html;q=0', '*/*;q=0']) {
      expect((await ask('/@alice', { accept })).status, accept).toBe(200)
      expect((await ask('/api/v1/posts', { accept })).status, accept).toBe(200)
    }
    expect((await ask('/about', { accept: 'application/json' })).headers.get('content-type')).toContain('text/html')
  })
})

describe('forms of an answer', () => {
  test.each(['/api/v1/posts?limit=5', '/@alice.json', '/@alice'])('%s is not sent to whom has it', async (path) => {
    for (const coding of ['identity', 'gzip', 'br']) {
      const first = await ask(path, { 'accept-encoding': coding })
      const etag = first.headers.get('etag') ?? ''
      await first.arrayBuffer()
      const again = await ask(path, { 'accept-encoding': coding, 'if-none-match': `"x", W/${etag}` })
      expect(again.status).toBe(304)
      expect(again.headers.get('etag')).toBe(etag)
      expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'))
      expect(await again.text()).toBe('')
    }
  })

  test('a list in each coding is the same list, under its own validator', async () => {
    const path = '/api/v1/posts?limit=20'
    const answers = await Promise.all(
      ['identity', 'gzip', 'br'].map((coding) => ask(path, { 'accept-encoding': coding })),
    )
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip', 'br'])
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(3)
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
    for (const { headers } of answers) expect(headers.get('vary')).toBe('Accept-Encoding')
  })

  test('HEAD says what GET would, without a body', async () => {
    for (const path of ['/api/v1/posts?limit=20', '/@alice.json', '/@alice', '/nothing', '/healthz']) {
      const headers = { 'accept-encoding': 'gzip' }
      const [head, get] = [await ask(path, headers, 'HEAD'), await ask(path, headers)]
      expect(await head.text()).toBe('')
      const said = (response: Response) =>
        [...response.headers].filter(([name]) => !/^(date|connection|keep-alive)$/.test(name))
      expect([head.status, said(head)], path).toEqual([get.status, said(get)])
      await get.arrayBuffer()
    }
  })

  test('the same question again has the same answer, another one its own', async () => {
    const QUESTIONS = ['/', '/index.atom', '/@alice', '/@alice.json', '/@ALICE', '/nothing'].flatMap((path) =>
      ['text/html', 'application/json'].flatMap((accept) =>
        ['en', 'pt', 'ar'].flatMap((language) =>
          ['GET', 'HEAD'].map((method) => ({ path, method, headers: { accept, 'accept-language': language } })),
        ),
      ),
    )
    const answer = async ({ path, method, headers }: (typeof QUESTIONS)[number]) => {
      const response = await ask(path, headers, method)
      const own = [...response.headers].filter(([name]) => !/^(date|connection|keep-alive|ratelimit.*)$/.test(name))
      return { status: response.status, own, body: await response.text() }
    }
    const first = new Map<string, unknown>()
    for (const question of QUESTIONS) first.set(JSON.stringify(question), await answer(question))
    for (const question of QUESTIONS.toReversed()) {
      expect(await answer(question), JSON.stringify(question)).toEqual(first.get(JSON.stringify(question)))
    }
    const different = new Set(
      QUESTIONS.filter(({ path, method }) => path === '/index.atom' && method === 'GET').map((question) =>
        JSON.stringify(first.get(JSON.stringify(question))),
      ),
    )
    expect(different.size).toBe(3)
  })

  test('a page of elsewhere may ask, may see the headers it needs, and is told so beforehand', async () => {
    const answer = await ask('/api/v1/posts', { origin: 'https://elsewhere.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    for (const name of ['ETag', 'Link', 'RateLimit', 'Retry-After']) {
      expect(answer.headers.get('access-control-expose-headers')).toContain(name)
    }
    for (const path of ['/api/v1/posts', '/api/v1/streamed', '/@alice.json']) {
      const asked = await ask(path, { 'access-control-request-method': 'GET' }, 'OPTIONS')
      expect(asked.status, path).toBe(204)
      expect(asked.headers.get('access-control-allow-methods'), path).toMatch(/^GET(, HEAD)?, OPTIONS$/)
      expect(asked.headers.get('access-control-allow-headers'), path).toBe('*, authorization')
    }
    const problem = await ask('/api/v1/nothing')
    expect(problem.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('what is written as it comes has the headers of every answer, and is told who asks', async () => {
    const { headers } = await ask('/api/v1/streamed', { 'x-forwarded-for': '203.0.113.7' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(clients.at(-1)).toBe('127.0.0.1')
    expect((await ask('/api/v1/streamed', {}, 'POST')).status).toBe(405)
  })
})

describe('refusals', () => {
  test('are pages for readers and problems for programs', async () => {
    const long = 'x'.repeat(MAX_URL_LENGTH)
    const wanted: [path: string, method: string, status: number, code: string][] = [
      ['/posts', 'POST', 405, 'method-not-allowed'],
      ['/posts', 'DELETE', 405, 'method-not-allowed'],
      [`/${long}`, 'GET', 414, 'address-too-long'],
      ['//elsewhere.example/', 'GET', 400, 'bad-address'],
      ['/%ff', 'GET', 400, 'bad-address'],
    ]
    for (const [path, method, status, code] of wanted) {
      const page = await ask(path, {}, method)
      expect([page.status, page.headers.get('content-type')], path).toEqual([status, 'text/html; charset=utf-8'])
      if (status === 405) expect(page.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
      const problem = await ask(path, { accept: 'application/json' }, method)
      expect(problem.headers.get('content-type'), path).toBe('application/problem+json')
      expect(await problem.json(), path).toMatchObject({ type: 'about:blank', status, code })
    }
    expect(await json(`/api/v1/${long}`)).toMatchObject({ status: 414 })
  })

  /** Sends bytes and answers with all that comes back until the connection ends. */
  async function exchange(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1')
    socket.write(bytes)
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
    })
    await once(socket, 'close')
    return said
  }

  test('what is no request is answered before it is hung up on', async () => {
    const wanted: [bytes: string, status: number, code: string][] = [
      ['nonsense\r\n\r\n', 400, 'bad-request'],
      ['GET / HTTP/1.1\r\nhost: h\r\nno colon here\r\n\r\n', 400, 'bad-request'],
      [`GET / HTTP/1.1\r\nhost: h\r\nx: ${'x'.repeat(MAX_HEADER_BYTES)}\r\n\r\n`, 431, 'headers-too-long'],
    ]
    for (const [bytes, status, code] of wanted) {
      const said = await exchange(bytes)
      expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(said).toContain('content-type: application/problem+json')
      expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
    }
  })

  test('odd targets, hosts and methods are answered, and nothing fails', async () => {
    const wanted: [bytes: string, status: number][] = [
      ['GET http://elsewhere.example/ HTTP/1.1\r\nhost: h', 400],
      ['GET /\\..\\x HTTP/1.1\r\nhost: h', 400],
      ['GET /x\\..\\y HTTP/1.1\r\nhost: h', 404],
      ['GET /\\elsewhere.example/@alice HTTP/1.1\r\nhost: h', 400],
      ['GET /@alice/../@bob.json HTTP/1.1\r\nhost: h', 200],
      ['GET /api/v1/users/%00 HTTP/1.1\r\nhost: h', 400],
      ['GET /api/v1/users/%zz HTTP/1.1\r\nhost: h', 400],
      ['OPTIONS * HTTP/1.1\r\nhost: h', 400],
      ['GET / HTTP/1.1', 400],
      ['GET / HTTP/1.1\r\nhost: <script>', 200],
      ['GET / HTTP/1.1\r\nhost: a:b:c', 200],
      ['GET /oembed?url=x HTTP/1.1\r\nhost: 1.2.3.4.5', 400],
      ['GET /pt//names HTTP/1.1\r\nhost: h', 308],
      ['GET /.//names HTTP/1.1\r\nhost: h', 308],
      ['GET / HTTP/1.0', 200],
      ['PROPFIND / HTTP/1.1\r\nhost: h', 405],
      ['GET / HTTP/1.1\r\nhost: h\r\ncontent-length: 3', 200],
    ]
    for (const [bytes, status] of wanted) {
      const body = bytes.includes('content-length') ? 'abc' : ''
      const said = await exchange(`${bytes}\r\nconnection: close\r\n\r\n${body}`)
      expect(said.slice(0, 12), bytes).toBe(`HTTP/1.1 ${status}`)
      expect(said).not.toContain('<script>')
    }
  })

  test('no address makes an answer fail by our fault', async () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '//',
        '.',
        '..',
        '%',
        '%2f',
        '%00',
        '%ff',
        '?',
        '&',
        '=',
        '#',
        '@',
        '.json',
        'api/v1/',
        'posts',
        'users',
      ],
      ...['alice', '0', '-1', '1e9', 'hashtag/', 'block/', 'search', 'names', 'sort=', 'cursor=', 'q=', 'limit=', '\\'],
      ...['thread', 'index', 'twist/', '%F0%9F%92%A9', ';', '+', '[', '"', '<', 'users='],
    )
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)
    const accept = fc.constantFrom('application/json', '*/*', 'text/html')
    await fc.assert(
      fc.asyncProperty(path, accept, async (target, accepted) => {
        const said = await exchange(
          `GET ${target} HTTP/1.1\r\nhost: h\r\naccept: ${accepted}\r\nconnection: close\r\n\r\n`,
        )
        expect(said, target).toMatch(/^HTTP\/1.1 (200|308|4\d\d) /)
      }),
      { numRuns: 300 },
    )
    expect(front.failures).toEqual([])
  })
})

describe('what other sites and programs show', () => sharingCases(ask))

test('a page full of pictures at once has each of them drawn', async () => {
  const alice = await json('/api/v1/users/alice')
  expect(alice).toHaveProperty('avatar', expect.stringMatching(/^\/avatar\/alice\/[0-9a-f]{64}$/))
  const path = String(Reflect.get(Object(alice), 'avatar'))
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(path)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(answers.map(() => 'image/webp'))
})

test('with an origin of its own the site names no other, whatever it is asked by', async () => {
  const own = 'https://windsock.example'
  const public_ = await startFront({ reader, now: SEED_NOW, origins: [own] })
  const read = async (path: string) => {
    const response = await fetch(public_.url + path, { headers: { 'x-forwarded-host': 'evil.example' } })
    return response.text()
  }
  try {
    for (const path of ['/@alice.atom', '/sitemap.xml', '/sitemap/pages.xml', '/robots.txt', '/opensearch.xml']) {
      const text = await read(path)
      expect(text, path).toContain(`${own}/`)
      expect(text, path).not.toMatch(/127\.0\.0\.1|evil\.example/)
    }
    expect(await read(`/oembed?url=${own}/@alice`)).toContain(`"author_url":"${own}/@alice"`)
  } finally {
    await public_.close()
  }
})

describe('limits', () => {
  test('one reader has so many pages made at once, and keeps nobody else from his', async () => {
    const begun: (() => void)[] = []
    const pages: NodeHandler = (_request, response) => void begun.push(() => response.end('made'))
    const busy = await startFront({ reader, now: SEED_NOW, proxyDepth: 1, pages })
    const from = (address: string, tag: string) =>
      fetch(`${busy.url}/hashtag/${tag}`, { headers: { 'x-forwarded-for': address } })
    try {
      const tags = Array.from({ length: MAX_RENDERS_PER_READER }, (_, at) => `tag${at}`)
      const asked = tags.map((tag) => from('203.0.113.7', tag))
      while (begun.length < MAX_RENDERS_PER_READER) await delay(5)
      const refused = await from('203.0.113.7', 'onemore')
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      const other = from('203.0.113.8', 'other')
      while (begun.length <= MAX_RENDERS_PER_READER) await delay(5)
      for (const end of begun.splice(0)) end()
      expect((await Promise.all([...asked, other])).map(({ status }) => status)).toEqual([...tags, ''].map(() => 200))
      const again = from('203.0.113.7', 'onemore')
      while (begun.length === 0) await delay(5)
      for (const end of begun) end()
      expect((await again).status).toBe(200)
    } finally {
      await busy.close()
    }
  })

  test('a reader who asks too much waits, another one does not; files and health are not counted', async () => {
    const limited = await startFront({ reader, now: SEED_NOW, requestsPerMinute: 3, proxyDepth: 1 })
    const from = (address: string, path: string, headers = {}) =>
      fetch(limited.url + path, { headers: { 'x-forwarded-for': address, ...headers } })
    try {
      const first = await from('203.0.113.7', '/api/v1/posts')
      expect(first.headers.get('ratelimit-policy')).toBe('"reader";q=3;w=60')
      expect(first.headers.get('ratelimit')).toBe('"reader";r=2;t=20')
      await from('203.0.113.7', '/')
      await from('203.0.113.7', '/nothing')
      const refused = await from('203.0.113.7', '/api/v1/posts')
      expect([refused.status, refused.headers.get('ratelimit-remaining')]).toEqual([429, '0'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(20)
      expect(await refused.json()).toMatchObject({ status: 429, code: 'too-many-requests' })
      expect(await (await from('203.0.113.7', '/')).text()).toContain('<h1>Too many requests</h1>')
      expect((await from('198.51.100.1, 203.0.113.7', '/')).status).toBe(429)
      expect((await from('203.0.113.8', '/')).status).toBe(200)
      const picture = `/avatar/alice/${'0'.repeat(64)}`
      expect((await from('203.0.113.9', picture)).headers.get('ratelimit')).toBe('"reader";r=2;t=2')
      for (let at = 1; at < 30; at++) expect((await from('203.0.113.9', picture)).status, String(at)).toBe(200)
      expect((await from('203.0.113.9', picture)).status).toBe(429)
      for (const path of ['/healthz', '/icon.svg', '/robots.txt', '/identicon/alice.svg']) {
        expect((await from('203.0.113.7', path)).status, path).toBe(200)
      }
    } finally {
      await limited.close()
    }
  })
})
