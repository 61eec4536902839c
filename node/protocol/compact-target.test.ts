import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import {
  checkProofOfWork,
  easiestTargetAfter,
  encodeCompactTarget,
  hashToInteger,
  nextTarget,
  POW_LIMIT,
  parseCompactTarget,
  workOf,
} from './compact-target.ts'
import { parseHash, ZERO_HASH } from './hash.ts'

const bitsOf = (hex: string): number => Number.parseInt(hex, 16)
const hashOf = (hex: string) => parseHash(hex) ?? ZERO_HASH

describe('compact targets', () => {
  test.each(vectors.compact_bits)('$nBits', ({ nBits, target, back, work }) => {
    expect(parseCompactTarget(bitsOf(nBits))).toBe(BigInt(`0x${target}`))
    expect(encodeCompactTarget(BigInt(`0x${target}`))).toBe(bitsOf(back))
    expect(workOf(bitsOf(nBits))).toBe(BigInt(work))
  })

  test('the limit', () => {
    expect(POW_LIMIT).toBe(BigInt(`0x${vectors.pow_limit.value}`))
    expect(encodeCompactTarget(POW_LIMIT)).toBe(bitsOf(vectors.pow_limit.compact))
  })

  test('small, negative and zero values', () => {
    expect(parseCompactTarget(0x01120000)).toBe(0x12n)
    expect(parseCompactTarget(0x02123400)).toBe(0x1234n)
    expect(parseCompactTarget(0x01fe0000)).toBe(-0x7en)
    expect(parseCompactTarget(0)).toBe(0n)
    expect(encodeCompactTarget(0n)).toBe(0)
    expect(encodeCompactTarget(0x80n)).toBe(0x02008000)
    expect(workOf(0)).toBe(0n)
    expect(workOf(0x1f83ffff)).toBe(0n)
  })

  test.each(vectors.retarget)('$old after $actual_timespan s becomes $new', (retarget) => {
    expect(nextTarget(bitsOf(retarget.old), retarget.actual_timespan, POW_LIMIT)).toBe(bitsOf(retarget.new))
  })
})

describe('proof of work', () => {
  test('a hash equal to the target passes, the next one does not', () => {
    const bits = 0x1e00ffff
    const target = '000000ffff'.padEnd(64, '0')
    expect(hashToInteger(hashOf(target))).toBe(parseCompactTarget(bits))
    expect(checkProofOfWork(hashOf(target), bits)).toBe(true)
    expect(checkProofOfWork(hashOf(`${target.slice(0, 63)}1`), bits)).toBe(false)
  })

  test('a target that is zero, negative or above the limit never passes', () => {
    for (const bits of [0, 0x1f83ffff, 0x20ffffff, 0x21008000, 0xff7fffff]) {
      expect(checkProofOfWork(ZERO_HASH, bits)).toBe(false)
    }
  })

  test.each([vectors.genesis.main, vectors.genesis.testnet, vectors.genesis.regtest])('of genesis $hash', (genesis) => {
    expect(checkProofOfWork(hashOf(genesis.pow_hash), bitsOf(genesis.nBits))).toBe(genesis.pow_valid_under_own_nBits)
  })
})

test('the easiest target after a checkpoint grows fourfold for every 56 days begun, up to the limit', () => {
  const base = parseCompactTarget(0x1d00ffff)
  expect(easiestTargetAfter(0x1d00ffff, 0)).toBe(base)
  expect(easiestTargetAfter(0x1d00ffff, 1)).toBe(base * 4n)
  expect(easiestTargetAfter(0x1d00ffff, 4 * 1_209_600)).toBe(base * 4n)
  expect(easiestTargetAfter(0x1d00ffff, 4 * 1_209_600 + 1)).toBe(base * 16n)
  expect(easiestTargetAfter(0x1d00ffff, 10 ** 9)).toBe(parseCompactTarget(0x207fffff))
})
