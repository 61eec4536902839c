import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ConfigError } from './config-error.ts'
import { type ControlTarget, controlTarget } from './control-target.ts'
import type { Terminal } from './terminal.ts'

export interface ControlPlaces {
  root: string
  /** Where the command was typed: relative folders count from it. */
  cwd: string
}

interface Given {
  data?: string
  wait?: boolean
  json?: boolean
}

const DATA = 'the data folder of the instance (default: the first of those below .windsock that runs)'
const SERVERS = `
The node of the running instance is told. Where none runs, the servers of DATABASE_URL and REDIS_URL are used.`

/** `follow`, `unfollow`, `follows` and `fetch`: what a running node is told, and what it says. */
export function addControl(program: Command, places: ControlPlaces, terminal: Terminal): void {
  // The queue's and the database's code is loaded when it is wanted: no other command should wait for it.
  for (const verb of ['follow', 'unfollow'] as const) {
    program
      .command(`${verb} <names...>`)
      .description(
        verb === 'follow'
          ? 'follow users from now on, also such whose names are not registered yet'
          : 'follow users no longer; what is here of them stays, and the crawl leaves them alone',
      )
      .option('--no-wait', 'do not wait until the node has taken it')
      .option('--data <dir>', DATA)
      .addHelpText('after', verb === 'follow' ? FOLLOW_HELP + SERVERS : SERVERS)
      .action((names: string[], given: Given) =>
        run(places, given, terminal, async (target) =>
          (await import('./tell-node.ts')).tellNode(verb, names, { target, isWaiting: given.wait !== false }, terminal),
        ),
      )
  }
  program
    .command('follows')
    .description('whom the node follows, why, and how it gets on with each')
    .option('--json', 'print JSON')
    .option('--data <dir>', DATA)
    .action((given: Given) =>
      run(places, given, terminal, async (target) =>
        (await import('./follows.ts')).runFollows(target, given.json === true, terminal),
      ),
    )
  program
    .command('fetch <name>')
    .description('fetch profile, avatar and newest posts of a user who is not followed, once')
    .option('--no-wait', 'do not wait for the result')
    .option('--data <dir>', DATA)
    .addHelpText('after', SERVERS)
    .action((name: string, given: Given) =>
      run(places, given, terminal, async (target) =>
        (await import('./fetch-user.ts')).fetchNow(name, { target, isWaiting: given.wait !== false }, terminal),
      ),
    )
}

const FOLLOW_HELP = `
The newest word counts: who was unfollowed stays so when the system starts again, also when the setting (--follow,
WINDSOCK_FOLLOW) still names him; \`follow\`, or naming him in the setting anew, brings him back. Whom the setting alone
named goes when it names him no more; whom \`follow\` named stays.
`

const NOTHING_RUNS = 3

async function run(
  { root, cwd }: ControlPlaces,
  given: Given,
  terminal: Terminal,
  job: (target: ControlTarget) => Promise<number>,
): Promise<void> {
  const target = controlTarget(root, given.data === undefined ? undefined : resolve(cwd, given.data), process.env)
  if (typeof target === 'string') {
    terminal.warn(`windsock: ${target}`)
    process.exitCode = NOTHING_RUNS
    return
  }
  try {
    process.exitCode = await job(target)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { ControlFull } = await import('../node/outbox/control.ts')
    if (error instanceof ControlFull) {
      terminal.warn(`windsock: ${error.message}`)
      process.exitCode = 1
      return
    }
    terminal.warn(
      `windsock: the ${target.queue.kind === 'redis' ? 'queue or the database' : 'database'} cannot be used: ${reasonOf(error)}`,
    )
    process.exitCode = 1
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
