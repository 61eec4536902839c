import { expect, it } from 'vitest'
import { MAX_COUNTED_WORD_LENGTH, MAX_COUNTED_WORDS } from './limits.ts'
import { WordCounts } from './traffic.ts'

it('counts words of strangers without keeping them all', () => {
  const counts = new WordCounts()
  for (let word = 0; word < 2 * MAX_COUNTED_WORDS; word++) counts.add(`word ${word} ${'x'.repeat(1_000)}`)
  counts.add(`word 0 ${'x'.repeat(1_000)}`)
  const words = counts.words()
  expect(Object.keys(words)).toHaveLength(MAX_COUNTED_WORDS + 1)
  expect(words['other']).toBe(MAX_COUNTED_WORDS)
  expect(words[`word 0 ${'x'.repeat(MAX_COUNTED_WORD_LENGTH)}`.slice(0, MAX_COUNTED_WORD_LENGTH)]).toBe(2)
})
