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
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(xmlText(text)).not.toMatch(/[<>"\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
    }),
  )
})
