import { expect, test } from 'vitest'
import { duration, progressLines } from './progress.ts'

test('long work is told with its rate and the time left, and once when it is done', () => {
  const lines = progressLines({ what: 'chain', unit: 'blocks' })
  expect(lines({ atMs: 0, done: 0, total: 12_000 })).toBe('chain: 0 of 12,000 blocks')
  expect(lines({ atMs: 2_000, done: 2_000, total: 12_000 })).toBe(
    'chain: 2,000 of 12,000 blocks, 1,000 blocks/s, about 10 s left',
  )
  expect(lines({ atMs: 4_000, done: 2_000, total: 12_000 })).toBeUndefined()
  expect(lines({ atMs: 5_000, done: 11_999, total: 12_000 })).toBe('chain: up to date at 11,999 blocks')
  expect(lines({ atMs: 6_000, done: 12_000, total: 12_000 })).toBeUndefined()
})

test('following the network is no long work', () => {
  const lines = progressLines({ what: 'chain', unit: 'blocks' })
  expect(lines({ atMs: 0, done: 5, total: 6 })).toBeUndefined()
})

test('the rate forgets what is long ago', () => {
  const lines = progressLines({ what: 'index', unit: 'items' })
  lines({ atMs: 0, done: 0, total: 1_000_000 })
  lines({ atMs: 100_000, done: 500_000, total: 1_000_000 })
  expect(lines({ atMs: 110_000, done: 500_020, total: 1_000_000 })).toContain('2.0 items/s, about 69.4 h left')
})

test('times are rounded up to the unit that matters', () => {
  expect([0.2, 61, 91, 3_600, 90_000].map(duration)).toEqual(['1 s', '61 s', '2 min', '60 min', '25.0 h'])
})
