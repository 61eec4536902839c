import postgres from 'postgres'
import { withKeptTexts } from './kept-texts.ts'

/** The read-only way into the database. Bigints arrive as numbers, columns in camelCase. */
export type Reader = postgres.Sql<{ bigint: number }>

const MAX_CONNECTIONS = 8
const CONNECT_TIMEOUT_S = 3
const STATEMENT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_S = 60
const RECONNECT_DELAY_S = 0.3
const RANDOM_PAGE_COST = 1.1

/** Opens lazily: nothing is contacted before the first query, and a lost connection is made again by the next one. */
export function openReader(url: string): Reader {
  const sql: Reader = postgres(url, {
    max: MAX_CONNECTIONS,
    connect_timeout: CONNECT_TIMEOUT_S,
    idle_timeout: IDLE_TIMEOUT_S,
    backoff: () => RECONNECT_DELAY_S,
    connection: {
      application_name: 'windsock site',
      statement_timeout: STATEMENT_TIMEOUT_MS,
      default_transaction_read_only: true,
      // Every list is read in the order of an index. With the default of 4 (of spinning disks) PostgreSQL would rather
      // collect a user's posts from a bitmap and sort them, which takes long for those who wrote most.
      random_page_cost: RANDOM_PAGE_COST,
      // One plan for all arguments, made once a connection: planning the joins of a post takes longer than reading them.
      plan_cache_mode: 'force_generic_plan',
      // A request has one core: starting workers takes longer than any query of a page.
      max_parallel_workers_per_gather: 0,
    },
    types: {
      bigint: {
        to: 20,
        from: [20],
        serialize: (value: number) => String(value),
        parse: (text: string) => Number(text),
      },
    },
    transform: { column: { from: postgres.toCamel } },
    onnotice: () => {},
  })
  return withKeptTexts(sql)
}

/** Several queries of one moment. */
export type ReadTransaction = postgres.TransactionSql<{ bigint: number }>

const QUERY_CANCELLED = '57014'

/** Undefined when one of the queries takes longer. */
export async function readWithin<Result extends object>(
  sql: Reader,
  timeoutMs: number,
  read: (tx: ReadTransaction) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    const result = await sql.begin('read only', async (tx) => {
      await tx`select set_config('statement_timeout', ${String(timeoutMs)}, true)`
      return read(tx)
    })
    return result as Result
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === QUERY_CANCELLED) return undefined
    throw error
  }
}

/** Several queries that see the same rows, whatever is written meanwhile. */
export async function readOneMoment<Result>(
  sql: Reader,
  read: (tx: ReadTransaction) => Promise<Result>,
): Promise<Result> {
  return (await sql.begin('isolation level repeatable read read only', read)) as Result
}

export type Fragment = postgres.PendingQuery<postgres.Row[]>

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** Block hashes and transaction ids are displayed reversed. */
export function hashOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex')
}
