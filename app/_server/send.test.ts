import { createServer } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codedBody, finish, sizeOf } from './finished.ts'
import { send } from './send.ts'

const BODY = 'word '.repeat(500)
const HTML = { 'content-type': 'text/html; charset=utf-8', vary: 'Accept' }
const server = createServer((request, response) => {
  const status = request.url === '/gone' ? 410 : 200
  void send(request, response, finish(status, HTML, Buffer.from(BODY)), { 'x-of-this-one': 'yes' })
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
  expect(etag).toMatch(/^"[^"]+-gzip"$/)
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

test('a coding is sent to whom takes it, made once, and what answers a choice says so', async () => {
  const brotli = await ask({ 'accept-encoding': 'br, gzip' })
  expect(brotli.headers.get('content-encoding')).toBe('br')
  expect(brotli.headers.get('vary')).toBe('Accept, Accept-Encoding')
  expect(brotli.headers.get('x-of-this-one')).toBe('yes')
  expect(await brotli.text()).toBe(BODY)
  const finished = finish(200, HTML, Buffer.from(BODY))
  expect(finished.coded.size).toBe(0)
  expect(codedBody(finished, 'br')).toBe(codedBody(finished, 'br'))
  expect(brotliDecompressSync(await codedBody(finished, 'br')).toString()).toBe(BODY)
  expect(gunzipSync(await codedBody(finished, 'gzip')).toString()).toBe(BODY)
  const held = (await Promise.all(finished.coded.values())).reduce((sum, one) => sum + one.length, 0)
  expect(finished.body.length + held).toBeLessThanOrEqual(sizeOf(finished))
})

test('what is short or compressed already is sent as it is', async () => {
  expect(finish(200, { 'content-type': 'image/webp' }, Buffer.from(BODY)).isCompressible).toBe(false)
  expect(finish(200, { 'content-type': 'application/json' }, Buffer.from('{}')).isCompressible).toBe(false)
})

test('a validator is that of a success alone, also when a proxy has made it weak', async () => {
  const gone = await fetch(`${base}gone`)
  expect([gone.status, gone.headers.get('etag')]).toEqual([410, null])
  const etag = (await ask({})).headers.get('etag') ?? ''
  expect((await ask({ 'if-none-match': `W/${etag}` })).status).toBe(304)
  expect((await ask({ 'if-none-match': '*' })).status).toBe(304)
  expect((await fetch(`${base}gone`, { headers: { 'if-none-match': '*' } })).status).toBe(410)
})
