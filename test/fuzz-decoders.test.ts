import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHAIN_TARGETS } from './fuzz-chain-targets.ts'
import { checkLaws } from './fuzz-laws.ts'
import { inflations, mutated } from './fuzz-mutations.ts'
import { DHT_TARGETS, SWARM_TARGETS } from './fuzz-p2p-targets.ts'
import { TEXT_TARGETS } from './fuzz-text-targets.ts'

const RUNS = 400
const FIXED_SEED = 20_221_122
/** Another one at every run: what it finds is found again by putting it here. */
const CHANCE_SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${CHANCE_SEED}`)

describe.each([...CHAIN_TARGETS, ...DHT_TARGETS, ...SWARM_TARGETS, ...TEXT_TARGETS])('$name', (target) => {
  test('takes its samples', () => {
    expect(target.samples.length).toBeGreaterThan(0)
    for (const sample of target.samples) {
      checkLaws(target, sample)
      if (target.rewrite !== undefined) expect(target.rewrite(sample)).toBeDefined()
    }
  })

  test.each([FIXED_SEED, CHANCE_SEED])('keeps the laws whatever is done to them (%i)', (seed) => {
    const property = fc.property(mutated(target.samples), (bytes) => checkLaws(target, bytes))
    fc.assert(property, { numRuns: RUNS, seed })
  })

  test('allocates nothing for lengths and counts that are only claimed', () => {
    const lengths = [...target.samples].sort((a, b) => a.length - b.length)
    const [shortest, longest] = [lengths[0], lengths.at(-1)]
    for (const bytes of [shortest, longest].flatMap((sample) => (sample ? inflations(sample) : []))) {
      checkLaws(target, bytes)
    }
  })
})
