import { expect, it } from 'vitest'
import { encodeBencode } from './bencode.ts'
import { postsInside } from './posts-inside.ts'

const sig = new Uint8Array(65)

it('finds posts inside of posts however deep, in both places, and what of them can be read', () => {
  const deepest = { n: 'carol', k: 3, msg: 'deep', msg2: 'est' }
  const middle = { n: 'bob', k: 2, msg: new Uint8Array([0xff, 0x61]), fav: deepest, sig_fav: sig }
  const userpost = { n: 'alice', k: 1, msg: 'own', rt: middle, sig_rt: sig, fav: { n: 'dave' } }
  expect(postsInside(encodeBencode({ sig_userpost: sig, userpost }))).toEqual([
    { username: 'bob', k: 2, text: '\ufffda' },
    { username: 'dave', k: -1, text: '' },
    { username: 'carol', k: 3, text: 'deepest' },
  ])
  expect(postsInside(encodeBencode({ userpost: { n: 'alice' } }))).toEqual([])
  expect(postsInside(new Uint8Array([1, 2]))).toEqual([])
})
