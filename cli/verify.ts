import { availableParallelism } from 'node:os'
import pino from 'pino'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import { RebuildError } from '../indexer/rebuild/rebuild-run.ts'
import { type Verification, verifyIndex } from '../indexer/verify/verify.ts'
import { calmLine } from './calm-line.ts'
import { count } from './progress.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import type { Terminal } from './terminal.ts'

const MAX_THREADS = 8

/** Checks the index; exit code 0 when all is as it must be. */
export async function verify(
  databaseUrl: string,
  { isJson, signal }: { isJson: boolean; signal: AbortSignal },
  terminal: Terminal,
): Promise<number> {
  const log = pino({ level: 'error' }, pino.destination(2))
  const recoverer = openRecoverer({ threads: Math.min(MAX_THREADS, availableParallelism()), log })
  const now = () => Date.now() / 1000
  try {
    const found = await verifyIndex({ databaseUrl, signal, now, onProgress: rebuildProgress(terminal) }, recoverer)
    if (isJson) terminal.say(JSON.stringify(found, undefined, 2))
    else for (const line of verificationLines(found)) terminal.say(line)
    return found.isGood ? 0 : 1
  } catch (error) {
    if (signal.aborted) terminal.warn('windsock: stopped; nothing was changed')
    else if (error instanceof RebuildError) {
      terminal.warn(`windsock: ${error.message}`)
      return 1
    }
    throw error
  } finally {
    await recoverer.close()
  }
}

function verificationLines(found: Verification): string[] {
  const { blocks, userposts, values, signatures, badWorts, height, problems, first, digest } = found
  const rows = digest.tables.reduce((sum, table) => sum + table.rows, 0)
  return [
    `${count(blocks)} blocks, ${count(userposts)} posts, ${count(values)} DHT values: ${count(signatures)} signatures checked`,
    ...(badWorts === 0
      ? []
      : [`${count(badWorts)} signatures of comments (sig_wort) are none; nothing depends on them`]),
    ...first.map(({ table, key, what }) => calmLine(`${table} ${key}: ${what}`)),
    ...(problems > 0
      ? [`${count(problems)} problems; reindex derives the rows anew, raw data must be fetched again`]
      : []),
    `digest of ${count(rows)} rows at height ${count(height)}, by network and pages:`,
    `network ${digest.network}`,
    `pages   ${digest.pages}`,
    problems === 0 ? 'all is as it must be' : 'NOT all is as it must be',
  ]
}
