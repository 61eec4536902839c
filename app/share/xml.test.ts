import fc from 'fast-check'
import { expect, test } from 'vitest'
import { element, xmlDocument, xmlText } from './xml.ts'

test('text and attributes cannot become markup', () => {
  const made = element('a', { href: '"><script>&' }, ['<b>]]>&amp;', element('c'), undefined])
  expect(made.xml).toBe('<a href="&quot;&gt;&lt;script&gt;&amp;">&lt;b&gt;]]&gt;&amp;amp;<c/></a>')
})

test('what no document may hold is left out, and everything else comes through', () => {
  expect(xmlText('a\0b\u0008c\ufffed\ud800e\u{1f600}f\tg')).toBe('abcde\u{1f600}f\tg')
  expect(xmlDocument(element('a'))).toBe('<?xml version="1.0" encoding="utf-8"?>\n<a/>\n')
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)) }),
      (text) => {
        const points = [...xmlText(text)].map((character) => character.codePointAt(0) ?? 0)
        const isAllowed = (point: number) => (point >= 0x20 && point < 0xfffe) || point > 0xffff
        expect(points.filter((point) => !isAllowed(point) && ![9, 10, 13].includes(point))).toEqual([])
        expect(xmlText(text)).not.toMatch(/[<>"]/)
      },
    ),
  )
})
