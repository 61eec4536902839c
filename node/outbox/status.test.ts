import { expect, it } from 'vitest'
import { parseControlMessage } from './control.ts'
import { CONTROL_NAMES } from './limits.ts'
import { parseStatusMessage } from './status.ts'

it('reads hello, status and inventory', () => {
  expect(parseStatusMessage({ kind: 'hello', nodeId: 'n', lastSequence: 3 })).toEqual({
    kind: 'hello',
    nodeId: 'n',
    lastSequence: 3,
  })
  expect(parseStatusMessage({ kind: 'status', nodeId: 'n', at: 1, json: { a: 1 } })).toMatchObject({ json: { a: 1 } })
  expect(parseStatusMessage({ kind: 'inventory', nodeId: 'n', at: 1, rows: [row] })).toMatchObject({
    rows: [{ ...row, isRegistered: false, knownK: undefined, lastError: undefined, lastAttempt: undefined }],
  })
  const told = { ...row, isRegistered: true, lastAttempt: 7.5, lastError: 'x'.repeat(300), lastErrorAt: 8 }
  expect(parseStatusMessage({ kind: 'inventory', nodeId: 'n', at: 1, rows: [told] })).toMatchObject({
    rows: [{ ...told, lastError: 'x'.repeat(200) }],
  })
  const fetch = { username: 'alice', state: 'done', since: 2, profile: true, avatar: false, following: 1, posts: 9 }
  expect(parseStatusMessage({ kind: 'fetches', nodeId: 'n', at: 1, rows: [fetch] })).toMatchObject({
    rows: [{ ...fetch, knownK: undefined, code: undefined }],
  })
  for (const wrong of [{ state: 'lost' }, { posts: -1 }, { since: 'now' }, { username: 'x'.repeat(65) }]) {
    const rows = [fetch, { ...fetch, ...wrong }]
    expect(parseStatusMessage({ kind: 'fetches', nodeId: 'n', at: 1, rows })).toBeUndefined()
  }
})

const counts = { held: 1, seen: 2, missing: 1, invalid: 0, rivals: 0, peers: 3 }
const row = { username: 'alice', origin: 'setting', since: 4, ...counts }

it('refuses what is none', () => {
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
    { kind: 'inventory', nodeId: 'n', at: 1, rows: [{ ...row, held: -1 }] },
    { kind: 'inventory', nodeId: 'n', at: 1, rows: [{ ...row, missing: undefined }] },
    { kind: 'inventory', nodeId: 'n', at: 1, rows: [{ ...row, since: Number.NaN }] },
    { kind: 'inventory', nodeId: 'n', at: 1, rows: 'all' },
  ]) {
    expect(parseStatusMessage(json)).toBeUndefined()
  }
})

it('reads control messages, and nothing else', () => {
  for (const message of [
    { kind: 'follow', usernames: ['bob', 'carol'] },
    { kind: 'unfollow', usernames: [] },
    { kind: 'fetch', username: 'bob', asker: 'visitor' },
    { kind: 'cursor', nodeId: 'n', cursor: 3 },
  ]) {
    expect(parseControlMessage({ ...message, more: 1 })).toEqual(message)
  }
  for (const json of [
    undefined,
    {},
    { kind: 'follow' },
    { kind: 'follow', usernames: 'bob' },
    { kind: 'follow', usernames: ['bob', 7] },
    { kind: 'unfollow', usernames: ['x'.repeat(65)] },
    { kind: 'follow', usernames: Array.from({ length: CONTROL_NAMES + 1 }, () => 'bob') },
    { kind: 'fetch', username: 'bob' },
    { kind: 'fetch', username: 'bob', asker: 'mallory' },
    { kind: 'cursor', nodeId: 'n', cursor: -1 },
    { kind: 'stop' },
  ]) {
    expect(parseControlMessage(json)).toBeUndefined()
  }
})
