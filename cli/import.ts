import { availableParallelism } from 'node:os'
import pino from 'pino'
import { openDb } from '../db/client.ts'
import { ImportError, type ImportResult, importIndex } from '../indexer/archive/import.ts'
import { ConfigError as IndexError } from '../indexer/config.ts'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import { openSource, SourceError } from './import-source.ts'
import { count } from './progress.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import type { Terminal } from './terminal.ts'

interface ImportFrom {
  /** A file, or an http(s) address; undefined: standard input. */
  place: string | undefined
  /** More is not read. */
  maxBytes: number
  isJson: boolean
  signal: AbortSignal
}

const CONNECTIONS = 3
const MAX_THREADS = 8

/** Imports what stands there; exit code 0 when every line was good and none is missing. */
export async function importFrom(
  databaseUrl: string,
  { place, maxBytes, isJson, signal }: ImportFrom,
  terminal: Terminal,
): Promise<number> {
  const log = pino({ level: 'error' }, pino.destination(2))
  const db = openDb(databaseUrl, { max: CONNECTIONS, name: 'windsock import' })
  const recoverer = openRecoverer({ threads: Math.min(MAX_THREADS, availableParallelism()), log })
  const progress = rebuildProgress(terminal)
  try {
    const result = await importIndex({
      ...{ db, recoverer, log, signal },
      source: await openSource({ place, maxBytes, signal }),
      isCheckpointed: process.env['WINDSOCK_NO_CHECKPOINTS'] !== '1',
      now: () => Date.now() / 1000,
      onProgress: (lines) => progress({ phase: 'lines', done: lines, total: 0 }),
    })
    if (isJson) terminal.say(JSON.stringify(result, undefined, 2))
    else for (const line of importLines(result)) terminal.say(line)
    return result.bad === 0 && result.incomplete === undefined ? 0 : 1
  } catch (error) {
    if (signal.aborted) terminal.warn('windsock: stopped; what was imported stays, run it again for the rest')
    else if (isSentence(error)) {
      terminal.warn(`windsock: ${error.message}`)
      return 1
    }
    throw error
  } finally {
    await recoverer.close()
    await db.end({ timeout: 1 })
  }
}

function importLines(result: ImportResult): string[] {
  const { blocks, registrations, userposts, values, lines, bad, badLines, refused, unplaced, incomplete } = result
  const codes = Object.entries(refused).map(([code, times]) => `${count(times)} ${code}`)
  return [
    ...badLines.map(({ line, code }) => `line ${count(line)}: ${code}`),
    `${count(lines)} lines: ${count(blocks)} blocks, ${count(registrations)} registrations, ${count(userposts)} posts, ${count(values)} DHT values`,
    ...(bad > 0 ? [`${count(bad)} bad lines`] : []),
    ...(codes.length > 0 ? [`refused: ${codes.join(', ')}; see windsock quarantine`] : []),
    ...(unplaced > 0 ? [`${count(unplaced)} registrations are in blocks that are not on the best chain here`] : []),
    incomplete === undefined ? 'the file is whole' : `the file is NOT whole: ${incomplete}`,
  ]
}

/** Of what stands in a file, at an address or in the database, not of a fault of ours. */
function isSentence(error: unknown): error is Error {
  const kinds = [ImportError, IndexError, SourceError]
  if (kinds.some((kind) => error instanceof kind)) return true
  return error instanceof Error && 'syscall' in error && 'path' in error
}
