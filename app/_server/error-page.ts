import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Refused } from '../_ui/refused.tsx'
import { inRendering } from '../_words/rendering.ts'
import { type WordKey, words } from '../_words/words.ts'
import { CORS_HEADERS } from './cors.ts'
import { type Finished, finish } from './finished.ts'
import { keepLanguage, type SpokenAddress } from './spoken-address.ts'

interface Refusal {
  status: number
  title: WordKey
  /** On a page; a program has its code. */
  sentence: WordKey
}

const REFUSALS = {
  'bad-address': { status: 400, title: 'refusal.badAddressTitle', sentence: 'refusal.badAddress' },
  'bad-request': { status: 400, title: 'refusal.badRequestTitle', sentence: 'refusal.badRequest' },
  'not-found': { status: 404, title: 'refusal.notFoundTitle', sentence: 'refusal.notFound' },
  'method-not-allowed': { status: 405, title: 'refusal.readOnlyTitle', sentence: 'refusal.readOnly' },
  'request-timeout': { status: 408, title: 'refusal.timeoutTitle', sentence: 'refusal.timeout' },
  'address-too-long': { status: 414, title: 'refusal.addressTooLongTitle', sentence: 'refusal.addressTooLong' },
  'too-many-requests': { status: 429, title: 'refusal.tooManyTitle', sentence: 'refusal.tooMany' },
  'headers-too-long': { status: 431, title: 'refusal.headersTooLongTitle', sentence: 'refusal.headersTooLong' },
  'internal-error': { status: 500, title: 'refusal.internalTitle', sentence: 'refusal.internal' },
  'database-unavailable': { status: 503, title: 'refusal.databaseTitle', sentence: 'refusal.database' },
  'too-busy': { status: 503, title: 'refusal.busyTitle', sentence: 'refusal.busy' },
} as const satisfies Record<string, Refusal>

/** Stable; for programs. */
export type RefusalCode = keyof typeof REFUSALS

/** Each is made once: one for a code, a language, and whether the address names that. */
const made = new Map<string, Finished>()

/** Pages that must work when nothing else does: no database, nothing of Next, no user's text. */
export function errorPage(
  code: RefusalCode,
  stylesheetPath: string,
  { language, prefix }: Pick<SpokenAddress, 'language' | 'prefix'>,
): Finished {
  const key = `${code} ${language} ${prefix} ${stylesheetPath}`
  const known = made.get(key)
  if (known !== undefined) return known
  const { status, title, sentence } = REFUSALS[code]
  const html = inRendering({ language, origin: '', address: '/' }, () =>
    renderToStaticMarkup(createElement(Refused, { title: words(title), sentence: words(sentence), stylesheetPath })),
  )
  const body = Buffer.from(keepLanguage(`<!DOCTYPE html>${html}`, prefix))
  const page = finish(status, { ...headersOf(status), 'content-type': 'text/html; charset=utf-8' }, body)
  made.set(key, page)
  return page
}

/** The same for programs: problem+json (RFC 9457), whose titles are English. */
export function errorProblem(code: RefusalCode): Finished {
  const { status, title } = REFUSALS[code]
  const problem = { type: 'about:blank', title: words(title, undefined, 'en'), status, code }
  const headers = { ...headersOf(status), ...CORS_HEADERS, 'content-type': 'application/problem+json' }
  return finish(status, headers, Buffer.from(JSON.stringify(problem)))
}

const RETRY_AFTER_S = 5

function headersOf(status: number): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (status === 503) headers['retry-after'] = String(RETRY_AFTER_S)
  return headers
}
