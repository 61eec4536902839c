import { createReadStream } from 'node:fs'
import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import pino from 'pino'
import { openDb } from '../db/client.ts'
import { ImportError, type ImportResult, importIndex } from '../indexer/archive/import.ts'
import { ConfigError as IndexError } from '../indexer/config.ts'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import { count } from './progress.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import type { Terminal } from './terminal.ts'

interface ImportFrom {
  /** Undefined: standard input. */
  file: string | undefined
  isJson: boolean
  signal: AbortSignal
}

const CONNECTIONS = 3
const MAX_THREADS = 8

/** Imports a file; exit code 0 when every line was good and none is missing. */
export async function importFrom(
  databaseUrl: string,
  { file, isJson, signal }: ImportFrom,
  terminal: Terminal,
): Promise<number> {
  const log = pino({ level: 'error' }, pino.destination(2))
  const db = openDb(databaseUrl, { max: CONNECTIONS, name: 'windsock import' })
  const recoverer = openRecoverer({ threads: Math.min(MAX_THREADS, availableParallelism()), log })
  const progress = rebuildProgress(terminal)
  try {
    const result = await importIndex({
      ...{ db, recoverer, log, signal },
      source: bytesOf(file),
      isCheckpointed: process.env['WINDSOCK_NO_CHECKPOINTS'] !== '1',
      now: () => Date.now() / 1000,
      onProgress: (lines) => progress({ phase: 'lines', done: lines, total: 0 }),
    })
    if (isJson) terminal.say(JSON.stringify(result, undefined, 2))
    else for (const line of importLines(result)) terminal.say(line)
    return result.bad === 0 && result.incomplete === undefined ? 0 : 1
  } catch (error) {
    if (signal.aborted) terminal.warn('windsock: stopped; what was imported stays, run it again for the rest')
    else if (error instanceof ImportError || error instanceof IndexError || isOfFile(error)) {
      terminal.warn(`windsock: ${error.message}`)
      return 1
    }
    throw error
  } finally {
    await recoverer.close()
    await db.end({ timeout: 1 })
  }
}

const [GZIP_FIRST, GZIP_SECOND] = [0x1f, 0x8b]

/** Decompressed, when the first bytes say that it is compressed. */
async function* bytesOf(file: string | undefined): AsyncGenerator<Uint8Array> {
  const input: AsyncIterable<Uint8Array> = file === undefined ? process.stdin : createReadStream(file)
  const chunks = input[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done === true) return
  const rest = (async function* () {
    yield first.value
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  })()
  if (first.value[0] !== GZIP_FIRST || first.value[1] !== GZIP_SECOND) yield* rest
  else yield* gunzipped(rest)
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  pipeline(source, gunzip).catch(() => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
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

function isOfFile(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error
}
