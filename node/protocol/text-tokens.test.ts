import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import recorded from '../../test/vectors/recordings-posts.json' with { type: 'json' }
import { dispatchedTags } from './dispatch.ts'
import { type TextToken, tokenizeText } from './text-tokens.ts'

/** A short form of tokens, to compare by eye. */
function shown(text: string): string {
  return tokenizeText(text).map(show).join('|')
}

function show(token: TextToken): string {
  switch (token.kind) {
    case 'text':
      return token.text
    case 'linebreak':
      return '<br>'
    case 'code':
      return `<code ${token.text}>`
    case 'link':
      return token.children ? `<a ${token.url} ${token.children.map(show).join('')}>` : `<a ${token.url}>`
    case 'twistLink':
      return token.children ? `<${token.uri} ${token.children.map(show).join('')}>` : `<${token.uri}>`
    case 'mention':
      return `<@${token.username}>`
    case 'hashtag':
      return `<#${token.tag} ${token.text}>`
    case 'email':
      return `<mailto ${token.address}>`
    case 'part':
      return `<${token.number} of ${token.count}>`
    default:
      return `<${token.kind} ${token.children.map(show).join('')}>`
  }
}

test.each([
  ['', ''],
  ['plain text', 'plain text'],
  ['two\nlines', 'two|<br>|lines'],
  ['<script>alert(1)</script> &amp;', '<script>alert(1)</script> &amp;'],
])('%j', (text, expected) => {
  expect(shown(text)).toBe(expected)
})

describe('code', () => {
  test.each([
    ['a `b *c* @d #e` f', 'a |<code b *c* @d #e>| f'],
    ['`a\\`b`', '<code a`b>'],
    ['`a\\\\`b`', '<code a\\\\>|b`'],
    ['`open', '`open'],
    ['`a\\`', '`a\\`'],
    ['```code```', '<code code>'],
    ['`http://x.org`', '<code http://x.org>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('bare links', () => {
  test.each([
    ['see http://x.org/a_b, ok', 'see |<a http://x.org/a_b>|, ok'],
    ['HTTPS://X.org/', '<a HTTPS://X.org/>'],
    ['(http://x.org/)', '(|<a http://x.org/>|)'],
    ['http://x.org/?q=1&r=#frag', '<a http://x.org/?q=1&r=#frag>'],
    ['http://x.org/日本語。', '<a http://x.org/日本語>|。'],
    ['http://x.org/@bob/#tag', '<a http://x.org/@bob/#tag>'],
    ['xhttp://x.org', 'x|<a http://x.org>'],
    ['<http://x.org>', '<|<a http://x.org>|>'],
    ['http://', 'http://'],
    ['http://...', 'http://...'],
    ['http:// x', 'http:// x'],
    ['http://x.org\u202egnp.exe', '<a http://x.org>|\u202egnp.exe'],
    ['http://user:pw@x.org/', 'http://user:pw@x.org/'],
    ['http://user:pw@http://x.org/', 'http://user:pw@http://x.org/'],
    ['http://[', 'http://['],
    ['ftp://x.org javascript:alert(1) magnet:?xt=urn:btih:0', 'ftp://x.org javascript:alert(1) magnet:?xt=urn:btih:0'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('named links', () => {
  test.each([
    ['[name](http://x.org/)', '<a http://x.org/ name>'],
    ['a [b c](http://x.org/ more words) d', 'a |<a http://x.org/ b c>| d'],
    ['[a]( "http://x.org" )', '<a http://x.org a>'],
    ['[*bold* `code`](http://x.org)', '<a http://x.org <bold bold> <code code>>'],
    ['[@bob #tag](http://x.org)', '<a http://x.org @bob #tag>'],
    ['[see http://y.org ](http://x.org)', '<a http://x.org see http://y.org >'],
    ['[a [b](http://x.org) c](http://y.org)', '<a http://y.org a [b](http://x.org) c>'],
    ['[n](twist:AQAAAAMAAAA=)', '<twist:AQAAAAMAAAA= n>'],
    ['[](http://x.org)', '[](|<a http://x.org>|)'],
    ['[a]()', '[a]()'],
    ['[a](  )', '[a](  )'],
    ['[a](http://x.org', '[a](|<a http://x.org>'],
    ['a](http://x.org)', 'a](|<a http://x.org>|)'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  // isUriSuspicious (twister_formatpost.js:785-804), and all the schemes that we never link.
  test.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    ':x',
    '#unknown',
    '#a:b',
    'java script:x',
    'file:///etc/passwd',
    'magnet:?xt=urn:btih:0',
    'mailto:a@b.c',
    '//x.org',
    '/path',
    'x.org',
    'http:x',
    'http://u:p@x.org/',
    'http://x.org/\u202e',
    '`http://x.org`',
  ])('[name](%s) stays as it was written', (target) => {
    expect(shown(`*a* [*name* @bob](${target}) b`)).toBe(`<bold a>| [*name* @bob](${target}) b`)
  })
})

describe('twist: links', () => {
  test.each([
    ['twist:AQAAAAMAAAA=', '<twist:AQAAAAMAAAA=>'],
    ['TWIST:AQAAAAMAAA/=x', '<twist:AQAAAAMAAA/=>|x'],
    ['twist:AQAAAAMAAA=', 'twist:AQAAAAMAAA='],
    ['twist:AQAA AMAAAA=', 'twist:AQAA AMAAAA='],
    ['twist:AQAAAAMAAAAA', 'twist:AQAAAAMAAAAA'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('e-mail addresses', () => {
  test.each([
    ['mail me@x.org.', 'mail |<mailto me@x.org>|.'],
    ['(me@x.org)', '(|<mailto me@x.org>|)'],
    ['me@ x', 'me@ x'],
    ['me@...', 'me@...'],
    ['a@b@c', 'a@b@c'],
    ['a@b?subject=x', 'a@b?subject=x'],
    ['#tag@bob', '<#tag@bob tag>|<@bob>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('mentions', () => {
  test.each([
    ['@Bob, hi', '<@bob>|, hi'],
    ['.@bob', '.|<@bob>'],
    ['@bob’s', '<@bob>|’s'],
    ['@@bob', '@|<@bob>'],
    ['@ bob @', '@ bob @'],
    ['@seventeen_letters', '@seventeen_letters'],
    ['@bob@carol', '<@bob>|<@carol>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('hashtags', () => {
  test.each([
    ['#Twister!', '<#twister Twister>|!'],
    ['(#DHT)', '(|<#dht DHT>|)'],
    ['##c', '#|<#c c>'],
    ['#a#b', '<#a a>|<#b b>'],
    ['foo#Bar', 'foo|<#bar Bar>'],
    ['# #', '# #'],
    ['#日本語。次', '<#日本語。次 日本語>|。次'],
    ['#née', '<#née née>'],
    ['#-', '#-'],
    ['#100%', '<#100% 100>|%'],
    ['#b*c*', '<#b b*c>|*'],
    // quirk: 一 (one) is among the web client's dashes.
    ['#第一', '<#第一 第>|一'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  test('a tag leads to the word under which its writer filed the post', () => {
    expect(shown('#tag_ #x.y')).toBe('<#tag_ tag>|_ |<#x x>|.y')
    expect(dispatchedTags('#tag_ #x.y').hashtags).toEqual(['tag_', 'x'])
  })

  test('what stands before it does not shift it', () => {
    expect(shown('`c` http://x.org [n](http://y.org) @bob a@b.c #Tag_')).toMatch(/<#tag_ Tag>\|_$/)
  })
})

describe('marks', () => {
  test.each([
    ['*b* ~i~ _u_ -s-', '<bold b>| |<italic i>| |<underline u>| |<strike s>'],
    ['(*b*)', '(|<bold b>|)'],
    ['"*b*", yes', '"|<bold b>|", yes'],
    ['*two words*', '<bold two words>'],
    ['*_both_*', '<bold <underline both>>'],
    ['_*both*_', '<underline <bold both>>'],
    ['*a _b_ ~c~*', '<bold a <underline b> <italic c>>'],
    ['**b**', '<bold *b*>'],
    ['*a*b', '<bold a>|b'],
    ['*a*b*c d', '<bold a*b>|c d'],
    ['*a *b*c', '*a |<bold b>|c'],
    ['a*b*c', 'a*b*c'],
    ['snake_case_word and 3*4*5', 'snake_case_word and 3*4*5'],
    ['a * b * c', 'a * b * c'],
    ['*open', '*open'],
    ['close*', 'close*'],
    ['*a _b* c_', '<bold a _b>| c_'],
    ['well-known - and --', 'well-known - and --'],
    ['*@bob and #tag*', '<bold <@bob> and <#tag tag>>'],
    ['_http://x.org_', '<underline <a http://x.org>>'],
    ['*\na*', '*|<br>|a*'],
    ['*`code`*', '<bold <code code>>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

describe('part counter', () => {
  test.each([
    ['text (1/3)', 'text |<1 of 3>'],
    ['text (12/34)', 'text |<12 of 34>'],
    ['(1/3) text', '(1/3) text'],
    ['(1/345)', '(1/345)'],
    ['(1/3) ', '(1/3) '],
    ['@bob(1/2)', '<@bob>|<1 of 2>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})

test('recorded texts come out whole', () => {
  for (const { json } of recorded) expect(plain(tokenizeText(json.userpost.msg))).toBe(json.userpost.msg)
  expect(shown('hello world from alice #twister #first @bob')).toBe(
    'hello world from alice |<#twister twister>| |<#first first>| |<@bob>',
  )
})

function plain(tokens: readonly TextToken[]): string {
  return tokens
    .map((token) => {
      if (token.kind === 'hashtag') return `#${token.text}`
      if (token.kind === 'mention') return `@${token.username}`
      return 'text' in token ? token.text : 'children' in token ? plain(token.children ?? []) : ''
    })
    .join('')
}

describe('hostile input', () => {
  const pieces = [
    '[',
    '](',
    '[a](',
    '[a]()',
    '[[a](http://a)]',
    '*',
    'a*',
    '*a ',
    '_a*',
    '`',
    '`\\',
    'http://',
    'twist:',
    '@',
    'a@',
    '#',
    '#a',
    '(1/2)',
    '\n',
    '😀',
    '\ud800',
  ]

  test.each(pieces)('twenty thousand characters of %j take no time', (piece) => {
    const text = piece.repeat(20_000 / piece.length)
    const start = performance.now()
    tokenizeText(text)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('no link leads anywhere but http and https, whatever the text', () => {
    const word = fc.constantFrom(
      ...pieces,
      ')',
      ' ',
      'javascript:',
      'data:',
      'http://x.org/',
      '"',
      "'",
      '<',
      '~',
      '-',
      ':',
      '/',
      'b',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        for (const url of urlsOf(tokenizeText(words.join('')))) expect(new URL(url).protocol).toMatch(/^https?:$/)
      }),
      { numRuns: 1000 },
    )
  })

  test('nesting is bounded', () => {
    const text = `${'*~_-'.repeat(1000)}x${'-_~*'.repeat(1000)}`
    expect(depthOf(tokenizeText(`[${text}](http://x.org)${text}`))).toBeLessThan(8)
  })

  test('a text longer than any post is shown as it is', () => {
    const text = '*a* '.repeat(10_000)
    expect(tokenizeText(text)).toEqual([{ kind: 'text', text }])
  })
})

function urlsOf(tokens: readonly TextToken[]): string[] {
  return tokens.flatMap((token) => [
    ...(token.kind === 'link' ? [token.url] : []),
    ...('children' in token ? urlsOf(token.children ?? []) : []),
  ])
}

function depthOf(tokens: readonly TextToken[]): number {
  return 1 + Math.max(0, ...tokens.map((token) => ('children' in token ? depthOf(token.children ?? []) : 0)))
}
