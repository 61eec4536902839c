import { expect, test } from 'vitest'
import { parseHeader } from '../protocol/block.ts'
import { type Hash256, hash256 } from '../protocol/hash.ts'
import { networkParams } from '../protocol/params.ts'
import { isWorthless } from './accept-header.ts'
import { HeaderPath } from './header-path.ts'
import { HeaderTree } from './header-tree.ts'
import { MAX_NEAR_SIDE_HEADERS, MAX_SIDE_HEADERS, NEAR_TIP_BLOCKS } from './limits.ts'

const { genesisHeader } = networkParams('regtest', { checkpoints: false })
const header = parseHeader(genesisHeader)

/** A tree whose headers all have genesis' difficulty, with a best branch of some length. */
function treeOf(bestHeight: number) {
  if (header === undefined) throw new Error('no genesis')
  const tree = new HeaderTree()
  const best = new HeaderPath(tree)
  let salt = 0
  const nextHash = (): Hash256 => {
    const bytes = new Uint8Array(32)
    new DataView(bytes.buffer).setUint32(0, Math.imul(++salt, 0x9e3779b1) >>> 0)
    new DataView(bytes.buffer).setUint32(4, salt)
    return hash256(bytes) ?? header.hash
  }
  const grow = (from: number, count: number): number => {
    let tip = from
    for (let step = 0; step < count; step++) tip = tree.add(nextHash(), tip, header.bits)
    return tip
  }
  const genesis = tree.add(nextHash(), undefined, header.bits)
  best.setTip(grow(genesis, bestHeight))
  /** Side branches of up to 50 headers each. */
  const fill = (count: number): void => {
    for (let rest = count; rest > 0; rest -= 50) grow(genesis, Math.min(rest, 50))
  }
  return { state: { tree, best, headerAt: () => header }, best, genesis, fill }
}

test('there is room for side branches up to a bound, and then only for those near the best one', () => {
  const { state, best, fill } = treeOf(5000)
  fill(MAX_SIDE_HEADERS - 1)
  const low = best.at(1000) ?? 0
  const near = best.at(5000 - NEAR_TIP_BLOCKS) ?? 0
  expect(isWorthless(state, low, 2000)).toBe(false)
  fill(1)
  expect(isWorthless(state, low, 2000)).toBe(true)
  expect(isWorthless(state, near, 1)).toBe(false)
  // A run that ends above the best is never refused.
  expect(isWorthless(state, low, 4001)).toBe(false)
  expect(isWorthless(state, best.tip, 1)).toBe(false)
  fill(MAX_NEAR_SIDE_HEADERS - MAX_SIDE_HEADERS)
  expect(isWorthless(state, near, 1)).toBe(true)
  expect(isWorthless(state, near, NEAR_TIP_BLOCKS + 1)).toBe(false)
})

test('on a short chain, where everything is near, the bound holds too', () => {
  const { state, best, genesis, fill } = treeOf(100)
  fill(MAX_NEAR_SIDE_HEADERS)
  expect(isWorthless(state, genesis, 50)).toBe(true)
  expect(isWorthless(state, best.at(99) ?? 0, 1)).toBe(true)
  expect(isWorthless(state, best.at(99) ?? 0, 2)).toBe(false)
  expect(isWorthless(state, best.tip, 1)).toBe(false)
})
