import { expect, test } from 'vitest'
import { browserWords } from '../_server/browser-words.ts'
import { factsOf, LANGUAGES } from '../_words/languages.ts'
import { type WordKey, words } from '../_words/words.ts'
import { fillMessage } from './message.ts'

const KEYS = Object.keys(JSON.parse(browserWords('en'))) as WordKey[]

/** Whatever a sentence may ask for. */
const valuesWith = (count: number) => ({
  ...{ count, height: count, checkpoint: 55_450, k: 4_669, ms: count, work: 123_456_789 },
  ...{ n: 'alice', key: '02a1 … 9f3c', txid: 'ab', hash: 'cd', failure: 'key: no #', reason: '{none}' },
})

test.each(LANGUAGES)('in %s every sentence of the browser reads as on a page', (language) => {
  const texts = JSON.parse(browserWords(language)) as Record<string, string>
  for (const key of KEYS) {
    for (const count of [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000]) {
      const values = valuesWith(count)
      const filled = fillMessage(texts[key] ?? '', values, factsOf(language).tag).join('')
      expect([key, filled]).toEqual([key, words(key, values, language)])
    }
  }
})

test('an element stays one, and a value that is missing is seen', () => {
  const element = { tag: 'code' }
  expect(fillMessage('the key {key} of {n}.', { key: element }, 'en')).toEqual([
    'the key ',
    element,
    ' of ',
    '{n}',
    '.',
  ])
})

test('all that the browser says is handed over, and nothing else', () => {
  expect(KEYS).toContain('verify.button')
  expect(KEYS.every((key) => /^(copy|keys|live|verify)\./.test(key))).toBe(true)
})
