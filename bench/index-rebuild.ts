import { type Database, openDb } from '../db/client.ts'
import { DERIVED_NAMES } from '../db/derived-tables.ts'
import { indexDigest } from '../db/digest.ts'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import { dataFileItems } from './index-data-file.ts'
import { loadRaw } from './load-raw.ts'
import type { IndexBenchOptions, Progress } from './measure.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
/** Tables by far the longest of what is derived from posts. */
const LONGEST = ['userpost', 'hashtag', 'mention', 'twist_link']

/**
 * The whole index derived anew from its raw rows, search and totals included. The bound is what the server alone needs
 * to write such rows and their indexes: the longest tables copied within it.
 */
export async function measureRebuild(options: IndexBenchOptions, progress: Progress): Promise<object> {
  const server = await openEmbeddedPostgres({ dataDir: options.folder, log: quiet })
  const db = openDb(server.url, { max: 2, name: 'bench' })
  try {
    await migrateDatabase(server.url, { say: () => undefined })
    await loadRaw(db, dataFileItems(options.dataFileOf(options.posts)), progress)
    const rebuilt = await rebuild(server.url, progress)
    const [bound_s, digest_s] = [await seconds(() => copyLongest(db)), await seconds(() => indexDigest(db))]
    return {
      ...rebuilt,
      posts_per_s: Math.round(options.posts / rebuilt.seconds),
      bound_s,
      times_the_bound: Math.round((10 * rebuilt.seconds) / bound_s) / 10,
      digest_s,
    }
  } finally {
    await db.end({ timeout: 1 })
    await server.close()
  }
}

async function rebuild(databaseUrl: string, progress: Progress) {
  const startedAt = performance.now()
  const phases: Record<string, number> = {}
  let phase = 'preparing'
  let since = startedAt
  const note = (next: string) => {
    if (next === phase) return
    const now = performance.now()
    phases[phase] = (phases[phase] ?? 0) + Math.round((now - since) / 100) / 10
    progress(`rebuild: ${phase} ${phases[phase]} s`)
    phase = next
    since = now
  }
  const { userposts } = await rebuildIndex({
    databaseUrl,
    signal: new AbortController().signal,
    now: () => Date.now() / 1000,
    onProgress: (at) => note(at.phase),
  })
  note('')
  return { userposts, seconds: Math.round((performance.now() - startedAt) / 100) / 10, phases_s: phases }
}

async function copyLongest(db: Database): Promise<void> {
  await db.begin(async (tx) => {
    await tx.unsafe(`SET LOCAL maintenance_work_mem = '256MB'`)
    await tx.unsafe('CREATE SCHEMA bound')
    for (const table of DERIVED_NAMES.filter((name) => LONGEST.includes(name))) {
      await tx.unsafe(`CREATE TABLE bound.${table} (LIKE public.${table})`)
      await tx.unsafe(`INSERT INTO bound.${table} SELECT * FROM public.${table}`)
      const indexes = await tx<{ text: string }[]>`
        SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = ${`public.${table}`}::regclass`
      for (const { text } of indexes) await tx.unsafe(text.replace(' ON public.', ' ON bound.'))
    }
  })
  await db.unsafe('DROP SCHEMA bound CASCADE')
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return Math.round((performance.now() - startedAt) / 100) / 10
}
