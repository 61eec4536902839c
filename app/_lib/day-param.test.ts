import { expect, test } from 'vitest'
import { dayText, parseDay, startOfDay } from './day-param.ts'

test('a day is read and written in one form', () => {
  expect(parseDay('2026-11-22')).toBe(1_795_305_600)
  expect(dayText(1_795_305_600)).toBe('2026-11-22')
  expect(startOfDay(1_795_305_600 + 86_399)).toBe(1_795_305_600)
})

test('what no calendar has is no day', () => {
  for (const text of ['', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '2026-11-22T00:00', 'today']) {
    expect(parseDay(text), text).toBeUndefined()
  }
})
