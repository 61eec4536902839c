import { expect, test } from 'vitest'
import { completenessWords } from './profile-tabs.tsx'

const FOLLOWED = { isFollowed: true, reportedAt: 1000 }

test('what is here and what is known of are told apart', () => {
  expect(completenessWords({ knownK: 72, held: 60, ...FOLLOWED }, 2, 1001)).toBe(
    'Post numbers up to 72 are known; 60 posts are here, 2 of them encrypted. 13 numbers not seen: posts that no peer has offered, or numbers that were never used.',
  )
  expect(completenessWords({ knownK: 0, held: 1, ...FOLLOWED }, 0, 1001)).toBe(
    'Post numbers up to 0 are known; 1 post is here.',
  )
})

test('silence and ignorance are said', () => {
  expect(completenessWords({ held: 0, ...FOLLOWED }, 0, 1001)).toBe('No post number of this user is known yet.')
  expect(completenessWords({ knownK: 3, held: 4, isFollowed: false }, 0, 1)).toContain('does not follow')
  expect(completenessWords({ knownK: 3, held: 4, ...FOLLOWED }, 0, 9000)).toContain('2 hours ago')
})
