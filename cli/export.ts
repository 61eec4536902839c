import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { NothingToExport, writeArchive } from '../app/archive/write-archive.ts'
import { openDb } from '../db/client.ts'
import { ConfigError } from './config-error.ts'
import { givenNames } from './given-names.ts'
import { count } from './progress.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import type { Terminal } from './terminal.ts'

interface ExportTo {
  names: readonly string[]
  /** Undefined: standard output. */
  out: string | undefined
  signal: AbortSignal
}

/** Writes an export; the exit code. Under its name a file is always whole. */
export async function exportTo(
  databaseUrl: string,
  { names, out, signal }: ExportTo,
  terminal: Terminal,
): Promise<number> {
  const { usernames, wrong } = givenNames(names)
  if (wrong.length > 0) throw new ConfigError(`${wrong.join(', ')}: not the name of a user`)
  const db = openDb(databaseUrl, { max: 1, name: 'windsock export' })
  const draft = out === undefined ? undefined : `${out}.unfinished`
  const target = openTarget(draft, out?.endsWith('.gz') === true)
  const progress = rebuildProgress(terminal)
  const onProgress = (records: number) => progress({ phase: 'records', done: records, total: 0 })
  try {
    const now = Date.now() / 1000
    const { blocks, registrations, userposts, values } = await writeArchive({
      ...{ sql: db, isPublic: false, usernames, now, signal, onProgress },
      write: target.write,
    })
    await target.close()
    if (out !== undefined && draft !== undefined) await rename(draft, out)
    const chain = usernames.length === 0 ? `${count(blocks)} blocks` : `${count(registrations)} registrations`
    terminal.warn(`exported ${chain}, ${count(userposts)} posts and ${count(values)} DHT values`)
    return 0
  } catch (error) {
    if (draft !== undefined) await rm(draft, { force: true })
    if (error instanceof NothingToExport || isOfFile(error)) {
      terminal.warn(`windsock: ${error.message}`)
      return 1
    }
    throw error
  } finally {
    await db.end({ timeout: 1 })
  }
}

interface Target {
  write(text: string): Promise<void>
  close(): Promise<void>
}

function openTarget(path: string | undefined, isCompressed: boolean): Target {
  const file: Writable = path === undefined ? process.stdout : createWriteStream(path)
  const gzip = isCompressed ? createGzip() : undefined
  const stream: Writable = gzip ?? file
  let failure: unknown
  for (const one of new Set([file, stream])) {
    one.on('error', (error) => {
      failure ??= error
    })
  }
  gzip?.pipe(file)
  return {
    write: async (text) => {
      if (failure !== undefined) throw failure
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), once(file, 'close')])
      if (failure !== undefined) throw failure
    },
    close: async () => {
      // Standard output is not ours to end.
      if (path === undefined && !isCompressed) return
      stream.end()
      await finished(file)
    },
  }
}

function isOfFile(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error
}
