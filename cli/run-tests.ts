import { runChecks, runVitest } from './gates.ts'
import { duration } from './progress.ts'
import { ensureSystemPackages } from './system-packages.ts'
import { sum, type Tally, tallyLine } from './tally.ts'
import type { Terminal } from './terminal.ts'

/** Everything there is to test; the last lines are the sum, below the names of what failed. The exit code. */
export async function runTests(root: string, isFull: boolean, terminal: Terminal): Promise<number> {
  const began = performance.now()
  const problem = await ensureSystemPackages(root, terminal)
  if (problem !== undefined) terminal.warn(problem)
  const tallies: Tally[] = [{ passed: 0, failures: problem === undefined ? [] : ['system packages'] }]
  if (problem === undefined) {
    tallies.push(await runChecks(root, terminal))
    tallies.push(await runVitest(root, 'index', terminal))
    tallies.push(await runVitest(root, 'integration', terminal))
    if (isFull) tallies.push(await runVitest(root, 'long', terminal))
  }
  const total = sum(tallies)
  terminal.say(`tested in ${duration((performance.now() - began) / 1000)}`)
  for (const failure of total.failures) terminal.warn(`failed: ${failure}`)
  terminal.say(tallyLine(total))
  return total.failures.length === 0 ? 0 : 1
}
