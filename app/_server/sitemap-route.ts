import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { Reader } from '../../db/queries/reader.ts'
import { readSitemap } from '../share/sitemap/read-sitemap.ts'
import { parseSitemapPath } from '../share/sitemap/sitemap-path.ts'
import { sitemapXml } from '../share/sitemap/sitemap-xml.ts'
import { inTime } from './api-answer.ts'
import type { DirectRoute } from './direct.ts'
import { MAX_SITEMAPS_AT_ONCE, SITEMAP_TIMEOUT_MS, STREAM_BROTLI_QUALITY } from './limits.ts'
import { type Coding, codingOf } from './negotiate.ts'
import { type Asked, originOf } from './origin.ts'
import { TooBusy } from './response-cache.ts'

const HEADERS = { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'public, max-age=3600' }

/** The sitemap: written as its readers take it, and not kept; nobody asks for it twice. */
export function createSitemapRoute(sql: Reader, asked: Asked): DirectRoute {
  let running = 0
  return {
    matches: (pathname) => parseSitemapPath(pathname) !== undefined,
    methods: ['GET'],
    async serve(request, response, url) {
      request.resume()
      const part = parseSitemapPath(url.pathname)
      if (part === undefined) throw new Error('a path that did not match')
      if (running >= MAX_SITEMAPS_AT_ONCE) throw new TooBusy('too many sitemaps are being read at once')
      running++
      try {
        const entries = await inTime(readSitemap(sql, part))
        const root = part.kind === 'index' ? 'sitemapindex' : 'urlset'
        await write(request, response, sitemapXml(root, originOf(request, asked), entries))
      } finally {
        running--
      }
    },
  }
}

async function write(request: IncomingMessage, response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  const coding = codingOf(request.headers['accept-encoding']?.toString())
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  response.setHeader('vary', 'Accept-Encoding')
  if (coding !== undefined) response.setHeader('content-encoding', coding)
  response.writeHead(200)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const coder = coding === undefined ? [] : [coderOf(coding)]
  try {
    await pipeline([Readable.from(pieces), ...coder, response], { signal: AbortSignal.timeout(SITEMAP_TIMEOUT_MS) })
  } catch {
    response.destroy()
  }
}

function coderOf(coding: Coding): Transform {
  if (coding === 'gzip') return createGzip()
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: STREAM_BROTLI_QUALITY } })
}
