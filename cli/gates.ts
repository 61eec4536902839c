import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { neutralEnvironment, runCommand } from './run-command.ts'
import { gateTally, sum, type Tally, vitestTally } from './tally.ts'
import type { Terminal } from './terminal.ts'
import { watchedEnvironment, watchedSockets } from './watched-sockets.ts'

const MINUTE_MS = 60_000
const GATE_MS = 5 * MINUTE_MS

/** Scripts of package.json, each one check. */
const GATES = [
  { script: 'typecheck', title: 'types' },
  { script: 'lint', title: 'lint and format' },
  { script: 'imports', title: 'import directions' },
  { script: 'deadcode', title: 'dead code' },
] as const

export type VitestProject = 'unit' | 'index' | 'integration' | 'long'

const PROJECT_MS: Record<VitestProject, number> = {
  unit: 20 * MINUTE_MS,
  index: 20 * MINUTE_MS,
  integration: 45 * MINUTE_MS,
  long: 120 * MINUTE_MS,
}

/** What `npm run check` runs: every gate and the unit tests, all of them whatever fails. */
export async function runChecks(root: string, terminal: Terminal): Promise<Tally> {
  const tallies: Tally[] = []
  for (const { script, title } of GATES) {
    terminal.say(`== ${title}`)
    const options = { cwd: root, env: neutralEnvironment(), timeoutMs: GATE_MS }
    const tally = gateTally(title, await runCommand('npm', ['run', '--silent', script], options))
    if (tally.failures.length > 0) terminal.warn(`${title}: failed (npm run ${script})`)
    tallies.push(tally)
  }
  tallies.push(await runVitest(root, 'unit', terminal))
  return sum(tallies)
}

export async function runVitest(root: string, project: VitestProject, terminal: Terminal): Promise<Tally> {
  terminal.say(`== ${project} tests`)
  const folder = mkdtempSync(join(tmpdir(), 'windsock-test-'))
  const report = join(folder, 'report.json')
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  try {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project]
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const env = watchedEnvironment(temporary, neutralEnvironment())
    const options = { cwd: root, env, timeoutMs: PROJECT_MS[project] }
    const exitCode = await runCommand(process.execPath, [...args, ...reporters], options)
    return sum([vitestTally(project, readJson(report), exitCode), socketsTally(temporary, terminal)])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One check: no process of the run tried to reach anything but this machine. */
function socketsTally(folder: string, terminal: Terminal): Tally {
  const { elsewhere } = watchedSockets(folder)
  for (const { kind, host, argv } of elsewhere)
    terminal.warn(`not on this machine: ${kind} ${host} (${argv.join(' ')})`)
  return gateTally('sockets to this machine alone', elsewhere.length === 0 ? 0 : 1)
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
