import { type Database, openDb } from '../db/client.ts'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import { dataFileItems } from './index-data-file.ts'
import { loadRaw } from './load-raw.ts'
import type { Progress } from './measure.ts'

const READ_PASSWORD = 'bench'
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

interface LayOptions {
  dataDir: string
  /** See index-data-file.ts. */
  dataFile: string
  progress: Progress
}

/**
 * Makes a database of a data set: raw rows, all that is derived from them, statistics of the planner; then stops its
 * server. `look` sees it before that. Answers the server's address for the reading role, of which the port will change.
 */
export async function layIndex<Seen>(
  { dataDir, dataFile, progress }: LayOptions,
  look: (db: Database) => Promise<Seen>,
): Promise<{ seen: Seen; readUrl: string }> {
  const server = await openEmbeddedPostgres({ dataDir, log: quiet })
  const db = openDb(server.url, { max: 2, name: 'bench' })
  try {
    await migrateDatabase(server.url, { readPassword: READ_PASSWORD, say: () => undefined })
    await loadRaw(db, dataFileItems(dataFile), progress)
    progress('deriving everything')
    await rebuildIndex({
      databaseUrl: server.url,
      signal: new AbortController().signal,
      now: () => Date.now() / 1000,
      onProgress: () => undefined,
    })
    const seen = await look(db)
    await db.unsafe('VACUUM (ANALYZE)')
    return { seen, readUrl: server.url.replace(/\/\/[^@]*@/, `//windsock_read:${READ_PASSWORD}@`) }
  } finally {
    await db.end({ timeout: 1 })
    await server.close()
  }
}

/** The same address at another server's port. */
export function atPort(address: string, port: number): string {
  const url = new URL(address)
  url.port = String(port)
  return url.href
}
