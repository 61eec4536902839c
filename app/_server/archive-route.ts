import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import { problemResponse } from '../api/problem.ts'
import type { Api } from './api-answer.ts'
import type { Client } from './client-address.ts'
import type { DirectRoute } from './direct.ts'
import { ARCHIVE_LOOK_MS, ARCHIVES_PER_CLIENT, MIN_ARCHIVE_PACE_BYTES, STREAM_BROTLI_QUALITY } from './limits.ts'
import { type Coding, codingOf } from './negotiate.ts'

const PATH = /^\/api\/v1\/users\/[^/]+\/archive$/
const BASE = 'http://api.invalid'
const RETRY_AFTER_S = 10

/**
 * Archives, from the API to the socket as fast as their readers take them: they are neither kept nor made for two.
 * `lookMs`: how often it is looked whether they are taken at all.
 */
export function createArchiveRoute(api: Api, lookMs: number = ARCHIVE_LOOK_MS): DirectRoute {
  const countByClient = new Map<string, number>()

  function count({ key }: Client, change: number): void {
    const next = (countByClient.get(key) ?? 0) + change
    if (next === 0) countByClient.delete(key)
    else countByClient.set(key, next)
  }

  return {
    matches: (pathname) => PATH.test(pathname),
    methods: ['GET'],
    async serve(request, response, url, client) {
      request.resume()
      if (!client.isLocal && (countByClient.get(client.key) ?? 0) >= ARCHIVES_PER_CLIENT) {
        return send(request, response, tooMany(), lookMs)
      }
      count(client, 1)
      try {
        const gone = new AbortController()
        response.once('close', () => gone.abort())
        const answer = await api.fetch(new Request(BASE + url.pathname + url.search, { signal: gone.signal }))
        if (answer.status === 500) throw new Error('an archive could not be made')
        await send(request, response, answer, lookMs)
      } finally {
        count(client, -1)
      }
    },
  }
}

function tooMany(): Response {
  const title = `from one address ${ARCHIVES_PER_CLIENT} archives at once at most`
  const answer = problemResponse(429, 'too-many-archives', title)
  answer.headers.set('retry-after', String(RETRY_AFTER_S))
  return answer
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Response,
  lookMs: number,
): Promise<void> {
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('vary', 'Accept-Encoding')
  const coding = codingOf(request.headers['accept-encoding']?.toString())
  if (coding !== undefined) response.setHeader('content-encoding', coding)
  response.writeHead(answer.status)
  if (request.method === 'HEAD' || answer.body === null) {
    await answer.body?.cancel()
    response.end()
    return
  }
  const coder = coding === undefined ? [] : [coderOf(coding)]
  const watch = watchPace(response, lookMs)
  try {
    await pipeline([Readable.fromWeb(answer.body as never), ...coder, response])
  } catch {
    response.destroy()
  } finally {
    clearInterval(watch)
  }
}

/**
 * Parts with a reader who takes less than a pace: as long as there is something to take, a connection to the database
 * and what it sees are held up. One who waits for us is not slow.
 */
function watchPace(response: ServerResponse, lookMs: number): NodeJS.Timeout {
  const { socket } = response
  let before = 0
  return setInterval(() => {
    const taken = socket === null ? 0 : socket.bytesWritten - socket.writableLength
    const isWaiting = (socket?.writableLength ?? 0) > 0
    if (isWaiting && taken - before < MIN_ARCHIVE_PACE_BYTES) response.destroy()
    before = taken
  }, lookMs)
}

function coderOf(coding: Coding): Transform {
  if (coding === 'gzip') return createGzip()
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: STREAM_BROTLI_QUALITY } })
}
