import { LRUCache } from 'lru-cache'
import type { Client } from './client-address.ts'
import { LOCAL_REQUESTS_PER_MINUTE, MAX_CLIENTS_REMEMBERED, REQUESTS_PER_MINUTE } from './limits.ts'

const WINDOW_MS = 60_000
/** Sums of sixtieths are not exact, nor is what is left of a large clock: 20 000.000 000 004 ms are 20 s. */
const ROUNDING_MS = 0.001

export interface RateLimitOptions {
  /** For everybody; undefined: the limits of limits.ts, which let local readers do more. 0: no limit. */
  perMinute: number | undefined
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number
}

export interface Admission {
  isAdmitted: boolean
  /** For the answer, whether it is a refusal or not. */
  headers: Readonly<Record<string, string>>
}

export interface RateLimit {
  /** Counts a request, or a part of one. */
  admit(client: Client, weight?: number): Admission
}

/** Without a limit nothing is said of one. */
const UNLIMITED: Admission = { isAdmitted: true, headers: {} }

/**
 * A bucket of tokens for each reader: a minute's worth at first, filled again evenly. Kept as one number, the moment at
 * which the bucket will be full again. The reader who has been away longest is forgotten first, so has a full bucket.
 */
export function createRateLimit({ perMinute, nowMs }: RateLimitOptions): RateLimit {
  const fullAt = new LRUCache<string, number>({ max: MAX_CLIENTS_REMEMBERED })

  return {
    admit({ key, isLocal }, weight = 1) {
      const quota = perMinute ?? (isLocal ? LOCAL_REQUESTS_PER_MINUTE : REQUESTS_PER_MINUTE)
      if (quota === 0) return UNLIMITED
      const now = nowMs()
      const tokenMs = WINDOW_MS / quota
      const before = Math.max(fullAt.get(key) ?? now, now)
      const after = before + tokenMs * weight
      const isAdmitted = after - now <= WINDOW_MS + ROUNDING_MS
      if (isAdmitted) fullAt.set(key, after)
      const usedMs = (isAdmitted ? after : before) - now
      const headers = headersOf(quota, Math.floor((WINDOW_MS - usedMs + ROUNDING_MS) / tokenMs), seconds(usedMs))
      if (!isAdmitted) headers['retry-after'] = String(Math.max(1, seconds(after - now - WINDOW_MS)))
      return { isAdmitted, headers }
    },
  }
}

/**
 * RateLimit-Policy and RateLimit are those of draft-ietf-httpapi-ratelimit-headers-10: q requests in w seconds; r are
 * left, and all again in t seconds. The other three are of its earlier versions, which more programs read so far.
 */
function headersOf(quota: number, left: number, fullInS: number): Record<string, string> {
  return {
    'ratelimit-policy': `"reader";q=${quota};w=${WINDOW_MS / 1000}`,
    ratelimit: `"reader";r=${left};t=${fullInS}`,
    'ratelimit-limit': String(quota),
    'ratelimit-remaining': String(left),
    'ratelimit-reset': String(fullInS),
  }
}

function seconds(ms: number): number {
  return Math.max(0, Math.ceil((ms - ROUNDING_MS) / 1000))
}
