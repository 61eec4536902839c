import { DEFAULT_LIMIT, MAX_LIMIT, type PageRequest } from '../page.ts'
import type { Fragment, Reader } from './reader.ts'

/**
 * How many rows a page asks for: one more than it shows, or a few more, which pageOf drops. A number in the text and not
 * a parameter: for an unknown limit PostgreSQL plans as if a tenth of the table were wanted. Few different numbers: each
 * is a prepared statement of its own.
 */
export function rowLimit(sql: Reader, request: PageRequest): Fragment {
  if (request.limit <= DEFAULT_LIMIT) return sql`limit 21`
  if (request.limit <= 50) return sql`limit 51`
  if (request.limit <= MAX_LIMIT) return sql`limit 101`
  throw new RangeError(`a page of ${request.limit}`)
}
