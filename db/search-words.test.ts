import fc from 'fast-check'
import { expect, test } from 'vitest'
import { phraseQuery, searchDocument } from './search-vector.ts'
import { foldText, placedWords } from './search-words.ts'

const words = (text: string): string[] => placedWords(text).map(({ word }) => word)

test.each([
  ['Größe ŁÓDŹ café naïve İstanbul', 'grosse lodz cafe naive istanbul'],
  ['ΣΊΣΥΦΟΣ Ёлка їжак', 'σισυφοσ елка іжак'],
  ['صَبَاحُ الخَيْرِ أهلا', 'صباح الخير اهلا'],
  ['שָׁלוֹם', 'שלום'],
  ['नमस्ते', 'नमस्ते'],
  ['ﬁne ＦＵＬＬ', 'fine full'],
  ["don't l’eau foo_bar", 'don t l eau foo bar'],
  ['👍🏽 🇩🇪', '👍 🇩🇪'],
  ['see http://example.com/a/b?c#d twist:AAAAAAAAAAA= end', 'see example com end'],
])('%s: case, accents, points and forms make no difference', (text, expected) => {
  expect(words(text).join(' ')).toBe(expected)
})

test('text without spaces is filed by pairs of characters, and its last', () => {
  expect(words('港の風。北西 ok')).toEqual(['港の', 'の風', '風', '北西', '西', 'ok'])
  expect(words('สวัส')).toEqual(['สว', 'วั', 'ัส', 'ส'])
  expect(words('서울에')).toEqual(['서울', '울에', '에'])
})

test('a phrase asks for the places between its words; a lone character begins pairs', () => {
  const phrase = (text: string) => phraseQuery(placedWords(text), new Map([['unkown', ['unknown', 'unk']]]))
  expect(phrase('new version')).toBe("'new' <1> 'version'")
  expect(phrase('の風 wind')).toBe("'の風' <2> 'wind'")
  expect(phrase('風')).toBe("'風':*")
  expect(phrase('an unkown')).toBe("'an' <1> ('unknown' | 'unk')")
  expect(phrase(' -- ')).toBeUndefined()
})

test('a document holds the places of its words, marks as they are, and words worth another try', () => {
  expect(searchDocument('Wind, the wind! 42 風が', ['from:bob', "#it's\\"])).toEqual({
    vector: "'wind':1,3 'the':2 '42':4 '風が':5 'が':6 'from:bob' '#it''s\\\\'",
    vocabulary: ['wind', 'the'],
  })
})

test('no word holds a sign of a mark, white space or a capital, whatever the text; folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const word of words(text)) {
        expect(word).not.toMatch(/[\s:@#'\\]/)
        expect(word.length).toBeLessThanOrEqual(48)
        expect(foldText(foldText(word))).toBe(foldText(word))
      }
    }),
    { numRuns: 500 },
  )
})
