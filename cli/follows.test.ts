import { expect, test } from 'vitest'
import type { FollowView, NodeReportView, UserFetchView } from '../db/views.ts'
import { foundWords, stateWords } from './fetch-user.ts'
import { followsTable } from './follows.ts'

const node: NodeReportView = {
  nodeId: 'n',
  at: 1_000_000,
  refused: {},
  following: { operator: 1, setting: 0, crawl: 1, crawlLimit: 200 },
}

const alice: FollowView = {
  n: 'alice',
  origin: 'operator',
  since: 0,
  isRegistered: true,
  knownK: 1_234,
  held: 1_200,
  seen: 1_230,
  missing: 30,
  invalid: 0,
  rivals: 0,
  peers: 4,
  lastAttempt: 999_995,
  lastError: 'request-timeout',
  lastErrorAt: 999_400,
  reportedAt: 1_000_000,
}

test('the table has a line a user, numbers to the right, and says why there is nothing of whom', () => {
  const bob = { n: 'bob', origin: 'crawl', isRegistered: false, held: 0, seen: 0, missing: 0, peers: 0 } as const
  const more = { since: 86_400, invalid: 0, rivals: 0, reportedAt: 1_000_000 }
  expect(followsTable([alice, { ...bob, ...more }], node)).toEqual([
    'name   why       since       known   held   seen  missing  peers  last try  last error',
    'alice  operator  1970-01-01  1,234  1,200  1,230       30      4  5 s ago   request-timeout, 10 min ago',
    'bob    crawl     1970-01-02      -      0      0        0      0  -         not registered (yet)',
    '2 users: 1 told by the operator, 0 by the setting, 1 of at most 200 crawled',
  ])
  expect(followsTable([], undefined)).toEqual(['nobody is followed'])
})

test('a fetch is told in one line', () => {
  const fetch: UserFetchView = { state: 'done', since: 1, profile: true, avatar: false, following: 0, posts: 12 }
  expect(foundWords(fetch)).toBe('profile yes, avatar no, 12 posts')
  expect(foundWords({ ...fetch, following: 3, posts: 1, knownK: 14 })).toBe(
    'profile yes, avatar no, follows 3, 1 post of numbers up to 14',
  )
  expect(stateWords({ ...fetch, state: 'running' })).toBe('asking the network; so far profile yes, avatar no, 12 posts')
  expect(stateWords({ ...fetch, state: 'refused', code: 'is-followed' })).toBe('is followed already')
  expect(stateWords({ ...fetch, state: 'refused', code: 'new-code' })).toBe('refused (new-code)')
})
