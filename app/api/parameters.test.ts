import { expect, test } from 'vitest'
import { atSchema, postIdsSchema, strictQuery, twistParams, usernamesSchema, wholeNumberOr } from './parameters.ts'

function refusal(schema: { safeParse: (value: unknown) => { success: boolean; error?: Error } }, value: unknown) {
  const parsed = schema.safeParse(value)
  return parsed.success ? undefined : `${parsed.error?.message}`
}

test('ids are names with numbers, each once, and no more than fifty', () => {
  expect(postIdsSchema.parse('alice/0,bob/12,alice/0')).toEqual([
    { n: 'alice', k: 0 },
    { n: 'bob', k: 12 },
  ])
  const ids = Array.from({ length: 51 }, (_, k) => `alice/${k}`)
  expect(postIdsSchema.parse(ids.slice(1).join())).toHaveLength(50)
  for (const text of [
    ids.join(),
    '',
    'alice',
    'alice/',
    '/1',
    'Alice/1',
    'alice/-1',
    'alice/01',
    'alice/1,',
    'a/1/2',
  ]) {
    expect(refusal(postIdsSchema, text), text).toContain('name/number')
  }
})

test('names may be written as people write them', () => {
  expect(usernamesSchema.parse('alice, @Bob,alice')).toEqual(['alice', 'bob'])
  for (const text of ['', 'a b', 'alice,', Array.from({ length: 51 }, (_, i) => `u${i}`).join()]) {
    expect(refusal(usernamesSchema, text), text).toContain('twister names')
  }
})

test('a moment is told in unix seconds or in ISO 8601', () => {
  expect(atSchema.parse('1795358424')).toBe(1_795_358_424)
  expect(atSchema.parse('2026-11-22T14:40:24Z')).toBe(1_795_358_424)
  expect(atSchema.parse('2026-11-22')).toBe(1_795_305_600)
  expect(atSchema.parse(undefined)).toBeUndefined()
  for (const text of [
    '',
    '-1',
    '1.5',
    '2026-13-01',
    '2026-02-30',
    '2026-11-22T25:00:00Z',
    '0000-01-01',
    '999999999999',
    'now',
  ]) {
    expect(refusal(atSchema, text), text).toContain('unix seconds')
  }
})

test('a short link is the twelve characters that follow twist:', () => {
  expect(twistParams.parse({ code: 'BwAAAAUAAAA=' })).toEqual({ code: { uid: 7, k: 5 } })
  expect(refusal(twistParams, { code: 'BwAAAAUAAAA' })).toContain('twelve characters')
})

test('a number is written in digits, and says between which it must be', () => {
  const schema = wholeNumberOr(20, 1, 100, 'How many')
  expect([schema.parse('1'), schema.parse('100'), schema.parse(undefined)]).toEqual([1, 100, 20])
  for (const text of ['', '0', '101', '1.5', '1e1', '0x10', ' 5', '-1', 'NaN', '9'.repeat(400)]) {
    expect(refusal(schema, text), text).toContain('not a whole number from 1 to 100')
  }
})

test('a parameter is given once, and not left out where a call needs it', () => {
  expect(refusal(strictQuery({ ids: postIdsSchema }), { ids: ['alice/0', 'bob/1'] })).toContain('given more than once')
  expect(refusal(strictQuery({ ids: postIdsSchema }), {})).toContain('this call needs it')
})

test('a parameter that a call does not know is refused with those it knows', () => {
  expect(refusal(strictQuery({ at: atSchema }), { on: '1' })).toContain('unknown parameter; known are: at')
  expect(refusal(strictQuery({}), { on: '1' })).toContain('this call takes none')
})
