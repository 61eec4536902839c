import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { UserText } from '../_ui/user-text.tsx'
import { shownText } from './shown-text.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
}

/** As `textContent` gives it in a browser. */
function textOnPage(text: string): string {
  return renderToStaticMarkup(<UserText text={text} />)
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
}

const TEXTS = [
  '*a* #Twister @Bob http://x.example/',
  'one\ntwo',
  '[your bank](http://evil.example/x)',
  '[*bold* name](http://a.example/b) and [x](javascript:alert(1))',
  'twist:AQAAAAMAAAA= [short](twist:AQAAAAMAAAA=)',
  `http://long.example/${'a/'.repeat(60)}`,
  'mail me@there.example `code *not bold*` (1/3)',
  '~italic _under -strike-_~ -10 -20-',
  '\u202Egnp.exe e\u0301\u0301\u0301\u0301\u0301 <b>&amp;</b> "\'',
  'https://例え.テスト/パス #風 @小林',
]

test.each(TEXTS)('what a page shows of %j is known without the page', (text) => {
  expect(shownText(text)).toBe(textOnPage(text))
})

test('and so of any text', () => {
  const pieces = fc.constantFrom(
    '*',
    '~',
    '_',
    '-',
    '`',
    '[',
    '](',
    ')',
    'http://a.b/',
    '#t',
    '@n',
    'twist:',
    ' ',
    '\n',
  )
  const texts = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 })
  fc.assert(
    fc.property(texts, (parts) => {
      const text = parts.join('')
      expect(shownText(text)).toBe(textOnPage(text))
    }),
  )
})
