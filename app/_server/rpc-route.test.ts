import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReader } from '../../db/queries/reader.ts'
import { type FrontServer, startFront } from '../../test/front-server.ts'
import { MAX_RPC_AT_ONCE, MAX_RPC_BODY_BYTES, MAX_RPC_WAITING } from '../rpc/limits.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRpcRoute } from './rpc-route.ts'

let front: FrontServer
let url: string
const waiting: (() => void)[] = []

const limit = createRateLimit({ perMinute: 0, nowMs: () => 0 })
const route = createRpcRoute({
  execute: async (method) => {
    if (method === 'wait') await new Promise<void>((resolve) => waiting.push(resolve))
    return method
  },
  limit,
  onFailure: () => undefined,
})

beforeAll(async () => {
  // No database is asked for anything.
  front = await startFront({ reader: openReader('postgres://nobody@127.0.0.1:1/none'), now: 1, direct: [route] })
  url = `${front.url}/rpc`
})

afterAll(() => front.close())

const post = (body: string) => fetch(url, { method: 'POST', body })

test('it is one path, to which calls are posted', async () => {
  expect(['/rpc', '/rpc/', '/rpcs', '/rpc/x', '/'].map(route.matches)).toEqual([true, true, false, false, false])
  const response = await fetch(url)
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
})

test('any page may ask, and the answer is kept by nobody', async () => {
  const response = await post('{"id":1,"method":"hello"}')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ result: 'hello', error: null, id: 1 })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
  })
})

test('a browser that asks first is told that it may send a password, which nobody reads', async () => {
  const headers = { origin: 'http://elsewhere.example', 'access-control-request-headers': 'authorization,content-type' }
  const response = await fetch(url, { method: 'OPTIONS', headers })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-methods')).toContain('POST')
  expect(response.headers.get('access-control-allow-headers')).toBe('*, authorization')
})

test('a body that is too long is not read on', async () => {
  const fits = JSON.stringify({ method: 'x', params: ['y'.repeat(MAX_RPC_BODY_BYTES - 30)] })
  expect((await post(fits)).status).toBe(200)
  const response = await post(' '.repeat(MAX_RPC_BODY_BYTES + 1))
  expect(response.status).toBe(413)
  expect(response.headers.get('connection')).toBe('close')
  expect(await response.json()).toMatchObject({ result: null, error: { code: -32600 }, id: null })
})

test('who goes away in the middle of a body takes no place', async () => {
  for (let at = 0; at < MAX_RPC_AT_ONCE + MAX_RPC_WAITING + 1; at++) {
    const asked = request(url, { method: 'POST', headers: { 'content-length': 100 } })
    asked.on('error', () => undefined)
    asked.write('{')
    await once(asked, 'socket')
    asked.destroy()
  }
  expect((await post('{"method":"hello"}')).status).toBe(200)
})

test('some run at once, some wait for their turn, and others are asked to try again', async () => {
  const count = MAX_RPC_AT_ONCE + MAX_RPC_WAITING + 1
  const asked = Array.from({ length: count }, () => post('{"method":"wait"}').then((response) => response.json()))
  const first = (await Promise.race(asked)) as { error: { code: number } }
  expect(first.error.code).toBe(-25)
  expect(waiting.length).toBe(MAX_RPC_AT_ONCE)
  const ending = setInterval(() => {
    for (const end of waiting.splice(0)) end()
  }, 1)
  const answers = (await Promise.all(asked)) as { result: unknown }[]
  clearInterval(ending)
  expect(answers.filter(({ result }) => result === 'wait')).toHaveLength(count - 1)
})

test('a reader who asks for many things at once has no more of them than one who asks for one after another', async () => {
  const three = createRpcRoute({
    execute: async (method) => method,
    limit: createRateLimit({ perMinute: 3, nowMs: () => 0 }),
    onFailure: () => undefined,
  })
  const other = await startFront({ reader: openReader('postgres://nobody@127.0.0.1:1/none'), now: 1, direct: [three] })
  const batch = JSON.stringify(Array.from({ length: 6 }, () => ({ method: 'x' })))
  const response = await fetch(`${other.url}/rpc`, { method: 'POST', body: batch })
  const replies = (await response.json()) as { error: { code: number } | null }[]
  await other.close()
  // The front has a limit of its own here, so the first of the calls is not counted by this one.
  expect(replies.map(({ error }) => error?.code)).toEqual([undefined, undefined, undefined, undefined, -25, -25])
})
