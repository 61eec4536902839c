import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { type BlockHeader, encodeHeader, parseHeader } from './block.ts'
import { type Hash256, hashKey, ZERO_HASH } from './hash.ts'
import { type HeaderView, locatorHeights, medianTimePast, requiredBits } from './header-view.ts'
import { networkParams } from './params.ts'

const params = networkParams('main', { checkpoints: false })

/** A chain of headers with the given times, from height `firstHeight` on. */
function chainOf(times: readonly number[], bits = 0x1f03ffff, firstHeight = 0): HeaderView & { tip: Hash256 } {
  const byHash = new Map<string, BlockHeader>()
  const byHeight = new Map<number, BlockHeader>()
  let prevHash = ZERO_HASH
  times.forEach((time, index) => {
    const height = firstHeight + index
    const raw = encodeHeader({ version: 2, height, prevHash, merkleRoot: ZERO_HASH, time, bits, nonce: 0 })
    const header = parseHeader(raw)
    if (header === undefined) throw new Error('no header')
    byHash.set(hashKey(header.hash), header)
    byHeight.set(height, header)
    prevHash = header.hash
  })
  return {
    tip: prevHash,
    header: (hash) => byHash.get(hashKey(hash)),
    ancestorAt: (_hash, height) => byHeight.get(height),
  }
}

describe('median time past', () => {
  test('is the middle of the last eleven times', () => {
    const view = chainOf([900, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(medianTimePast(view, view.tip)).toBe(6)
  })

  test('is element count/2 of fewer', () => {
    expect(medianTimePast(chainOf([5]), chainOf([5]).tip)).toBe(5)
    const two = chainOf([5, 9])
    expect(medianTimePast(two, two.tip)).toBe(9)
    const four = chainOf([9, 5, 7, 6])
    expect(medianTimePast(four, four.tip)).toBe(7)
  })

  test('of an unknown block is unknown', () => {
    expect(medianTimePast(chainOf([5]), ZERO_HASH)).toBeUndefined()
  })
})

describe('required bits', () => {
  test('stay the same within a period', () => {
    const view = chainOf([1, 2, 3], 0x1d00ffff)
    expect(requiredBits(view, view.tip, params)).toBe(0x1d00ffff)
    expect(requiredBits(view, ZERO_HASH, params)).toBeUndefined()
  })

  test.each(vectors.retarget)('quirk: 2015 intervals of $actual_timespan s turn $old into $new (B25)', (retarget) => {
    const times = new Array<number>(2016).fill(1_400_000_000)
    times[2015] = 1_400_000_000 + retarget.actual_timespan
    const view = chainOf(times, Number.parseInt(retarget.old, 16))
    expect(requiredBits(view, view.tip, params)).toBe(Number.parseInt(retarget.new, 16))
  })

  test('regtest retargets too', () => {
    const times = Array.from({ length: 2016 }, (_, height) => 1_400_000_000 + height)
    const view = chainOf(times, 0x207fffff)
    expect(requiredBits(view, view.tip, networkParams('regtest', { checkpoints: false }))).toBe(0x201fffff)
  })

  test('are unknown while the start of the period is', () => {
    const view = chainOf([1, 2], 0x1d00ffff, 2014)
    expect(requiredBits(view, view.tip, params)).toBeUndefined()
  })
})

test.each(Object.entries(vectors.locator_heights))('the locator of height %s', (height, heights) => {
  expect(locatorHeights(Number(height))).toEqual(heights)
})
