import { gatheringTopics } from '../../db/queries/topics.ts'
import { cacheTimesOf } from './cache-times.ts'
import { CORS_HEADERS } from './cors.ts'
import { finish } from './finished.ts'
import { RENDER_TIMEOUT_MS } from './limits.ts'
import type { Made } from './response-cache.ts'

/** The API as one function. Its answers depend on the path and the query alone. */
export interface Api {
  fetch(request: Request): Response | Promise<Response>
}

/** Thrown when an answer takes longer than a reader will wait. */
export class TooSlow extends Error {}

const BASE = 'http://api.invalid'

/** What the API may say about its own answer; the rest is the front's. */
const KEPT_HEADERS = ['content-type', 'cache-control', 'link']

/** Asks the API without a socket in between. `path`: with its query. */
export async function answerOfApi(api: Api, path: string): Promise<Made> {
  const topics = new Set<string>()
  const request = new Request(BASE + path)
  const response = await inTime(gatheringTopics(topics, () => Promise.resolve(api.fetch(request))))
  const times = cacheTimesOf(path, response.status)
  const headers: Record<string, string> = { ...CORS_HEADERS }
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name)
    if (value !== null) headers[name] = value
  }
  if (response.status < 500) headers['cache-control'] = times.header
  return { finished: finish(response.status, headers, Buffer.from(await response.arrayBuffer())), times, topics }
}

/** Gives up waiting for what takes longer than a reader waits. */
export async function inTime<Result>(promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow('an answer took too long')), RENDER_TIMEOUT_MS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
