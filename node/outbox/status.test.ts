import { expect, it } from 'vitest'
import { parseControlMessage } from './control.ts'
import { parseStatusMessage } from './status.ts'

it('reads hello, status and inventory', () => {
  expect(parseStatusMessage({ kind: 'hello', nodeId: 'n', lastSequence: 3 })).toEqual({
    kind: 'hello',
    nodeId: 'n',
    lastSequence: 3,
  })
  expect(parseStatusMessage({ kind: 'status', nodeId: 'n', at: 1, json: { a: 1 } })).toMatchObject({ json: { a: 1 } })
  const row = { username: 'alice', held: 1, seen: 2, peers: 3 }
  expect(parseStatusMessage({ kind: 'inventory', nodeId: 'n', at: 1, rows: [row] })).toMatchObject({
    rows: [{ ...row, knownK: undefined, lastError: undefined }],
  })
})

it('refuses what is none', () => {
  const row = { username: 'alice', held: -1, seen: 2, peers: 3 }
  for (const json of [
    null,
    7,
    [],
    {},
    { kind: 'hello', nodeId: 'n' },
    { kind: 'hello', nodeId: 'N:', lastSequence: 1 },
    { kind: 'status', nodeId: 'n', at: 1 },
    { kind: 'status', nodeId: 'n', at: 'now', json: {} },
    { kind: 'status', nodeId: 'n', at: 1, json: { text: 'x'.repeat(1_000_001) } },
    { kind: 'inventory', nodeId: 'n', at: 1, rows: [row] },
  ]) {
    expect(parseStatusMessage(json)).toBeUndefined()
  }
})

it('reads control messages, and nothing else', () => {
  expect(parseControlMessage({ kind: 'follow', username: 'bob' })).toEqual({ kind: 'follow', username: 'bob' })
  expect(parseControlMessage({ kind: 'fetch', username: 'bob', k: 3 })).toEqual({
    kind: 'fetch',
    username: 'bob',
    k: 3,
  })
  expect(parseControlMessage({ kind: 'cursor', nodeId: 'n', cursor: 3 })).toEqual({
    kind: 'cursor',
    nodeId: 'n',
    cursor: 3,
  })
  for (const json of [
    undefined,
    {},
    { kind: 'follow' },
    { kind: 'cursor', nodeId: 'n', cursor: -1 },
    { kind: 'stop' },
  ]) {
    expect(parseControlMessage(json)).toBeUndefined()
  }
})
