import type { Command } from 'commander'
import { ConfigError } from './config-error.ts'
import type { ControlTarget } from './control-target.ts'
import { type ControlPlaces, DATA_FOLDER, onTarget } from './on-target.ts'
import type { Terminal } from './terminal.ts'

const SERVERS = `
The index of the running instance is meant. Where none runs, the database of DATABASE_URL.`
const REINDEX_HELP = `
Nothing stops meanwhile: the site serves the old rows until the new ones take their place in one step, and the indexer
goes on writing. Ctrl-C, or the end of this process however it comes, leaves the old rows as they are.
`

const VERIFY_HELP = `
Two instances that hold the same signed data print the same network digest, however it came; the pages digest, of what
readers may see, is the same where the same is blocked. Exit code 1 when something is not as it must be. The index is
served and written on meanwhile; the last result stands on the status page.
`

/** `reindex` and `verify`: what is derived is made anew, or checked. */
export function addIndexCommands(program: Command, places: ControlPlaces, terminal: Terminal): void {
  program
    .command('reindex')
    .description('derive everything anew from the raw data, while the site serves the old rows')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', REINDEX_HELP + SERVERS)
    .action((given: { data?: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        interruptibly(async (signal) => (await import('./reindex.ts')).reindex(urlOf(target), signal, terminal)),
      ),
    )
  program
    .command('verify')
    .description('check every block and signature, and that what is derived is what must be; prints the digest')
    .option('--json', 'print JSON')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', VERIFY_HELP + SERVERS)
    .action((given: { data?: string; json?: boolean }) =>
      onTarget(places, given.data, terminal, async (target) =>
        interruptibly(async (signal) =>
          (await import('./verify.ts')).verify(urlOf(target), { isJson: given.json === true, signal }, terminal),
        ),
      ),
    )
}

function urlOf({ databaseUrl }: ControlTarget): string {
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL is not set: it names the database of the index')
  return databaseUrl
}

const INTERRUPTED = 130

/** The first Ctrl-C ends the work in order; then the exit code says so. */
async function interruptibly(job: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort(new Error('interrupted'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    return await job(interrupt.signal)
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED
    throw error
  }
}
