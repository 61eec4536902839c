import { expect, test } from 'vitest'
import { calmLine } from './calm-line.ts'

test('foreign text cannot steer a terminal', () => {
  expect(calmLine('\u001b[2J\u009b\r\n\ta\u202eb\u2028\ud800')).toBe(
    '\\u{1b}[2J\\u{9b}\\u{d}\\u{a}\\u{9}a\\u{202e}b\\u{2028}\\u{d800}',
  )
})

test('words stay as they are', () => {
  expect(calmLine('Grüße, 港の風, صباح, 🍆')).toBe('Grüße, 港の風, صباح, 🍆')
})
