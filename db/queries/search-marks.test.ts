import { expect, test } from 'vitest'
import { markedParts, marksOf } from './search-marks.ts'
import { parseSearchQuery } from './search-query.ts'

function marked(text: string, query: string): string {
  return markedParts(text, marksOf(parseSearchQuery(query)))
    .map((part) => (part.isMarked ? `[${part.text}]` : part.text))
    .join('')
}

test('whole words that were looked for are marked, whatever their case and accents', () => {
  expect(marked('The Key, the KEYS, a kéy', 'key')).toBe('The [Key], the KEYS, a [kéy]')
  expect(marked('Ключ и ключи', 'ключ from:alice')).toBe('[Ключ] и ключи')
  expect(marked('one two three', '"two three" -one')).toBe('one [two] [three]')
})

test('without spaces every place that holds them is marked', () => {
  expect(marked('港の風が変わった。風', '風')).toBe('港の[風]が変わった。[風]')
})

test('nothing is lost and nothing marked that was not looked for', () => {
  expect(marked('from:alice wind', 'from:alice')).toBe('from:alice wind')
  expect(marked('', 'x')).toBe('')
})
