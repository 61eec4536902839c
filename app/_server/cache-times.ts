import type { KeepTimes } from './response-cache.ts'

/** How long readers and proxies may keep an answer, and this process while it hears of no change. */
export interface CacheTimes extends KeepTimes {
  header: string
}

const SECOND_MS = 1000
const HOUR_MS = 3_600_000

/** "post, thread" (the product's table of HTTP). */
const POST: CacheTimes = {
  header: 'public, max-age=60, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=604800',
  freshMs: HOUR_MS,
  staleMs: 24 * HOUR_MS,
}

/** "lists". */
const LIST: CacheTimes = {
  header: 'public, s-maxage=15, stale-while-revalidate=60',
  freshMs: 15 * SECOND_MS,
  staleMs: 60 * SECOND_MS,
}

/** What tells how things are right now. */
const NOW: CacheTimes = { header: 'public, max-age=2', freshMs: 1.5 * SECOND_MS, staleMs: 0 }

/** "not found: ≤ 60 s": a name may be registered and a post may come at any moment. */
const ABSENT: CacheTimes = { header: 'public, max-age=10', freshMs: 10 * SECOND_MS, staleMs: 0 }

/** What an author or the operator does not show: he may change his mind. */
const GONE: CacheTimes = { header: 'public, max-age=60', freshMs: 60 * SECOND_MS, staleMs: 0 }

const POST_PATH = /^(?:\/api\/v1\/posts\/[^/?]+\/\d|\/post\/|\/embed\/post\/)/
const NOW_PATH = /^\/(?:api\/v1\/)?(?:status|follows|chain)\b/

/** `path`: of an API call, or the inner one of a page (routes.ts). */
export function cacheTimesOf(path: string, status: number): CacheTimes {
  if (status === 410 || status === 451) return GONE
  if (status !== 200) return ABSENT
  if (POST_PATH.test(path)) return POST
  return NOW_PATH.test(path) ? NOW : LIST
}
