import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { finish } from './finished.ts'
import { acceptsGzip, send } from './send.ts'

const BODY = 'word '.repeat(500)
const server = createServer((request, response) => {
  void finish(200, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from(BODY)).then((finished) =>
    send(request, response, finished),
  )
})
let base = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  base = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : ''
})

afterAll(() => void server.close())

function ask(headers: Record<string, string>, method = 'GET'): Promise<Response> {
  return fetch(base, { method, headers: { 'accept-encoding': 'identity', ...headers } })
}

test('each coding has its own strong validator, and a reader who has it gets 304 without a body', async () => {
  const plain = await ask({})
  const zipped = await ask({ 'accept-encoding': 'gzip' })
  expect(await plain.text()).toBe(BODY)
  expect(await zipped.text()).toBe(BODY)
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  const etag = zipped.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[^"]+-gz"$/)
  expect(etag).not.toBe(plain.headers.get('etag'))
  const again = await ask({ 'accept-encoding': 'gzip', 'if-none-match': `"other", ${etag}` })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
  expect((await ask({ 'if-none-match': etag })).status).toBe(200)
})

test('HEAD answers with the headers of GET and no body', async () => {
  const head = await ask({}, 'HEAD')
  expect(head.headers.get('content-length')).toBe(String(BODY.length))
  expect(await head.text()).toBe('')
})

test('every answer forbids scripts, framing, sniffing and referrers', async () => {
  const { headers } = await ask({})
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
})

test('gzip is sent to whom takes it and to nobody else', () => {
  expect(acceptsGzip('gzip, deflate, br')).toBe(true)
  expect(acceptsGzip('br;q=1, gzip;q=0.5')).toBe(true)
  expect(acceptsGzip('*')).toBe(true)
  expect(acceptsGzip('gzip;q=0')).toBe(false)
  expect(acceptsGzip('gzip; q=0.000')).toBe(false)
  expect(acceptsGzip('br')).toBe(false)
  expect(acceptsGzip(undefined)).toBe(false)
})

test('a gzipped body is the body', async () => {
  const finished = await finish(200, { 'content-type': 'text/css' }, Buffer.from(BODY))
  expect(gunzipSync(finished.gzipped ?? Buffer.alloc(0)).toString()).toBe(BODY)
  expect((await finish(200, { 'content-type': 'image/webp' }, Buffer.from(BODY))).gzipped).toBeUndefined()
})
