import { expect, test } from 'vitest'
import { givenNames } from './given-names.ts'
import { outcome } from './tell-node.ts'

test('names are taken as people write them, and what is none is told apart', () => {
  expect(givenNames(['@alice', 'bob,carol,', 'bob', 'Dave', 'x'.repeat(17), ' ', 'a b'])).toEqual({
    usernames: ['alice', 'bob', 'carol'],
    wrong: ['Dave', 'x'.repeat(17), 'a b'],
  })
})

test('each name is told what came of it', () => {
  const before = new Map([['alice', true]])
  const after = new Map([
    ['alice', true],
    ['bob', true],
    ['nobody', false],
  ])
  expect(outcome('follow', ['alice', 'bob', 'nobody', 'late'], before, after)).toEqual([
    'alice: already followed',
    'bob: now followed',
    'nobody: now followed; not registered (yet): begins when the chain holds the name',
    'late: not followed yet',
  ])
  expect(outcome('unfollow', ['alice', 'bob'], before, new Map())).toEqual([
    'alice: no longer followed; its posts stay in the index',
    'bob: was not followed',
  ])
  expect(outcome('unfollow', ['alice'], before, before)).toEqual(['alice: still followed'])
})

test('of very many names only the numbers are told', () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `u${i}`)
  const after = new Map(names.slice(0, 990).map((name) => [name, true]))
  expect(outcome('follow', names, new Map(), after)).toEqual(['990 names: now followed', '10 names: not followed yet'])
})
