import type { Database } from '../db/client.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { QUERY_CASES } from './query-cases.ts'
import { type Subjects, sampleSubjects } from './query-subjects.ts'

const SEED = 1
/** Each of the reader's connections plans each statement once. */
const WARM_UP_RUNS = 16
const RUNS = 100

interface QueryFigures {
  p50_ms: number
  p95_ms: number
  /** The first run of all: nothing prepared, little in memory. */
  first_ms: number
}

export async function measureQueriesOn(
  db: Database,
  readUrl: string,
  only?: string,
): Promise<Record<string, QueryFigures>> {
  const subjects = await sampleSubjects(db, SEED)
  const reader = openReader(readUrl)
  try {
    const figures: Record<string, QueryFigures> = {}
    figures['select_1'] = await measure(reader, subjects, (sql) => sql`select 1`)
    for (const [name, run] of Object.entries(QUERY_CASES))
      if (only === undefined || new RegExp(only).test(name)) figures[name] = await measure(reader, subjects, run)
    return figures
  } finally {
    await reader.end({ timeout: 1 })
  }
}

async function measure(
  reader: Reader,
  subjects: Subjects,
  run: (sql: Reader, subjects: Subjects, at: number) => Promise<unknown>,
): Promise<QueryFigures> {
  const times: number[] = []
  for (let at = 0; at < WARM_UP_RUNS + RUNS; at++) {
    const startedAt = performance.now()
    await run(reader, subjects, at)
    times.push(performance.now() - startedAt)
  }
  const first = times[0] ?? 0
  const warm = times.slice(WARM_UP_RUNS)
  warm.sort((a, b) => a - b)
  const quantile = (share: number) => Math.round((warm[Math.ceil(share * warm.length) - 1] ?? 0) * 100) / 100
  return { p50_ms: quantile(0.5), p95_ms: quantile(0.95), first_ms: Math.round(first * 100) / 100 }
}
