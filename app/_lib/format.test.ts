import { expect, test } from 'vitest'
import { formatNumber } from '../_words/numbers.ts'
import { inRendering } from '../_words/rendering.ts'
import { formatAge, formatAgo, formatDuration, formatTime, isoTime, shortHex } from './format.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0) / 1000

test('thousands are parted by a narrow no-break space', () => {
  expect(formatNumber(0)).toBe('0')
  expect(formatNumber(999)).toBe('999')
  expect(formatNumber(4669)).toBe('4\u202f669')
  expect(formatNumber(-1234567)).toBe('−1\u202f234\u202f567')
})

test('a time is told in UTC', () => {
  expect(formatTime(NOW + 7)).toBe('22 Nov 2026, 12:00:07 UTC')
  expect(isoTime(NOW)).toBe('2026-11-22T12:00:00Z')
})

test('a time has an ISO 8601 form while its year has four digits', () => {
  expect(isoTime(253_402_300_799.9)).toBe('9999-12-31T23:59:59Z')
  expect(isoTime(253_402_300_800)).toBeUndefined()
  expect(isoTime(-62_167_219_200)).toBe('0000-01-01T00:00:00Z')
  expect(isoTime(-62_167_219_201)).toBeUndefined()
})

test('a number that is no time is called so and never throws', () => {
  for (const seconds of [1e300, Number.NaN, Number.POSITIVE_INFINITY, -1e20]) {
    expect(isoTime(seconds)).toBeUndefined()
    expect(formatTime(seconds)).toContain('no calendar')
    expect(formatAge(seconds, NOW)).toBe('impossible time')
  }
})

test('ages are short, and a time in the future is a plain date', () => {
  expect(formatAge(NOW - 5, NOW)).toBe('now')
  expect(formatAge(NOW - 125, NOW)).toBe('2 min')
  expect(formatAge(NOW - 2 * 3600, NOW)).toBe('2 h')
  expect(formatAge(NOW - 30 * 3600, NOW)).toBe('yesterday')
  expect(formatAge(NOW - 4 * 86_400, NOW)).toBe('18 Nov')
  expect(formatAge(NOW - 800 * 86_400, NOW)).toBe('13 Sept 2024')
  expect(formatAge(NOW + 9999, NOW)).toBe('22 Nov 2026')
})

test('durations and plurals read as words', () => {
  expect(formatDuration(1)).toBe('1 second')
  expect(formatDuration(600)).toBe('10 minutes')
  expect(formatDuration(86_400)).toBe('24 hours')
})

test('a key is shortened to its ends', () => {
  expect(shortHex(`02a17c0e${'0'.repeat(50)}9f3c`)).toBe('02a1 7c0e … 9f3c')
})

test('how long ago something was is told in the words of each language', () => {
  expect(formatAgo(NOW - 60, NOW)).toBe('60 seconds ago')
  expect(formatAgo(NOW - 3600, NOW)).toBe('60 minutes ago')
  expect(formatAgo(NOW - 86_400, NOW)).toBe('24 hours ago')
  expect(formatAgo(NOW - 4669 * 86_400, NOW)).toBe('4\u202f669 days ago')
  expect(formatAgo(NOW + 60, NOW)).toBe('0 seconds ago')
  const inGerman = { language: 'de', origin: '', address: '' } as const
  expect(inRendering(inGerman, () => formatAgo(NOW - 5 * 86_400, NOW))).toBe('vor 5 Tagen')
})
