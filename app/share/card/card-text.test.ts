import { expect, test } from 'vitest'
import { cardMarkup, cjkFamilies, isRightToLeft, plainMarkup } from './card-text.ts'

test('marks of the writer are markup, and everything else of theirs is text', () => {
  expect(cardMarkup('*bold* & <b>x</b> "q"', [])).toBe('<b>bold</b> &amp; &lt;b&gt;x&lt;/b&gt; &quot;q&quot;')
  expect(plainMarkup('*bold* <span size="1">', [])).toBe('*bold* &lt;span size=&quot;1&quot;&gt;')
  expect(cardMarkup('#tag @alice http://a.example/', [])).toBe(
    '<span foreground="#0a6792">#tag</span> <span foreground="#0a6792">@alice</span> <span foreground="#0a6792">a.example</span>',
  )
})

test('what draws nothing, or too much, is left out', () => {
  expect(plainMarkup('a\0b\u200bc\u202ed\ufeff\u2060e', [])).toBe('abcde')
  expect(plainMarkup('a\n\n\n\n\nb', [])).toBe('a\n\nb')
  expect([...plainMarkup(`x${'\u0303\u0330'.repeat(20)}`, [])].length).toBeLessThan(6)
})

test('an emoji of many characters names the part of the font that has them all', () => {
  const parts = [{ name: '8', ranges: [[0x1f466, 0x1f469] as const, [0x200d, 0x200d] as const] }]
  expect(plainMarkup('a 👨‍👩‍👦 b', parts)).toBe('a <span lang="zz-e8">👨‍👩‍👦</span> b')
})

test('the first letter says in which direction a text runs, other letters which Han characters are meant', () => {
  expect([
    isRightToLeft('12 שלום hello'),
    isRightToLeft('hello שלום'),
    isRightToLeft('#صباح'),
    isRightToLeft('1'),
  ]).toEqual([true, false, true, false])
  expect(cjkFamilies('風が')).toMatch(/^Noto Sans JP/)
  expect(cjkFamilies('바람 漢字')).toMatch(/^Noto Sans KR/)
  expect(cjkFamilies('风')).toMatch(/^Noto Sans SC/)
})
