import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { dispatchedTags, dispatchedWords } from './dispatch.ts'

test.each(vectors.tokeniser)('$msg is filed under $hashtags and $mentions', ({ msg, hashtags, mentions }) => {
  expect(dispatchedTags(msg)).toEqual({ hashtags, mentions })
})

test('every word is given once, in lower case of any script', () => {
  expect(dispatchedTags('#A #a #ÄÖ #Привет @X,@x').hashtags).toEqual(['a', 'äö', 'привет'])
  expect(dispatchedTags('@X,@x').mentions).toEqual(['x'])
})

test('signs alone and signs inside of words file nothing', () => {
  expect(dispatchedTags('# @ ## a#b a@b .# @.x')).toEqual({ hashtags: [], mentions: [] })
})

test('a tag runs on over everything that is not a separator', () => {
  expect(dispatchedTags('#a@b @c#d').hashtags).toEqual(['a@b'])
  expect(dispatchedTags('#a@b @c#d').mentions).toEqual(['c#d'])
})

test('words know where their sign stands', () => {
  expect(dispatchedWords('x #ab#c ##d')).toEqual([
    { sign: '#', word: 'ab', offset: 2 },
    { sign: '#', word: 'c', offset: 5 },
    { sign: '#', word: 'd', offset: 9 },
  ])
})

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('#', '@', 'a', 'Ä', ' ', '.', '😀', '\n') }), (text) => {
      for (const { sign, offset } of dispatchedWords(text)) expect(text[offset]).toBe(sign)
    }),
  )
})
