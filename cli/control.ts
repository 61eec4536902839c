import type { Command } from 'commander'
import { type ControlPlaces, DATA_FOLDER, onTarget } from './on-target.ts'
import type { Terminal } from './terminal.ts'

interface Given {
  data?: string
  wait?: boolean
  json?: boolean
}

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
      .option('--data <dir>', DATA_FOLDER)
      .addHelpText('after', verb === 'follow' ? FOLLOW_HELP + SERVERS : SERVERS)
      .action((names: string[], given: Given) =>
        onTarget(places, given.data, terminal, async (target) =>
          (await import('./tell-node.ts')).tellNode(verb, names, { target, isWaiting: given.wait !== false }, terminal),
        ),
      )
  }
  program
    .command('follows')
    .description('whom the node follows, why, and how it gets on with each')
    .option('--json', 'print JSON')
    .option('--data <dir>', DATA_FOLDER)
    .action((given: Given) =>
      onTarget(places, given.data, terminal, async (target) =>
        (await import('./follows.ts')).runFollows(target, given.json === true, terminal),
      ),
    )
  program
    .command('fetch <name>')
    .description('fetch profile, avatar and newest posts of a user who is not followed, once')
    .option('--no-wait', 'do not wait for the result')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', SERVERS)
    .action((name: string, given: Given) =>
      onTarget(places, given.data, terminal, async (target) =>
        (await import('./fetch-user.ts')).fetchNow(name, { target, isWaiting: given.wait !== false }, terminal),
      ),
    )
}

const FOLLOW_HELP = `
The newest word counts: who was unfollowed stays so when the system starts again, also when the setting (--follow,
WINDSOCK_FOLLOW) still names him; \`follow\`, or naming him in the setting anew, brings him back. Whom the setting alone
named goes when it names him no more; whom \`follow\` named stays.
`
