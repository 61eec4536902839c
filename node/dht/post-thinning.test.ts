import { expect, it } from 'vitest'
import { username } from '../store/test-authors.ts'
import { PostThinning } from './post-thinning.ts'

const alice = username('alice')

function post(k: number) {
  return { sigUser: alice, resource: { n: 'alice', r: `post${k}`, t: 's' } as const }
}

it('old posts of who writes much are put again now and then only', () => {
  let random = 0.4
  const thinning = new PostThinning(() => random)
  for (let k = 0; k <= 150; k += 2) thinning.add(post(k))
  // 76 posts are known, the last of them the 150th: 25 / 51.
  expect(thinning.isDue(post(40))).toBe(true)
  random = 0.5
  expect(thinning.isDue(post(40))).toBe(false)
  expect(thinning.isDue(post(60))).toBe(true)
  expect(thinning.isDue({ sigUser: alice, resource: { n: 'alice', r: 'profile', t: 's' } })).toBe(true)
  expect(thinning.isDue({ ...post(1), sigUser: username('bob') })).toBe(true)
})
