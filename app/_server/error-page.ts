import { type Finished, finish } from './finished.ts'

const WORDS: Readonly<Record<number, { title: string; sentence: string }>> = {
  400: { title: 'This address is not well formed', sentence: 'A part of it could not be read. The way back:' },
  404: { title: 'There is nothing at this address', sentence: 'It may have been mistyped. The way back:' },
  405: { title: 'This site can only be read', sentence: 'Nothing can be posted through it. The way back:' },
  414: { title: 'This address is too long', sentence: 'The way back:' },
  500: { title: 'This page could not be made', sentence: 'The fault is ours and has been noted. The way back:' },
  503: {
    title: 'The index cannot be read right now',
    sentence: 'The database behind this site does not answer. It is asked again with every visit, so try in a moment.',
  },
}

/** Pages that must work when nothing else does: no database, no framework, no user's text. */
export function errorPage(status: number, stylesheetPath: string): Promise<Finished> {
  const words = WORDS[status] ?? { title: 'Something went wrong', sentence: 'The way back:' }
  const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>${words.title} · Windsock</title><meta name="robots" content="noindex"/><link rel="stylesheet" href="${stylesheetPath}"/><link rel="icon" href="/icon.svg" type="image/svg+xml"/></head><body><main class="lone" id="main"><h1>${words.title}</h1><p>${words.sentence}</p><p><a href="/">Newest posts</a> · <a href="/names">People</a> · <a href="/status">Status</a></p></main></body></html>`
  const headers: Record<string, string> = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  if (status === 503) headers['retry-after'] = '5'
  if (status === 405) headers['allow'] = 'GET, HEAD'
  return finish(status, headers, Buffer.from(html))
}

const CODES: Readonly<Record<number, string>> = {
  400: 'bad-address',
  404: 'not-found',
  405: 'method-not-allowed',
  414: 'address-too-long',
  500: 'internal-error',
  503: 'database-unavailable',
}

/** The same for callers of the API: problem+json (RFC 9457). */
export function errorProblem(status: number): Promise<Finished> {
  const words = WORDS[status] ?? { title: 'Something went wrong', sentence: '' }
  const problem = { type: 'about:blank', title: words.title, status, code: CODES[status] ?? 'error' }
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  }
  if (status === 503) headers['retry-after'] = '5'
  if (status === 405) headers['allow'] = 'GET, HEAD'
  return finish(status, headers, Buffer.from(JSON.stringify(problem)))
}
