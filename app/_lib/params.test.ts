import { expect, test } from 'vitest'
import { parseBlockId, parsePostNumber, parseTag, tagParam, usernameParam, usersParam } from './params.ts'

test('names, numbers, tags and blocks are parsed or refused', () => {
  expect(usernameParam({ username: 'alice' })).toBe('alice')
  expect(usernameParam({ username: 'Alice' })).toBeUndefined()
  expect(usernameParam({})).toBeUndefined()
  expect(parsePostNumber('0')).toBe(0)
  for (const text of ['', '-1', '01', '1.5', '1e3', ' 1', '9999999999']) expect(parsePostNumber(text)).toBeUndefined()
  expect(parseTag('#Twister')).toBe('twister')
  expect(parseTag('')).toBeUndefined()
  expect(parseTag('a\0b')).toBeUndefined()
  expect(tagParam({ tag: '%E9%A2%A8' })).toBe('風')
  expect(tagParam({ tag: '%ff' })).toBeUndefined()
  expect(parseBlockId('7')).toEqual({ kind: 'height', height: 7 })
  expect(parseBlockId('ab'.repeat(32))).toEqual({ kind: 'hash', hash: 'ab'.repeat(32) })
  expect(parseBlockId('AB'.repeat(32))).toBeUndefined()
})

test('a group of users is a bounded list of names, each once', () => {
  expect(usersParam({})).toEqual([])
  expect(usersParam({ users: 'alice,@Bob,alice' })).toEqual(['alice', 'bob'])
  expect(usersParam({ users: ' alice, bob carol, ' })).toEqual(['alice', 'bob', 'carol'])
  expect(usersParam({ users: ' ' })).toEqual([])
  expect(usersParam({ users: 'alice,b-b' })).toBeUndefined()
  expect(usersParam({ users: Array.from({ length: 51 }, (_, at) => `u${at}`).join(',') })).toBeUndefined()
})
