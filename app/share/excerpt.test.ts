import { expect, test } from 'vitest'
import { excerpt } from './excerpt.ts'

test('a short text is whole, in one line', () => {
  expect(excerpt(' one\n two ', 20)).toBe('one two')
})

test('a long one ends between words, or where there are none within its length', () => {
  expect(excerpt('NW 4, gusting 6. The sock is horizontal', 20)).toBe('NW 4, gusting 6.…')
  expect(excerpt('漢'.repeat(50), 10)).toBe(`${'漢'.repeat(9)}…`)
  expect([...excerpt('\u{1f600}'.repeat(30), 10)]).toHaveLength(10)
})
