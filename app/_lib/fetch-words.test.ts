import { expect, test } from 'vitest'
import type { UserFetchView } from '../../db/views.ts'
import { fetchWords, isFetchDue } from './fetch-words.ts'

const done: UserFetchView = { state: 'done', since: 1_000, profile: true, avatar: false, following: 0, posts: 1 }

test('the reader is told what was asked and what came of it', () => {
  expect(fetchWords(undefined, true, 1_000)).toMatch(/^We have asked the network for this user; look again/)
  expect(fetchWords(undefined, false, 1_000)).toMatch(/^So many users are being asked for/)
  expect(fetchWords(done, true, 1_060)).toBe(
    'The network was asked for this user 60 seconds ago. Found: a profile and 1 post.',
  )
  const all = { ...done, avatar: true, following: 3, posts: 12 }
  expect(fetchWords(all, true, 1_060)).toContain('a profile, a picture, a list of 3 followed users and 12 posts')
  const nothing = { ...done, profile: false, posts: 0 }
  expect(fetchWords(nothing, true, 1_060)).toContain('Found: nothing.')
  expect(fetchWords({ ...nothing, state: 'running' }, true, 1_010)).toContain('Found so far: nothing.')
  expect(fetchWords({ ...nothing, state: 'refused', code: 'dht-is-paused' }, true, 1_010)).toContain('not in step')
})

test('it is asked again when the last time is long ago, was refused, or there was none', () => {
  expect(isFetchDue(undefined, 1_000)).toBe(true)
  expect(isFetchDue(done, 1_060)).toBe(false)
  expect(isFetchDue({ ...done, state: 'refused' }, 1_060)).toBe(true)
  for (const state of ['done', 'running', 'waiting'] as const) {
    expect(isFetchDue({ ...done, state }, 1_060)).toBe(false)
    expect(isFetchDue({ ...done, state }, 1_601)).toBe(true)
    expect(fetchWords({ ...done, state }, true, 1_601)).toMatch(/^We have asked/)
  }
})
