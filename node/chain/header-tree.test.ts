import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Hash256, hash256, sha256d } from '../protocol/hash.ts'
import { HeaderPath } from './header-path.ts'
import { HeaderTree } from './header-tree.ts'

const EASY = 0x207fffff
const HARD = 0x1f03ffff

function hashOf(index: number): Hash256 {
  return sha256d(Uint8Array.of(index & 0xff, index >> 8))
}

/** A tree in which header i + 1 has the parent parents[i] (taken below its own number). */
function treeOf(parents: readonly number[]): HeaderTree {
  const tree = new HeaderTree()
  tree.add(hashOf(0), undefined, EASY)
  for (const [position, parent] of parents.entries()) tree.add(hashOf(position + 1), parent % (position + 1), EASY)
  return tree
}

const anyParents = fc.array(fc.nat(500), { minLength: 1, maxLength: 60 })

test('hashes are found again in trees that outgrow their first arrays', () => {
  const tree = treeOf(Array.from({ length: 9000 }, (_, position) => position))
  for (const index of [0, 1, 4095, 4096, 8191, 9000]) {
    expect(tree.indexOf(hashOf(index))).toBe(index)
    expect(tree.hash(index)).toEqual(hashOf(index))
    expect(tree.height(index)).toBe(index)
    expect(tree.work(index)).toBe(2n * BigInt(index + 1))
  }
  expect(tree.indexOf(hash256(new Uint8Array(32)) ?? hashOf(0))).toBeUndefined()
})

test('the best header has the most work, and of equals it is the first', () => {
  const tree = treeOf([0, 0, 1, 2])
  expect(tree.findBest()).toBe(3)
  tree.add(hashOf(5), 2, HARD)
  expect(tree.findBest()).toBe(5)
})

test('a failed header takes its descendants with it, later ones too', () => {
  const tree = treeOf([0, 1, 1, 0, 3])
  tree.setFailed([1])
  expect([0, 1, 2, 3, 4, 5].map((index) => tree.isFailed(index))).toEqual([false, true, true, true, false, true])
  tree.add(hashOf(6), 5, EASY)
  expect(tree.isFailed(6)).toBe(true)
  expect(tree.findBest()).toBe(4)
})

test('a path answers like walking from parent to parent, wherever its tip moved before', () => {
  fc.assert(
    fc.property(
      anyParents,
      fc.array(fc.nat(500), { maxLength: 8 }),
      fc.nat(500),
      fc.nat(60),
      (parents, tips, from, height) => {
        const tree = treeOf(parents)
        const path = new HeaderPath(tree)
        for (const tip of tips) path.setTip(tip % tree.size)
        const ancestors = (index: number): number[] => {
          const parent = tree.parent(index)
          return parent === undefined ? [index] : [...ancestors(parent), index]
        }
        const own = ancestors(path.tip)
        expect(Array.from({ length: path.height + 1 }, (_, at) => path.at(at))).toEqual(own)
        expect(path.at(path.height + 1)).toBeUndefined()
        const start = from % tree.size
        expect(path.ancestor(start, height)).toBe(ancestors(start)[height])
        expect(path.fork(start)).toBe(ancestors(start).findLast((index) => own.includes(index)))
      },
    ),
  )
})
