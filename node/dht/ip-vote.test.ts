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
