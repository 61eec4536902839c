import { expect, test } from 'vitest'
import { MAX_ADDR_ENTRIES, MAX_FILTER_BYTES, MAX_HEADERS_ENTRIES, MAX_INV_ENTRIES } from '../limits.ts'
import { checkPayloadSize, maxPayloadBytes } from './payload-limits.ts'

test('the longest message that is allowed fits', () => {
  expect(maxPayloadBytes('addr')).toBeGreaterThanOrEqual(3 + 30 * MAX_ADDR_ENTRIES)
  expect(maxPayloadBytes('inv')).toBeGreaterThanOrEqual(3 + 36 * MAX_INV_ENTRIES)
  expect(maxPayloadBytes('headers')).toBeGreaterThanOrEqual(3 + 85 * MAX_HEADERS_ENTRIES)
  expect(maxPayloadBytes('filterload')).toBeGreaterThanOrEqual(3 + MAX_FILTER_BYTES + 9)
  expect(maxPayloadBytes('never heard of')).toBeGreaterThanOrEqual(0)
})

test.each([
  ['addr', 20],
  ['inv', 20],
  ['getdata', 20],
  ['filterload', 100],
  ['filteradd', 100],
  ['dhtgetreq', 20],
  ['dhtputreq', 20],
  ['dhtgetreply', 20],
  ['block', 100],
  ['tx', 100],
])('a longer %s costs %d', (command, score) => {
  expect(checkPayloadSize(command, maxPayloadBytes(command) + 1)).toMatchObject({ kind: 'reject', score })
  expect(checkPayloadSize(command, undefined)).toEqual({ kind: 'accept' })
})

test('a longer message of another kind costs nothing', () => {
  expect(checkPayloadSize('ping', 1_000_000)).toMatchObject({ kind: 'ignore' })
})
