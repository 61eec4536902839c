import { expect, test } from 'vitest'
import { parseEmojiParts, partOfEmoji } from './emoji.ts'

const parts = parseEmojiParts(`
  @font-face { src: url(./files/0.woff2) format("woff2"); unicode-range: U+1F1E6-1F1FF; }
  @font-face { src: url(./files/8.woff2) format("woff2"); unicode-range: U+200D, U+1F466-1F469,U+1F3FB-1F3FF; }
  @font-face { src: url(./other.woff2) format("woff2"); unicode-range: U+1F600; }`)

test('an emoji of many characters is drawn by the one file that has them all', () => {
  expect(partOfEmoji('🇧🇷', parts)).toBe('0')
  expect(partOfEmoji('👨‍👩‍👦', parts)).toBe('8')
  expect(partOfEmoji('👦🏽\ufe0f', parts)).toBe('8')
})

test('what no file has is left to the fonts of text', () => {
  expect(partOfEmoji('🇧👦', parts)).toBeUndefined()
  expect(partOfEmoji('😀', parts)).toBeUndefined()
})
