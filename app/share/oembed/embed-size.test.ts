import { expect, test } from 'vitest'
import { embedSize } from './embed-size.ts'

test('more words need more room, and a narrow frame more than a wide one', () => {
  const short = embedSize(['one line'], {})
  const long = embedSize(['word '.repeat(60)], {})
  expect(short.width).toBe(550)
  expect(long.height).toBeGreaterThan(short.height)
  expect(embedSize(['word '.repeat(60)], { maxWidth: 300 }).height).toBeGreaterThan(long.height)
  expect(embedSize(['漢'.repeat(100)], {}).height).toBeGreaterThan(embedSize(['a'.repeat(100)], {}).height)
})

test('no frame is larger than who asks allows', () => {
  expect(embedSize(['word '.repeat(200)], { maxWidth: 320, maxHeight: 200 })).toEqual({ width: 320, height: 200 })
  expect(embedSize(['a'], { maxWidth: 5000, maxHeight: 5000 }).width).toBe(550)
})
