import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_QUERY_CHARACTERS, parseSearchQuery } from './search-query.ts'

const terms = (text: string) => parseSearchQuery(text).terms
const codes = (text: string) => parseSearchQuery(text).ignored.map(({ code }) => code)
const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 1000

test('words, phrases, and minus before any of them', () => {
  expect(terms('wind -rain "new version" -"old one" well-known')).toEqual([
    { isNot: false, kind: 'text', text: 'wind' },
    { isNot: true, kind: 'text', text: 'rain' },
    { isNot: false, kind: 'text', text: 'new version' },
    { isNot: true, kind: 'text', text: 'old one' },
    { isNot: false, kind: 'text', text: 'well-known' },
  ])
})

test.each([
  ['from:alice', { kind: 'from', username: 'alice' }],
  ['from:@Alice', { kind: 'from', username: 'alice' }],
  ['FROM:"alice"', { kind: 'from', username: 'alice' }],
  ['by：alice', { kind: 'from', username: 'alice' }],
  ['to:bob', { kind: 'to', username: 'bob' }],
  ['@bob,', { kind: 'mention', username: 'bob' }],
  ['mention:bob', { kind: 'mention', username: 'bob' }],
  ['#Wind!', { kind: 'tag', tag: 'wind' }],
  ['＃風', { kind: 'tag', tag: '風' }],
  ['tag:#wind', { kind: 'tag', tag: 'wind' }],
  ['lang:de-AT', { kind: 'lang', lang: 'de' }],
  ['lang:eng', { kind: 'lang', lang: 'en' }],
  ['has:link', { kind: 'link' }],
  ['filter:links', { kind: 'link' }],
  ['is:reply', { kind: 'reply' }],
  ['has:replies', { kind: 'reply' }],
  ['has:rt', { kind: 'retwist' }],
  ['-is:retwist', { kind: 'retwist', isNot: true }],
  ['-@bob', { kind: 'mention', username: 'bob', isNot: true }],
  ['re:invent', { kind: 'text', text: 're:invent' }],
  ['http://a.example/b', { kind: 'text', text: 'http://a.example/b' }],
  ['“two words”', { kind: 'text', text: 'two words' }],
  ['"never closed', { kind: 'text', text: 'never closed' }],
])('%s', (text, expected) => {
  expect(terms(text)).toEqual([{ isNot: false, ...expected }])
  expect(codes(text)).toEqual([])
})

test('a tag of two is two tags, as the network files it', () => {
  expect(terms('#a#b').map((term) => term.kind === 'tag' && term.tag)).toEqual(['a', 'b'])
})

test('since and until hold the days they name, after and before leave them out; minus turns them round', () => {
  const bounds = (text: string) => {
    const { since, before } = parseSearchQuery(text)
    return [since, before]
  }
  expect(bounds('since:2026-11-22')).toEqual([day('2026-11-22'), undefined])
  expect(bounds('until:2026-02')).toEqual([undefined, day('2026-03-01')])
  expect(bounds('after:2024')).toEqual([day('2025-01-01'), undefined])
  expect(bounds('before:2026/1/2')).toEqual([undefined, day('2026-01-02')])
  expect(bounds('-since:2026')).toEqual([undefined, day('2026-01-01')])
  expect(bounds('-until:2026-01-31')).toEqual([day('2026-02-01'), undefined])
  expect(bounds('since:2024 since:2025 until:2027 until:2026')).toEqual([day('2025-01-01'), day('2027-01-01')])
})

test.each([
  ['from:Böb', 'no-name'],
  ['to:a_name_that_is_too_long', 'no-name'],
  ['since:2026-02-30', 'no-date'],
  ['until:yesterday', 'no-date'],
  ['since:0050-01-01', 'no-date'],
  ['lang:german', 'no-language'],
  ['has:foo', 'no-such-value'],
  ['is:__proto__', 'no-such-value'],
  ['!?!?', 'no-word'],
  ['tag:#', 'no-word'],
  ['OR', 'or'],
])('%s is ignored: %s', (text, code) => {
  expect(parseSearchQuery(`a ${text} b`)).toEqual({
    terms: ['a', 'b'].map((word) => ({ isNot: false, kind: 'text', text: word })),
    ignored: [{ text, code }],
  })
})

test('a query has bounds, and says so', () => {
  const long = 'x'.repeat(10_000)
  expect(codes(long)).toEqual(['too-long'])
  expect(codes('a '.repeat(30))).toEqual(Array(10).fill('too-many'))
  expect(terms('a '.repeat(30))).toHaveLength(20)
})

test('any text is a query', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '-',
      '"',
      'from:',
      '@',
      '#',
      'since:',
      'until:2020',
      'has:',
      'lang:',
      ' ',
      '\0',
      '\ud800',
      '\udc00',
      "'",
      '\\',
      '&',
      '|',
      '!',
      '(',
      ')',
      ':*',
      '<->',
      '%',
      '_',
      '\u202e',
      '👨‍👩‍👧',
      '＃',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const query = parseSearchQuery(pieces.join(''))
      expect(query.terms.length).toBeLessThanOrEqual(20)
      expect(query.ignored.length).toBeLessThanOrEqual(10)
      const text = JSON.stringify(query)
      expect(text).not.toContain('\\u0000')
      expect(text).not.toMatch(/\\ud[89a-f]/)
      expect(text.length).toBeLessThan(MAX_QUERY_CHARACTERS * 12)
    }),
    { numRuns: 1000 },
  )
})
