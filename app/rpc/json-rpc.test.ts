import { expect, test } from 'vitest'
import { answerJsonRpc, type RpcRun } from './json-rpc.ts'
import { MAX_RPC_ANSWER_BYTES, MAX_RPC_BATCH } from './limits.ts'
import type { RpcParameters } from './parameters.ts'
import { RPC_CODES, RpcError } from './rpc-error.ts'

const failures: string[] = []

async function execute(method: string, parameters: RpcParameters) {
  if (method === 'echo') return parameters.map(String)
  if (method === 'broken') throw new Error('a secret of ours')
  throw new RpcError(RPC_CODES.methodNotFound, 'Method not found')
}

const run: RpcRun = { execute, onFailure: () => undefined, admit: () => true }

async function answer(text: string): Promise<{ status: number; body: unknown }> {
  const { status, body } = await answerJsonRpc(text, { ...run, onFailure: (method) => failures.push(method) })
  expect(body.endsWith('\n')).toBe(true)
  return { status, body: JSON.parse(body) }
}

test('a call is answered with the id it was made with, and the keys stand in the order of the reference', async () => {
  const { body } = await answerJsonRpc('{"id":"x","method":"echo","params":[1]}', run)
  expect(body).toBe('{"result":["1"],"error":null,"id":"x"}\n')
  for (const id of [7, '', true, null]) {
    expect((await answer(JSON.stringify({ id, method: 'echo' }))).body).toEqual({ result: [], error: null, id })
  }
  expect((await answer('{"id":{"a":[1]},"method":"echo","params":null}')).body).toMatchObject({ result: [], id: null })
})

test.each([
  ['garbage', 500, -32700, 'Parse error'],
  ['', 500, -32700, 'Parse error'],
  ['"text"', 500, -32700, 'Top-level object parse error'],
  ['null', 500, -32700, 'Top-level object parse error'],
  ['{"params":[]}', 400, -32600, 'Missing method'],
  ['{"method":null}', 400, -32600, 'Missing method'],
  ['{"method":5}', 400, -32600, 'Method must be a string'],
  ['{"method":"echo","params":{}}', 400, -32600, 'Params must be an array'],
  ['{"method":"other"}', 404, -32601, 'Method not found'],
  ['{"method":"__proto__"}', 404, -32601, 'Method not found'],
])('%s: %i, %i', async (text, status, code, message) => {
  expect(await answer(text)).toEqual({ status, body: { result: null, error: { code, message }, id: null } })
})

test('our own faults are told to us and to nobody else', async () => {
  const { status, body } = await answer('{"id":1,"method":"broken"}')
  expect(status).toBe(500)
  expect(body).toMatchObject({ result: null, error: { code: -32603 }, id: 1 })
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(failures).toEqual(['broken'])
})

test('a batch has an answer for each of its calls, whatever becomes of the others', async () => {
  const calls = [{ id: 1, method: 'echo' }, { id: 2, method: 'other' }, 7, [], { id: 3, method: 'echo', params: ['a'] }]
  const { status, body } = await answer(JSON.stringify(calls))
  expect(status).toBe(200)
  expect(body).toMatchObject([
    { result: [], id: 1 },
    { error: { code: -32601 }, id: 2 },
    { error: { code: -32600, message: 'Invalid Request object' }, id: null },
    { error: { code: -32600 }, id: null },
    { result: ['a'], id: 3 },
  ])
  expect(await answer('[]')).toEqual({ status: 200, body: [] })
})

test('a batch that is too long is not begun', async () => {
  const calls = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({ method: 'echo' })))
  expect((await answer(calls(MAX_RPC_BATCH))).status).toBe(200)
  expect(await answer(calls(MAX_RPC_BATCH + 1))).toMatchObject({ status: 400, body: { error: { code: -32600 } } })
})

test('a batch ends where its answers are long enough', async () => {
  const calls = Array.from({ length: 10 }, (_, id) => ({ id, method: 'echo', params: ['x'.repeat(10_000)] }))
  const long = async () => 'y'.repeat(MAX_RPC_ANSWER_BYTES / 4)
  const { status, body } = await answerJsonRpc(JSON.stringify(calls), { ...run, execute: long })
  const replies = JSON.parse(body) as { error: { code: number } | null; id: number }[]
  expect(status).toBe(200)
  expect(replies.map(({ error }) => error?.code)).toEqual([...Array(4).fill(undefined), ...Array(6).fill(-25)])
  expect(replies.map(({ id }) => id)).toEqual(calls.map(({ id }) => id))
})

test('each call of a batch counts towards the limit of its reader, the request itself being counted already', async () => {
  let left = 2
  const calls = JSON.stringify(Array.from({ length: 5 }, (_, id) => ({ id, method: 'echo' })))
  const { body } = await answerJsonRpc(calls, { ...run, admit: () => left-- > 0 })
  const replies = JSON.parse(body) as { error: { code: number } | null }[]
  expect(replies.map(({ error }) => error?.code)).toEqual([undefined, undefined, undefined, -25, -25])
  await answerJsonRpc('{"method":"echo"}', { ...run, admit: () => expect.unreachable() })
})

test('arrays within arrays do no harm', async () => {
  const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
  expect((await answer(deep)).status).toBe(200)
  expect((await answer(`{"id":${deep},"method":"other"}`)).status).toBe(404)
})
