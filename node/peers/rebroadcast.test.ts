import { expect, test } from 'vitest'
import { sha256d } from '../protocol/hash.ts'
import { MAX_REBROADCAST, REBROADCAST_INTERVAL_S } from './limits.ts'
import { Rebroadcast } from './rebroadcast.ts'

const hash = (byte: number) => sha256d(Uint8Array.of(byte, byte >> 8))
const LATER = REBROADCAST_INTERVAL_S

test('what waits for a block is announced again after half an hour, if a block came that did not hold it', () => {
  const rebroadcast = new Rebroadcast()
  expect(rebroadcast.due([hash(1)], 10, 0)).toEqual([])
  expect(rebroadcast.due([hash(1)], 10, LATER)).toEqual([])
  expect(rebroadcast.due([hash(1)], 11, LATER - 1)).toEqual([])
  expect(rebroadcast.due([hash(1)], 11, LATER)).toEqual([hash(1)])
  expect(rebroadcast.due([hash(1)], 12, LATER + 1)).toEqual([])
  expect(rebroadcast.due([hash(1)], 12, 2 * LATER)).toEqual([hash(1)])
  expect(rebroadcast.due([], 13, 3 * LATER)).toEqual([])
  expect(rebroadcast.due([hash(1)], 14, 4 * LATER)).toEqual([])
})

test('so many at a time, the others next time', () => {
  const rebroadcast = new Rebroadcast()
  const all = Array.from({ length: MAX_REBROADCAST + 3 }, (_, byte) => hash(byte))
  rebroadcast.due(all, 1, 0)
  expect(rebroadcast.due(all, 2, LATER)).toHaveLength(MAX_REBROADCAST)
  expect(rebroadcast.due(all, 2, LATER)).toEqual(all.slice(MAX_REBROADCAST))
})
