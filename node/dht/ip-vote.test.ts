import { expect, it } from 'vitest'
import { IpVote } from './ip-vote.ts'

it('takes the first public address, and another only from a clear majority', () => {
  const vote = new IpVote((ip) => !ip.startsWith('10.'), 0)
  expect(vote.vote('v0', '10.0.0.1', 0)).toBeUndefined()
  expect(vote.vote('v1', '203.0.113.7', 0)).toBe('203.0.113.7')
  expect(vote.vote('v1', '198.51.100.1', 0)).toBeUndefined()
  for (let voter = 2; voter < 60; voter++) vote.vote(`v${voter}`, voter % 2 ? '198.51.100.1' : '203.0.113.7', 1)
  expect(vote.externalIp).toBe('203.0.113.7')
  const changes = Array.from({ length: 60 }, (_, voter) => vote.vote(`w${voter}`, '198.51.100.1', 2))
  expect(changes.filter((change) => change !== undefined)).toEqual(['198.51.100.1'])
  expect(vote.externalIp).toBe('198.51.100.1')
})

it('corrects a first liar as soon as eight others agree, and counts one vote of a /24', () => {
  const vote = new IpVote(() => true, 0)
  expect(vote.vote('192.0.2.1', '203.0.113.66', 0)).toBe('203.0.113.66')
  for (let host = 1; host < 40; host++) vote.vote(`198.51.100.${host}`, '203.0.113.7', 0)
  expect(vote.externalIp).toBe('203.0.113.66')
  const changes = Array.from({ length: 8 }, (_, net) => vote.vote(`198.18.${net}.1`, '203.0.113.7', 0))
  expect(changes.filter((change) => change !== undefined)).toEqual(['203.0.113.7'])
})
