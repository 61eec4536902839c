import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const WORLDS = 300
const ACTS = 120
const TURMOILS = 10

/** test/oracle.test.ts with more and larger worlds. */
function run(env: Record<string, string>, only: string): { status: number | null; output: string } {
  const args = [
    'vitest',
    'run',
    '--project',
    'integration',
    'test/oracle.test.ts',
    '--testTimeout',
    '1500000',
    '-t',
    only,
  ]
  const { status, stdout, stderr } = spawnSync('npx', args, { env: { ...process.env, ...env }, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

it('agrees with the naive model in hundreds of worlds', () => {
  const env = { WINDSOCK_ORACLE_RUNS: String(WORLDS), WINDSOCK_ORACLE_ACTS: String(ACTS) }
  const { status, output } = run(env, 'answers every question|any number of writers')
  expect(status, output).toBe(0)
})

it('comes to the same digest in many a turmoil', () => {
  for (let seed = 1; seed <= TURMOILS; seed++) {
    const { status, output } = run({ WINDSOCK_ORACLE_SEED: String(seed) }, 'all that can be done')
    expect(status, output).toBe(0)
  }
})
