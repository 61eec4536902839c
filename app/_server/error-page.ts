import { factsOf, type Language } from '../_words/languages.ts'
import { CORS_HEADERS } from './cors.ts'
import { type Finished, finish } from './finished.ts'

interface Refusal {
  status: number
  title: string
  /** On a page; a program has its code. */
  sentence: string
}

const REFUSALS = {
  'bad-address': {
    status: 400,
    title: 'This address is not well formed',
    sentence: 'A part of it could not be read. The way back:',
  },
  'bad-request': { status: 400, title: 'This request is not well formed', sentence: 'The way back:' },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address',
    sentence: 'It may have been mistyped. The way back:',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This site can only be read',
    sentence: 'Nothing can be posted through it. The way back:',
  },
  'request-timeout': { status: 408, title: 'This request took too long to arrive', sentence: 'The way back:' },
  'address-too-long': { status: 414, title: 'This address is too long', sentence: 'The way back:' },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    sentence: 'More came from your address than this site answers in a minute. Wait a moment, then:',
  },
  'headers-too-long': { status: 431, title: 'The headers of this request are too long', sentence: 'The way back:' },
  'internal-error': {
    status: 500,
    title: 'This page could not be made',
    sentence: 'The fault is ours and has been noted. The way back:',
  },
  'database-unavailable': {
    status: 503,
    title: 'The index cannot be read right now',
    sentence: 'The database behind this site does not answer. It is asked again with every visit, so try in a moment.',
  },
  'too-busy': {
    status: 503,
    title: 'Too much is asked of this site right now',
    sentence: 'Try again in a moment. The way back:',
  },
} as const satisfies Record<string, Refusal>

/** Stable; for programs. */
export type RefusalCode = keyof typeof REFUSALS

/** Pages that must work when nothing else does: no database, no framework, no user's text. */
export function errorPage(code: RefusalCode, stylesheetPath: string, language: Language): Finished {
  const { status, title, sentence } = REFUSALS[code]
  const { tag, direction } = factsOf(language)
  const html = `<!DOCTYPE html><html lang="${tag}" dir="${direction}"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>${title} · Windsock</title><meta name="robots" content="noindex"/><link rel="stylesheet" href="${stylesheetPath}"/><link rel="icon" href="/icon.svg" type="image/svg+xml"/></head><body><main class="lone" id="main"><h1>${title}</h1><p>${sentence}</p><p><a href="/">Newest posts</a> · <a href="/names">People</a> · <a href="/status">Status</a></p></main></body></html>`
  return finish(status, { ...headersOf(status), 'content-type': 'text/html; charset=utf-8' }, Buffer.from(html))
}

/** The same for programs: problem+json (RFC 9457). */
export function errorProblem(code: RefusalCode): Finished {
  const { status, title } = REFUSALS[code]
  const headers = { ...headersOf(status), ...CORS_HEADERS, 'content-type': 'application/problem+json' }
  return finish(status, headers, Buffer.from(JSON.stringify({ type: 'about:blank', title, status, code })))
}

const RETRY_AFTER_S = 5

function headersOf(status: number): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (status === 503) headers['retry-after'] = String(RETRY_AFTER_S)
  return headers
}
