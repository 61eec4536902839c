import type { OutboxItem } from '../node/outbox/item.ts'
import { parseSignedUserpost, type SignedUserpost, signUserpost } from '../node/protocol/userpost.ts'
import { blockItem, genesisBlock, keyOf, mine, mineMany, postItem, profileItem, register } from './tiny-chain.ts'

const USERS = 8
/** Of each user so many numbers have two posts. */
const RIVALS = 20
const time = 1_400_000_000

/**
 * A chain that reorganises in the middle, and thousands of posts around it: the authors' posts are mixed, some retwist
 * and favourite each other's, and some have rivals that come far from them.
 */
export function mixedStory({ postsOfEach, blocks }: { postsOfEach: number; blocks: number }): OutboxItem[] {
  const names = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const trunk = mine(
    genesisBlock(),
    names.slice(0, -1).map((name) => register(name, keyOf(name))),
  )
  const last = `user${USERS - 1}`
  const losing = mineMany(trunk, 3, 1, [register(last, keyOf('loser'))])
  const winning = mineMany(trunk, blocks, 2, [register(last, keyOf(last))])
  const posts = Array.from({ length: postsOfEach }, (_, k) => names.map((_name, i) => postOf(names, i, k))).flat()
  const rivals = names.flatMap((n) =>
    Array.from({ length: RIVALS }, (_, i) => {
      const k = 7 + Math.floor((i * postsOfEach) / (RIVALS + 1))
      return postItem({ n, k, height: 2, time: time + k, msg: `another ${k} by ${n}` }, keyOf(n))
    }),
  )
  const profiles = names.map((name) => profileItem(name, `I am ${name}`, 1, keyOf(name), 2))
  const chain = [trunk, ...losing, ...winning].map(blockItem)
  const middle = posts.length / 2
  const early = 4 + Math.floor(blocks * 0.4)
  return [
    ...[...chain.slice(0, 4), ...posts.slice(0, middle), ...chain.slice(4, early)],
    ...[...rivals, ...chain.slice(early), ...profiles, ...posts.slice(middle)],
  ]
}

/** Every fifth retwists, every seventh favourites, what its neighbour writes at the same time. */
function postOf(names: readonly string[], i: number, k: number): OutboxItem {
  const n = names[i] ?? ''
  const base = { n, k, height: 2, time: time + k }
  const other = names[(i + 1) % names.length] ?? ''
  if (k % 5 === 3) return postItem({ ...base, msg: `see ${k}`, rt: originalOf(other, k - 1) }, keyOf(n))
  if (k % 7 === 6) return postItem({ ...base, msg: '', msg2: '', fav: originalOf(other, k + 20) }, keyOf(n))
  return postItem({ ...base, msg: `${k} #tag${k % 7}` }, keyOf(n))
}

function originalOf(n: string, k: number): Pick<SignedUserpost, 'raw' | 'signature'> {
  const msg = `${k} #tag${k % 7}`
  const post = parseSignedUserpost(signUserpost({ n, k, height: 2, time: time + k, msg }, keyOf(n)))
  if (post === undefined) throw new Error('not a post')
  return post
}
