import { factsOf } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'

/** What is answered to those who show this site's contents elsewhere; the front adds its own headers. */
export interface ShareAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string | Uint8Array
}

/** Lists change with every post; "lists: s-maxage=15, stale-while-revalidate=60". */
export const LIST_CACHE = 'public, max-age=15, s-maxage=15, stale-while-revalidate=60'
export const SHORT_CACHE = 'public, max-age=60'
export const DAY_CACHE = 'public, max-age=86400'
export const FOREVER_CACHE = 'public, max-age=31536000, immutable'

/** Other sites' scripts may read it, and their pages may show it. */
export const FOR_OTHER_SITES: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

export function textAnswer(status: number, text: string): ShareAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': SHORT_CACHE, ...FOR_OTHER_SITES }
  return { status, headers, body: `${text}\n` }
}

/** BCP 47, of the answer that is being made. */
export function spokenTag(): string {
  return factsOf(currentRendering().language).tag
}
