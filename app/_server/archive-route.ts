import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { Api } from './api-answer.ts'
import type { DirectRoute } from './direct.ts'
import { ARCHIVE_STALL_MS, STREAM_BROTLI_QUALITY } from './limits.ts'
import { type Coding, codingOf } from './negotiate.ts'

const PATH = /^\/api\/v1\/users\/[^/]+\/archive$/
const BASE = 'http://api.invalid'

/** Archives, from the API to the socket as fast as their readers take them: they are neither kept nor made for two. */
export function createArchiveRoute(api: Api): DirectRoute {
  return {
    matches: (pathname) => PATH.test(pathname),
    methods: ['GET'],
    serve: (request, response, url) => serve(api, request, response, url),
  }
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  request.resume()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await api.fetch(new Request(BASE + url.pathname + url.search, { signal: gone.signal }))
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
  // A reader who takes nothing for so long holds up a connection to the database.
  response.setTimeout(ARCHIVE_STALL_MS, () => response.destroy())
  const coder = coding === undefined ? [] : [coderOf(coding)]
  await pipeline([Readable.fromWeb(answer.body as never), ...coder, response]).catch(() => response.destroy())
}

function coderOf(coding: Coding): Transform {
  if (coding === 'gzip') return createGzip()
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: STREAM_BROTLI_QUALITY } })
}
