import { expect, it } from 'vitest'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { username } from '../store/test-authors.ts'
import { Tokens } from './tokens.ts'

const target = swarmInfohash(username('alice'))

it('a token is good for its address and target, for five to ten minutes', () => {
  let now = 0
  const tokens = new Tokens(() => now)
  const token = tokens.issue('203.0.113.7', target)
  expect(tokens.isValid(token, '203.0.113.7', target)).toBe(true)
  expect(tokens.isValid(token, '203.0.113.8', target)).toBe(false)
  expect(tokens.isValid(token, '203.0.113.7', swarmInfohash(username('bob')))).toBe(false)
  now = 301_000
  expect(tokens.isValid(token, '203.0.113.7', target)).toBe(true)
  now = 602_000
  expect(tokens.isValid(token, '203.0.113.7', target)).toBe(false)
})

it('no token outlives a long silence', () => {
  let now = 0
  const tokens = new Tokens(() => now)
  const token = tokens.issue('203.0.113.7', target)
  now = 700_000
  expect(tokens.isValid(token, '203.0.113.7', target)).toBe(false)
})
