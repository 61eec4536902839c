import type { Command } from 'commander'
import type { QuarantineChoice } from '../db/writes/quarantine.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { ConfigError } from './config-error.ts'
import { type ControlPlaces, DATA_FOLDER, onTarget } from './on-target.ts'
import type { Terminal } from './terminal.ts'

interface Given {
  code?: string
  user?: string
  limit: string
  json?: boolean
  show?: string
  retry?: string[] | true
  forget?: string[] | true
  data?: string
}

const MAX_SHOWN = 10_000

const HELP = `
--retry and --forget take numbers, or everything of --code and --user. What is tried again is judged at the next block;
what was refused for its signature is tried again by itself when its author's keys change.`

/** `quarantine`: what the indexer refused, and why. */
export function addQuarantine(program: Command, places: ControlPlaces, terminal: Terminal): void {
  program
    .command('quarantine')
    .description('what was refused, with its code, its source and its bytes; the newest first')
    .option('--code <code>', 'refused for this alone')
    .option('--user <name>', 'of this user alone')
    .option('--limit <n>', `how many, up to ${MAX_SHOWN}`, '50')
    .option('--json', 'print JSON')
    .option('--show <id>', 'one of them with what it says and its bytes')
    .option('--retry [ids...]', 'judge them again')
    .option('--forget [ids...]', 'forget them')
    .option('--data <dir>', DATA_FOLDER)
    .addHelpText('after', HELP)
    .action((given: Given) =>
      onTarget(places, given.data, terminal, async (target) => {
        const code = given.code
        const username = usernameOf(given.user)
        const isJson = given.json === true
        const jobs = await import('./quarantine.ts')
        if (given.show !== undefined) return jobs.showQuarantined(target, idOf(given.show), isJson, terminal)
        if (given.forget !== undefined) {
          return jobs.forgetQuarantined(target, choiceOf('--forget', given.forget, code, username), terminal)
        }
        if (given.retry !== undefined) {
          return jobs.retryQuarantined(target, choiceOf('--retry', given.retry, code, username), terminal)
        }
        return jobs.listQuarantine(target, { code, username, limit: limitOf(given.limit), isJson }, terminal)
      }),
    )
}

function choiceOf(
  option: string,
  ids: string[] | true,
  code: string | undefined,
  username: string | undefined,
): QuarantineChoice {
  if (ids === true && code === undefined && username === undefined) {
    throw new ConfigError(`${option} needs numbers, or --code or --user`)
  }
  return { ids: ids === true ? undefined : ids.map(idOf), code, username }
}

function usernameOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const username = parseUsername(text.replace(/^@/, '').toLowerCase())
  if (username === undefined) throw new ConfigError('--user must be a name: 1 to 16 of a-z, 0-9 and _')
  return username
}

function idOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new ConfigError('refused items have numbers, which stand in front of each line')
}

function limitOf(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_SHOWN) return limit
  throw new ConfigError(`--limit must be 1 to ${MAX_SHOWN}`)
}
