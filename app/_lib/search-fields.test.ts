import { expect, test } from 'vitest'
import { parseSearchQuery } from '../../db/queries/search-query.ts'
import { queryOfFields, SEARCH_FIELDS } from './search-fields.ts'

test('a filled form is one query in words and operators', () => {
  const form = new URLSearchParams('q=key&from=%40alice&tag=wind&since=2026-01-01&link=on&lang=')
  expect(queryOfFields(form)).toBe('key from:alice #wind since:2026-01-01 has:link')
  expect(queryOfFields(new URLSearchParams('q=key+from:alice&from=alice'))).toBe('key from:alice')
  expect(queryOfFields(new URLSearchParams('q=key&from=&lang='))).toBeUndefined()
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
