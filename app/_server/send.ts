import type { IncomingMessage, ServerResponse } from 'node:http'
import { etagOf, type Finished } from './finished.ts'

/** Sends a finished response: 304 where the reader has it, gzip where the reader takes it, no body for HEAD. */
export function send(request: IncomingMessage, response: ServerResponse, finished: Finished): void {
  const isGzipped = finished.gzipped !== undefined && acceptsGzip(request.headers['accept-encoding'])
  const etag = etagOf(finished, isGzipped)
  const headers: Record<string, string | number> = { ...finished.headers, etag, vary: 'accept-encoding' }
  if (finished.status === 200 && matches(request.headers['if-none-match'], etag)) {
    delete headers['content-type']
    response.writeHead(304, headers).end()
    return
  }
  const body = isGzipped && finished.gzipped !== undefined ? finished.gzipped : finished.body
  if (isGzipped) headers['content-encoding'] = 'gzip'
  headers['content-length'] = body.length
  response.writeHead(finished.status, headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function acceptsGzip(header: string | string[] | undefined): boolean {
  if (typeof header !== 'string') return false
  return header.split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    if (coding !== 'gzip' && coding !== 'x-gzip' && coding !== '*') return false
    return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
