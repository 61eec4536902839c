import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHAIN_TARGETS } from '../fuzz-chain-targets.ts'
import { checkLaws } from '../fuzz-laws.ts'
import { inflations, mutated } from '../fuzz-mutations.ts'
import { DHT_TARGETS, SWARM_TARGETS } from '../fuzz-p2p-targets.ts'
import { TEXT_TARGETS } from '../fuzz-text-targets.ts'

/** For each decoder; FUZZ_SECONDS=3600 for a night. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 4)
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${SEED}`)
const MOST_RUNS = 100_000_000

describe.each([...CHAIN_TARGETS, ...DHT_TARGETS, ...SWARM_TARGETS, ...TEXT_TARGETS])('$name', (target) => {
  test('keeps the laws for as long as there is time', () => {
    let runs = 0
    const property = fc.property(mutated(target.samples), (bytes) => {
      runs++
      checkLaws(target, bytes)
    })
    fc.assert(property, { numRuns: MOST_RUNS, seed: SEED, interruptAfterTimeLimit: SECONDS * 1000 })
    console.log(`${target.name}: ${runs} runs`)
    expect(runs).toBeGreaterThan(100)
  })

  test('allocates nothing for lengths and counts that are only claimed, wherever they stand', () => {
    const lengths = [...target.samples].sort((a, b) => a.length - b.length)
    const some = Array.from({ length: 8 }, (_, index) => lengths[Math.floor((index * lengths.length) / 8)])
    for (const bytes of some.flatMap((sample) => (sample ? inflations(sample, 500) : []))) checkLaws(target, bytes)
  })
})
