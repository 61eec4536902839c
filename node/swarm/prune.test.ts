import { expect, it } from 'vitest'
import { namesOf, openTestStore, username } from '../store/test-authors.ts'
import { MIN_HISTORY_SLACK } from './limits.ts'
import { NumberWindow } from './number-window.ts'
import { prune } from './prune.ts'

it('of a user who goes on writing the oldest posts go, and not before there are some more than wanted', async () => {
  const alice = username('alice')
  const { posts, write, close } = await openTestStore()
  const numbers = new NumberWindow(alice, namesOf('alice'), 10)
  const provenance = { source: 'swarm', firstSeen: 1, tipHeight: 1 } as const
  const add = (k: number) => {
    posts.putPost(alice, k, Uint8Array.of(k), provenance)
    numbers.held.add(k)
  }
  for (let k = 0; k < 10 + MIN_HISTORY_SLACK; k++) add(2 * k)
  prune(numbers, { posts, write, maxHistory: 10 })
  expect(numbers.held.size).toBe(10 + MIN_HISTORY_SLACK)
  add(200)
  prune(numbers, { posts, write, maxHistory: 10 })
  expect([...numbers.held.descending()]).toEqual([200, 118, 116, 114, 112, 110, 108, 106, 104, 102])
  expect(posts.heldNumbers(alice)).toEqual([...numbers.held.descending()].reverse())
  await close()
})
