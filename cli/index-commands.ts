import { resolve } from 'node:path'
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

const MAX_GIGABYTES = 20

const IMPORT_HELP = `
Another instance gives the archive of a user at its address /api/v1/users/NAME/archive.
Compressed files are known by their first bytes. Nothing in a file is believed: records that are not good are named, and
refused as ever. What is here already stays as it is, so an import that was stopped is simply run again. Exit code 1 when
lines were bad or the file is not whole. WINDSOCK_NO_CHECKPOINTS=1 for a network without the checkpoints of main.
`

/** `reindex`, `verify`, `export` and `import`: the index as a whole. */
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
  program
    .command('export')
    .description('write the raw records with their proofs, as lines of JSON')
    .option('--user <name...>', 'of these users alone, with the registrations that prove their keys, without the chain')
    .option('--out <file>', 'the file, compressed when it ends in .gz; - is standard output', '-')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', SERVERS)
    .action((given: { data?: string; user?: string[]; out: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        interruptibly(async (signal) => {
          const { exportTo } = await import('./export.ts')
          return exportTo(urlOf(target), { names: given.user ?? [], out: fileOf(places, given.out), signal }, terminal)
        }),
      ),
    )
  program
    .command('import <place>')
    .description(
      'take an export or archive: a file, an http(s) address, or - for standard input; each record is checked',
    )
    .option('--max-size <gigabytes>', 'read no more than so much, decompressed', String(MAX_GIGABYTES))
    .option('--json', 'print JSON')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', IMPORT_HELP + SERVERS)
    .action((place: string, given: { data?: string; json?: boolean; maxSize: string }) =>
      onTarget(places, given.data, terminal, async (target) =>
        interruptibly(async (signal) => {
          const { importFrom } = await import('./import.ts')
          const { isAddress } = await import('./import-source.ts')
          const file = isAddress(place) ? place : fileOf(places, place)
          const maxBytes = gigabytesOf(given.maxSize)
          const options = { place: file, maxBytes, isJson: given.json === true, signal }
          return importFrom(urlOf(target), options, terminal)
        }),
      ),
    )
}

function gigabytesOf(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > MAX_SAFE_GIGABYTES) {
    throw new ConfigError(`--max-size ${text}: it must be a number of gigabytes above 0`)
  }
  return Math.floor(value * 1e9)
}

const MAX_SAFE_GIGABYTES = 1e6

/** Undefined: standard input or output. */
function fileOf({ cwd }: ControlPlaces, text: string): string | undefined {
  return text === '-' ? undefined : resolve(cwd, text)
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
