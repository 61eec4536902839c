import { join } from 'node:path'
import type { Database } from '../db/client.ts'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { atPort, layIndex } from './lay-index.ts'
import { layLongThread } from './long-thread.ts'
import type { IndexBenchOptions, Progress } from './measure.ts'
import { QUERY_CASES, type QueryCase } from './query-cases.ts'
import { at, type Subjects, sampleSubjects } from './query-subjects.ts'
import { SEARCH_CASES } from './search-cases.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const SEED = 1
/** Each of the reader's connections plans each statement once. */
const WARM_UP_RUNS = 16
const RUNS = 100
/** To hold the figures to, at the largest size; search is allowed more. */
const TARGETS = { p95_ms: 20, search_p95_ms: 100, thread_of_1000_p95_ms: 50, growth: 1.5 }

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

interface QueryFigures {
  p50_ms: number
  p95_ms: number
  /** The first run on a server that has just started: nothing is planned, and nothing in its memory. */
  first_ms: number
}

/**
 * Every query behind a page, as the site asks it: by the reading role, prepared, one plan for all arguments. The bounds:
 * a round trip that asks for nothing, and one row by its primary key.
 */
export async function measureQueries(options: IndexBenchOptions, progress: Progress): Promise<object> {
  const sizes = SIZES.filter((size) => size < options.posts)
  const figures: Record<string, SizeFigures> = {}
  for (const posts of [...sizes, options.posts]) figures[posts] = await measureSize(options, posts, progress)
  return { ...byQuery(figures), target: TARGETS }
}

interface SizeFigures {
  bytesPerPost: number
  queries: Record<string, QueryFigures>
}

async function measureSize(options: IndexBenchOptions, posts: number, progress: Progress): Promise<SizeFigures> {
  const dataDir = join(options.folder, String(posts))
  const { subjects, bytesPerPost, readUrl } = await load(options, dataDir, posts, progress)
  // Another server on the same files: its memory is empty.
  const server = await openEmbeddedPostgres({ dataDir, log: quiet })
  try {
    progress(`queries: measuring at ${posts} posts`)
    return { bytesPerPost, queries: await measureCases(atPort(readUrl, server.port), subjects) }
  } finally {
    await server.close()
  }
}

async function load(options: IndexBenchOptions, dataDir: string, posts: number, progress: Progress) {
  const dataFile = options.dataFileOf(posts)
  const { seen, readUrl } = await layIndex({ dataDir, dataFile, progress }, async (db) => {
    const subjects = await sampleSubjects(db, SEED)
    await layLongThread(db)
    return { subjects, bytesPerPost: (await sizeOf(db)) / posts }
  })
  return { ...seen, readUrl }
}

async function sizeOf(db: Database): Promise<number> {
  const [row] = await db<{ bytes: number }[]>`select pg_database_size(current_database()) as bytes`
  return row?.bytes ?? 0
}

export async function measureCases(readUrl: string, subjects: Subjects): Promise<Record<string, QueryFigures>> {
  const reader = openReader(readUrl)
  try {
    const figures: Record<string, QueryFigures> = {}
    for (const [name, run] of Object.entries({ ...BOUNDS, ...QUERY_CASES, ...SEARCH_CASES })) {
      figures[name] = await measureCase(reader, subjects, run)
    }
    return figures
  } finally {
    await reader.end({ timeout: 1 })
  }
}

const BOUNDS: Readonly<Record<string, QueryCase>> = {
  bound_select_1: (sql) => sql`select 1`,
  bound_primary_key: (sql, { posts }, i) =>
    sql`select * from userpost where username = ${at(posts, i).username} and k = ${at(posts, i).k}`,
}

async function measureCase(reader: Reader, subjects: Subjects, run: QueryCase): Promise<QueryFigures> {
  const times: number[] = []
  for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) {
    const startedAt = performance.now()
    await run(reader, subjects, i)
    times.push(performance.now() - startedAt)
  }
  const warm = times.slice(WARM_UP_RUNS).sort((a, b) => a - b)
  const quantile = (share: number) => rounded(warm[Math.ceil(share * warm.length) - 1] ?? 0)
  return { p50_ms: quantile(0.5), p95_ms: quantile(0.95), first_ms: rounded(times[0] ?? 0) }
}

/** A line a query: its figures by size, and how the p95 of the largest compares with that of the smallest. */
function byQuery(figures: Readonly<Record<string, SizeFigures>>): object {
  const sizes = Object.values(figures)
  const [smallest, largest] = [sizes[0], sizes.at(-1)]
  const names = Object.keys(largest?.queries ?? {})
  const queries = names.map((name) => {
    const bySize = Object.entries(figures).map(([posts, { queries: all }]) => [posts, all[name]])
    const growth = (largest?.queries[name]?.p95_ms ?? 0) / (smallest?.queries[name]?.p95_ms ?? 1)
    return [name, { ...Object.fromEntries(bySize), p95_growth: rounded(growth) }]
  })
  const bytes = Object.entries(figures).map(([posts, { bytesPerPost }]) => [posts, Math.round(bytesPerPost)])
  return { bytes_per_post: Object.fromEntries(bytes), queries: Object.fromEntries(queries) }
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100
}
