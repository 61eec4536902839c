import postgres from 'postgres'

/** The owner's way into the database, for the indexer and migrations. bigint columns are numbers (below 2^53). */
export type Database = postgres.Sql<{ bigint: number }>
/** One transaction; every function in db/writes takes one. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>

const CONNECT_TIMEOUT_S = 5
const RECONNECT_DELAY_S = 0.5

/** Opens lazily: nothing is contacted before the first query, and a lost connection is made again by the next one. */
export function openDb(url: string, options: { max: number; name: string }): Database {
  return postgres(url, {
    max: options.max,
    connect_timeout: CONNECT_TIMEOUT_S,
    backoff: () => RECONNECT_DELAY_S,
    connection: { application_name: options.name },
    types: {
      bigint: {
        to: 20,
        from: [20],
        serialize: (value: number) => String(value),
        parse: (text: string) => Number(text),
      },
    },
    transform: { column: { from: postgres.toCamel } },
    onnotice: () => undefined,
  })
}

/**
 * SQLSTATE classes 08 (connection), 53 (disk, memory or connections are used up), 57 (shutdown, start-up, cancelled), 58
 * (input and output), 25006 (read-only), 55P03 (waited too long for a lock), and what postgres.js and sockets say.
 */
const AWAY =
  /^(?:(?:08|53|57|58)...|25006|55P03|CONNECT_TIMEOUT|CONNECTION_(?:CLOSED|ENDED|DESTROYED)|ECONN(?:REFUSED|RESET)|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENOENT)$/

/** The server is not there or cannot do it now: the same call may succeed later, and nothing is wrong with what it says. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return AWAY.test(codeOf(error))
}

/** Two writers met; the transaction was rolled back and may be tried again at once. */
export function isWriteConflict(error: unknown): boolean {
  return codeOf(error) === '40001' || codeOf(error) === '40P01'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
