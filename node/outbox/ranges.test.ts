import { expect, it } from 'vitest'
import { parseControlMessage } from './control.ts'
import { INVENTORY_RUNS, MAX_NUMBER, REPAIR_PIECE_BYTES, REPAIR_PIECES } from './limits.ts'
import { parseRanges } from './ranges.ts'
import { parseStatusMessage } from './status.ts'

it('runs ascend, stay apart, and are not too many', () => {
  for (const ends of [[], [0, 0], [0, 7, 9, 9], [3, MAX_NUMBER - 1]]) expect(parseRanges(ends, 2)).toEqual(ends)
  for (const ends of [
    'all',
    [0],
    [1, 0],
    [0, 7, 7, 9],
    [-1, 3],
    [0, MAX_NUMBER],
    [0, 1.5],
    [0, '1'],
    [0, 0, 2, 2, 4, 4],
  ]) {
    expect(parseRanges(ends, 2)).toBeUndefined()
  }
})

it('an inventory without numbers that make sense says nothing of them', () => {
  const counts = { held: 1, seen: 2, missing: 1, invalid: 0, rivals: 0, peers: 3 }
  const numbersOf = (numbers: unknown) => {
    const row = { username: 'alice', origin: 'setting', since: 4, ...counts, numbers, profileSeq: -1, avatarSeq: -2 }
    const message = parseStatusMessage({ kind: 'inventory', nodeId: 'n', at: 1, sequence: 3, rows: [row] })
    expect(message).toMatchObject({ sequence: 3, rows: [{ profileSeq: -1, avatarSeq: undefined }] })
    return message?.kind === 'inventory' && message.rows[0]?.numbers
  }
  const numbers = { from: 5, to: 90, ranges: [5, 6, 80, 80] }
  expect(numbersOf(numbers)).toEqual(numbers)
  const many = Array.from({ length: 2 * INVENTORY_RUNS + 2 }, (_, index) => 2 * index)
  for (const wrong of [{ from: 91 }, { to: MAX_NUMBER }, { ranges: [6, 5] }, { from: undefined }, { ranges: many }]) {
    expect(numbersOf({ ...numbers, ...wrong })).toBeUndefined()
  }
})

it('a repair is read as far as its bounds go', () => {
  const base = { kind: 'repair', nodeId: 'n', username: 'bob' }
  const rest = { wantedNumbers: [1, 2], wantedResources: ['profile'], pieces: ['AQI='], values: [] }
  expect(parseControlMessage({ ...base, ...rest })).toEqual({ ...base, ...rest, pieces: [Uint8Array.of(1, 2)] })
  const big = Buffer.alloc(REPAIR_PIECE_BYTES + 1).toString('base64')
  for (const wrong of [
    { nodeId: 'N:' },
    { username: undefined },
    { wantedNumbers: [2, 1] },
    { wantedResources: [7] },
    { pieces: ['!'] },
    { pieces: [big] },
    { pieces: Array.from({ length: REPAIR_PIECES + 1 }, () => 'AQI=') },
    { values: [{ p: 'AQI=', sigP: 'AQI=' }] },
  ]) {
    expect(parseControlMessage({ ...base, ...rest, ...wrong })).toBeUndefined()
  }
})
