import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument, CommanderError, program } from 'commander'
import { addBench } from './bench.ts'
import { ConfigError } from './config-error.ts'
import { addControl } from './control.ts'
import { addDoctor } from './doctor/doctor-command.ts'
import { HEALTH_PARTS, type HealthPart, healthProblem } from './health.ts'
import { addIndexCommands } from './index-commands.ts'
import { addLaunchOptions, launchConfig } from './launch-options.ts'
import { addModeration } from './moderation.ts'
import { addQuarantine } from './quarantine-command.ts'
import { run } from './run.ts'
import { runTests } from './run-tests.ts'
import { runStatus } from './status.ts'
import { openTerminal } from './terminal.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Where the command was typed; the launcher itself has gone to the project's folder. */
const cwd = process.env['WINDSOCK_CWD'] ?? process.cwd()
const terminal = openTerminal()

program
  .name('windsock')
  .description('Browse twister from any browser: embedded node, index and read-only site.')
  .version((JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string }).version)
  .exitOverride()

addLaunchOptions(
  program.command('demo').description('run a private twister network on this machine, and the site that shows it'),
  'demo',
).action(async (_options, command) => {
  process.exitCode = await run(launchConfig('demo', command, root, cwd), root, terminal)
})

addLaunchOptions(program.command('up').description('run the node, the index and the site'), 'up').action(
  async (_options, command) => {
    process.exitCode = await run(launchConfig('up', command, root, cwd), root, terminal)
  },
)

program
  .command('status')
  .description('show what runs: chain, peers, DHT, swarms, queue, index, lag (exit code 3 when nothing runs)')
  .option('--json', 'print JSON')
  .option('--data <dir>', 'the data folder of the instance (default: the first of those below .windsock that runs)')
  .action(async (options: { json?: boolean; data?: string }) => {
    const dataDir = options.data === undefined ? undefined : resolve(cwd, options.data)
    process.exitCode = await runStatus({ root, dataDir, isJson: options.json === true }, terminal)
  })

addControl(program, { root, cwd }, terminal)
addModeration(program, { root, cwd }, terminal)
addQuarantine(program, { root, cwd }, terminal)
addDoctor(program, { root, cwd }, terminal)
addIndexCommands(program, { root, cwd }, terminal)

program
  .command('health')
  .description('for container health checks: exit code 0 when the part that this environment configures works')
  .addArgument(new Argument('<part>').choices(HEALTH_PARTS))
  .action(async (part: HealthPart) => {
    const problem = await healthProblem(part, process.env)
    if (problem !== undefined) terminal.warn(`windsock: ${problem}`)
    process.exitCode = problem === undefined ? 0 : 1
  })

program
  .command('test')
  .description('install what the tests need, and run everything')
  .option('--full', 'with the long ones: scale and soak')
  .action(async (options: { full?: boolean }) => {
    process.exitCode = await runTests(root, options.full === true, terminal)
  })

addBench(program, terminal)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  // Commander has said what is wrong, or what was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    terminal.warn(`windsock: ${error.message}`)
    return 2
  }
  throw error
}
