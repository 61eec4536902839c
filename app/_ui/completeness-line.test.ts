import { expect, test } from 'vitest'
import type { CompletenessView, UserView } from '../../db/views.ts'
import { inRendering } from '../_words/rendering.ts'
import { completenessWords } from './completeness-line.tsx'

const FOLLOWED = { isFollowed: true, reportedAt: 1000 }

function userWith(completeness: CompletenessView): UserView {
  const none = { posts: 0, replies: 0, retwists: 0, favourites: 0, custom: 0, privateFavourites: 0, directMessages: 0 }
  const counts = { ...none, following: 0, followers: 0 }
  return { n: 'alice', registeredHeight: 1, registeredTime: 1, keys: [], counts, completeness }
}

function said(completeness: CompletenessView, now = 1001): string {
  return completenessWords(userWith(completeness), now).replace(/[\u2068\u2069]/g, '')
}

test('numbers begin with 0: of the number 72 seventy-three posts are known', () => {
  expect(said({ knownK: 72, held: 60, ...FOLLOWED })).toBe(
    '60 of 73 known posts are here. 13 have not been seen in the swarm.',
  )
  expect(said({ knownK: 1, held: 1, ...FOLLOWED })).toContain('1 has not been seen')
})

test('what is complete says so, in the words of one and of many', () => {
  expect(said({ knownK: 0, held: 1, ...FOLLOWED })).toBe('The one known post is here.')
  expect(said({ knownK: 1199, held: 1200, ...FOLLOWED })).toBe('All 1\u202f200 known posts are here.')
})

test('silence and ignorance are said', () => {
  expect(said({ held: 0, ...FOLLOWED })).toBe('No post number of @alice is known yet.')
  expect(said({ knownK: 3, held: 4, isFollowed: false }, 1)).toContain('is not followed by this site')
  expect(said({ knownK: 3, held: 4, ...FOLLOWED }, 9000)).toContain('2 hours ago')
})

test('in another language too', () => {
  const rendering = { language: 'de', origin: 'http://x.example', address: '/' } as const
  const words = inRendering(rendering, () => said({ knownK: 3, held: 4, ...FOLLOWED }, 9000))
  expect(words).toContain('vor 2 Stunden')
})
