import { expect, test } from 'vitest'
import { parseSearchQuery } from '../../db/queries/search-query.ts'
import { fieldsOf, partsOf, queryOfFields, SEARCH_FIELDS } from './search-fields.ts'

test('a filled form is one query in words and operators', () => {
  const form = new URLSearchParams('q=key&from=%40alice&tag=wind&since=2026-01-01&link=1&lang=')
  expect(queryOfFields(form)).toBe('key from:alice #wind since:2026-01-01 has:link')
  expect(queryOfFields(new URLSearchParams('q=key&from=&lang='))).toBe('key')
  expect(queryOfFields(new URLSearchParams('q=key'))).toBeUndefined()
})

test('a field that was changed takes the place of its operator, and the others keep theirs', () => {
  const old = 'key from:alice has:link since:2026-01'
  const sent = (change: Record<string, string>) =>
    queryOfFields(new URLSearchParams({ q: old, old, from: 'alice', since: '2026-01-01', link: '1', ...change }))
  expect(sent({})).toBe(old)
  expect(sent({ from: 'bob' })).toBe('key has:link since:2026-01 from:bob')
  expect(sent({ from: '' })).toBe('key has:link since:2026-01')
  expect(sent({ since: '2026-02-03' })).toBe('key from:alice has:link since:2026-02-03')
  // A box that is not ticked is not sent.
  expect(queryOfFields(new URLSearchParams({ q: old, old, from: 'alice', since: '2026-01-01' }))).toBe(
    'key from:alice since:2026-01',
  )
})

test('what was written into the words stays, though its field is empty', () => {
  expect(queryOfFields(new URLSearchParams('q=wind+from:bob&old=wind&from=&since='))).toBe('wind from:bob')
})

test('the form shows the operators of a query', () => {
  expect(fieldsOf('key from:@Alice @bob #Wind since:2026-01 until:2026-06-30 lang:ar has:links has:rt')).toEqual({
    from: 'alice',
    mention: 'bob',
    tag: 'wind',
    since: '2026-01-01',
    until: '2026-06-30',
    lang: 'ar',
    link: '1',
    rt: '1',
  })
  expect(fieldsOf('-from:alice -since:2026 "from:alice said" re:invent')).toEqual({})
})

test('the parts of a query are all of it', () => {
  expect(partsOf('two "three four" -"five six" from:a "open end')).toEqual([
    'two',
    '"three four"',
    '-"five six"',
    'from:a',
    '"open end',
  ])
  expect(partsOf('  ')).toEqual([])
})

test('the search understands every operator that the form writes', () => {
  const values = { since: '2026-01-01', until: '2026-02', lang: 'de' }
  for (const [name, operator] of Object.entries(SEARCH_FIELDS)) {
    const value = Reflect.get(values, name) ?? 'alice'
    const { terms, since, before, ignored } = parseSearchQuery(operator(value))
    expect(ignored, name).toEqual([])
    expect(terms.length + (since === undefined ? 0 : 1) + (before === undefined ? 0 : 1), name).toBe(1)
    expect(terms[0]?.kind, name).not.toBe('text')
  }
})
