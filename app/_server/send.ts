import type { IncomingMessage, ServerResponse } from 'node:http'
import { codedBody, etagOf, type Finished } from './finished.ts'
import { codingOf } from './negotiate.ts'

/**
 * Sends a finished response: 304 where the reader has it, in a coding where the reader takes one, no body for HEAD. At
 * once, unless the coding has to be made first.
 * `extra`: headers of this one answer.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  finished: Finished,
  extra: Readonly<Record<string, string>> = {},
): void | Promise<void> {
  const coding = finished.isCompressible ? codingOf(headerOf(request, 'accept-encoding')) : undefined
  const headers: Record<string, string | number> = { ...finished.headers, ...extra }
  if (finished.isCompressible) headers['vary'] = [headers['vary'], 'Accept-Encoding'].filter(Boolean).join(', ')
  if (finished.status === 200) {
    const etag = etagOf(finished, coding)
    headers['etag'] = etag
    if (matches(headerOf(request, 'if-none-match'), etag)) {
      delete headers['content-type']
      response.writeHead(304, headers).end()
      return
    }
  }
  const isBodyWanted = request.method !== 'HEAD'
  if (coding === undefined) return sendBody(response, finished.status, headers, finished.body, isBodyWanted)
  headers['content-encoding'] = coding
  const body = codedBody(finished, coding)
  if (!(body instanceof Promise)) return sendBody(response, finished.status, headers, body, isBodyWanted)
  return body.then((made) => sendBody(response, finished.status, headers, made, isBodyWanted))
}

function sendBody(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  body: Buffer,
  isBodyWanted: boolean,
): void {
  headers['content-length'] = body.length
  response.writeHead(status, headers)
  response.end(isBodyWanted ? body : undefined)
}

/** Undefined for a header that came more than once and cannot be joined. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The weak comparison of RFC 9110, 13.1.2: a proxy that compressed an answer has made its validator weak. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
