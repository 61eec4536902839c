import { expect, test } from 'vitest'
import type { ThreadNode } from '../../db/views.ts'
import {
  flatten,
  inThreadOrder,
  MAX_INDENT,
  MAX_OPEN_ROWS,
  openBranches,
  parseThreadOrder,
  speakersOf,
} from './thread-order.ts'

let k = 0

function node(n: string, replies: ThreadNode[] = []): ThreadNode {
  const author = { n }
  const counts = { replies: replies.length, retwists: 0, favourites: 0 }
  const text = { msg: 'words', msg2: '', contentHash: '', rivalCount: 0 }
  const post = { n, k: k++, kind: 'reply', height: 1, time: k, author, counts, ...text } as const
  return { post, replies, size: replies.reduce((sum, reply) => sum + 1 + reply.size, 0) }
}

function chain(length: number): ThreadNode {
  return length === 1 ? node('bob') : node('bob', [chain(length - 1)])
}

test('the oldest stand first unless another order is asked for', () => {
  expect(parseThreadOrder(undefined)).toBe('oldest')
  expect(parseThreadOrder('answered')).toBe('answered')
  expect(parseThreadOrder('best')).toBeUndefined()
})

test('orders: as given, turned round, or by how much was said below', () => {
  const [quiet, loud, late] = [node('a'), node('b', [node('c'), node('d')]), node('e', [node('f')])]
  const replies = [quiet, loud, late]
  expect(inThreadOrder(replies, 'oldest')).toEqual(replies)
  expect(inThreadOrder(replies, 'newest')).toEqual([late, loud, quiet])
  expect(inThreadOrder(replies, 'answered')).toEqual([loud, late, quiet])
})

test('a small thread is open everywhere', () => {
  const inner = node('c', [node('d')])
  const outer = node('b', [inner])
  expect(openBranches([node('a'), outer])).toEqual(new Set([outer, inner]))
})

test('in a large thread what comes late is folded, and every reply to the post itself is still in sight', () => {
  const branches = Array.from({ length: 40 }, () => node('a', [node('b'), node('c')]))
  const open = openBranches(branches)
  expect(open.has(branches[0] ?? node('none'))).toBe(true)
  expect(open.has(branches[39] ?? node('none'))).toBe(false)
  expect(open.size).toBe(Math.floor(MAX_OPEN_ROWS / 3))
})

test('a chain too long to read in place is folded where it gets deep', () => {
  expect(openBranches([chain(500)]).size).toBe(MAX_INDENT - 1)
  expect(openBranches([chain(MAX_INDENT + 5)]).size).toBe(MAX_INDENT)
})

test('a branch as a list has each reply before its own, and names everybody once', () => {
  const tree = node('a', [node('b', [node('a'), node('c')]), node('b')])
  expect(flatten(tree).map(({ post }) => post.n)).toEqual(['b', 'a', 'c', 'b'])
  expect(speakersOf(tree)).toEqual(['b', 'a', 'c'])
})
