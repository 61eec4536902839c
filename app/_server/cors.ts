import { type Finished, finish } from './finished.ts'

// Any page of the web may read the API: nothing here depends on who asks, and no cookie is looked at.

/** What a page of elsewhere may see of an answer, besides the few headers that it always may. */
const EXPOSED = [
  'Content-Location, ETag, Link, Retry-After',
  'RateLimit, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset',
].join(', ')

export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED,
}

/** Of the header Allow. The front answers OPTIONS everywhere. */
export function allowed(methods: readonly string[]): string {
  return [...methods, 'OPTIONS'].join(', ')
}

/** Answers a browser that asks before it sends a request with headers of its own. */
export function preflight(methods: readonly string[]): Finished {
  const headers = {
    ...CORS_HEADERS,
    'access-control-allow-methods': allowed(methods),
    // "*" stands for every header but this one, with which clients of the reference send a password.
    'access-control-allow-headers': '*, authorization',
    'access-control-max-age': '86400',
    allow: allowed(methods),
    'cache-control': 'public, max-age=86400',
  }
  return finish(204, headers, Buffer.alloc(0))
}
