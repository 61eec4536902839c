import { expect, test } from 'vitest'
import { openReader } from '../../db/queries/reader.ts'
import { readDocument } from '../../test/api-document.ts'
import { createApi } from './api.ts'

// Nothing is asked of a database: the reader connects with the first query.
const reader = openReader('postgres://127.0.0.1:1/none')
const document = await readDocument(createApi({ reader, clock: { now: () => 0 }, onFailure: () => undefined }))

test('the example of every call is an answer as the document says', () => {
  for (const call of document.calls) {
    const example = call.responses['200']?.content?.['application/json']?.example
    expect([call.path, document.faultsOf(call, 200, 'application/json', example)]).toEqual([call.path, []])
  }
})

test('an answer with one field more, one less, or one of another kind is not as the document says', () => {
  const call = document.calls.find(({ path }) => path === '/api/v1/posts/{n}/{k}')
  const answer = call?.responses['200']?.content?.['application/json']?.example
  if (call === undefined || typeof answer !== 'object' || answer === null) throw new Error('no such call')
  const faults = (body: unknown) => document.faultsOf(call, 200, 'application/json', body).join()
  expect(faults(answer)).toBe('')
  expect(faults({ ...answer, more: 1 })).toContain('unevaluated')
  expect(faults({ ...answer, counts: { replies: 0, retwists: 0, favourites: 0, likes: 1 } })).toContain('likes')
  expect(faults({ ...answer, k: undefined })).toContain("required property 'k'")
  expect(faults({ ...answer, time: '1' })).toContain('must be integer')
  expect(faults({ ...answer, timeIso: 'yesterday' })).toContain('date-time')
  expect(document.faultsOf(call, 200, 'text/html', answer)).toEqual(['text/html is not declared for status 200'])
  const { default: _any, ...responses } = call.responses
  expect(document.faultsOf({ ...call, responses }, 418, 'application/json', {})).toEqual(['status 418 is not declared'])
})

test('every call says what it is, every field what it means, and every time has its ISO 8601 form beside it', () => {
  const ids = document.calls.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const poor = document.calls.flatMap((call) => [
    ...(call.operationId && call.summary && call.tags?.length ? [] : [call.path]),
    ...call.parameters.filter(({ schema }) => !schema['description']).map(({ name }) => `${call.path} ${name}`),
  ])
  expect(poor).toEqual([])
  expect(unsaid('', document.json)).toEqual([])
})

/** Beside a reference it stands in a part of an allOf. */
function descriptionOf(field: Record<string, unknown>): string {
  const parts = Array.isArray(field['allOf']) ? (field['allOf'] as Record<string, unknown>[]) : []
  return [field, ...parts].map(({ description }) => (typeof description === 'string' ? description : '')).join('')
}

/** Fields without a description, and times without their ISO 8601 form, in any schema of the document. */
function unsaid(where: string, part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  const faults: string[] = []
  const fields = 'properties' in part ? (part.properties as Record<string, Record<string, unknown>>) : {}
  for (const [name, field] of Object.entries(fields)) {
    const said = descriptionOf(field)
    if (said === '' && field['$ref'] === undefined) faults.push(`${where}.${name}`)
    const isTime = /unix seconds/i.test(said) || /^(at|since|time|.*Time|.*At)$/.test(name)
    if (isTime && fields[`${name}Iso`] === undefined) faults.push(`${where}.${name}Iso`)
  }
  for (const [key, value] of Object.entries(part)) {
    if (key !== 'example') faults.push(...unsaid(`${where}/${key}`, value))
  }
  return faults
}
