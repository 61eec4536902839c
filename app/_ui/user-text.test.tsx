import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { UserText } from './user-text.tsx'

function html(text: string): string {
  return renderToStaticMarkup(<UserText text={text} />)
}

test('tags, names, links and marks become elements', () => {
  expect(html('*a* #Twister @Bob http://x.example/')).toBe(
    '<div class="text" dir="auto"><strong>a</strong> <a href="/hashtag/twister" dir="auto">#Twister</a> ' +
      '<a href="/@bob" dir="auto">@bob</a> ' +
      '<a href="http://x.example/" rel="nofollow ugc noopener noreferrer" dir="auto">x.example</a></div>',
  )
  expect(html('one\ntwo')).toContain('one<br/>two')
})

test('a link with a name of its own says where it leads', () => {
  expect(html('[your bank](http://evil.example/x)')).toContain('(evil.example)')
})

test('a short link leads to its own page', () => {
  expect(html('twist:AQAAAAMAAAA=')).toContain('href="/twist/AQAAAAMAAAA%3D"')
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>)',
  '[<b>](http://a.example/"onmouseover="alert(1))',
  'javascript:alert(1)',
  'http://a.example/"onmouseover="alert(1)',
  '`</code><script>`',
  '#"><script>',
  '@<script>',
  'x@y"onclick=alert(1)',
  '&lt;script&gt;',
]

test('hostile words are shown as words', () => {
  for (const text of HOSTILE) expectHarmless(html(text), text)
})

test('no text makes an element, an attribute or an address that is not ours', () => {
  const piece = fc.constantFrom(
    ...HOSTILE,
    '*',
    '`',
    '[',
    '](',
    ')',
    '<',
    '>',
    '"',
    "'",
    '#',
    '@',
    'http://',
    ' ',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      expectHarmless(html(pieces.join('')), pieces.join(''))
    }),
  )
})

const TAG =
  /<(?:br\/|\/?(?:div|span|a|bdi|code|strong|em|u|s)(?: (?:href="(?:https?:\/\/|mailto:|\/@|\/hashtag\/|\/twist\/)[^"<>]*"|class="[a-z ]+"|dir="(?:auto|ltr)"|rel="[a-z ]+"))*)>/giu

function expectHarmless(markup: string, text: string): void {
  expect(markup.replace(TAG, ''), text).not.toMatch(/[<>]/)
}
