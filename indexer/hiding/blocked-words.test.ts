import { expect, test } from 'vitest'
import { blockedWordOf, blockedWords, foldText, leadOf } from './blocked-words.ts'

function isFound(word: string, text: string): boolean {
  return blockedWords([blockedWordOf(word) ?? '']).findIn(text) !== undefined
}

test('case and accents do not matter', () => {
  for (const text of ['a café here', 'CAFÉ', 'Cafe!', 'cafe\u0301', 'ｃａｆé', 'ca\u00adfe', '#café']) {
    expect(isFound('Café', text), text).toBe(true)
  }
  expect(isFound('straße', 'in der STRASSE')).toBe(true)
  expect(isFound('ΟΔΟΣ', 'η οδός')).toBe(true)
  expect(isFound('ислам', 'ИСЛАМ')).toBe(true)
  expect(isFound('محمد', 'مُحَمَّد')).toBe(true)
  expect(isFound('kış', 'KIŞ')).toBe(true)
})

test('a word is found whole, not as a part of another', () => {
  expect(isFound('ass', 'a class of its own')).toBe(false)
  expect(isFound('ass', 'assets, asset')).toBe(false)
  expect(isFound('ass', 'what an ass!')).toBe(true)
  expect(isFound('ass', 'an _ass_ underlined')).toBe(true)
  expect(isFound('дом', 'домик')).toBe(false)
})

test('several words are found in a row, whatever stands between them', () => {
  expect(isFound('buy now', 'BUY, now')).toBe(true)
  expect(isFound('buy now', 'now buy')).toBe(false)
  expect(isFound('evil.example', 'see http://evil.example/x')).toBe(true)
  expect(isFound('evil.example', 'an evil deed, for example')).toBe(false)
})

test('in a script without spaces, and without letters, any part of the text counts', () => {
  expect(isFound('北西', '夕方には北西。')).toBe(true)
  expect(isFound('北西', '北と西')).toBe(false)
  expect(isFound('ガ', 'あｶﾞあ')).toBe(true)
  expect(isFound('서울', '서울에서')).toBe(true)
  expect(isFound('가', '각')).toBe(false)
  expect(isFound('ไทย', 'ภาษาไทยดี')).toBe(true)
  expect(isFound('🍆', 'a🍆b')).toBe(true)
})

test('nothing cannot be blocked', () => {
  expect(blockedWordOf(' \u200b\u0301 ')).toBeUndefined()
  expect(blockedWords([]).findIn('')).toBeUndefined()
})

test('of several blocked words the first by name is told', () => {
  expect(blockedWords(['zebra', 'apple', '北']).findIn('北 zebra apple')).toBe('apple')
})

test('the lead of a blocked word is in every text that holds it', () => {
  for (const [word, text] of [
    ['buy now', 'Buy - NOW'],
    ['北西', 'a北西'],
    ['!!', 'so!!'],
    ['Évil.example', 'evil example'],
  ] as const) {
    const kept = blockedWordOf(word) ?? ''
    expect(isFound(word, text)).toBe(true)
    expect(foldText(text)).toContain(leadOf(kept))
  }
})
