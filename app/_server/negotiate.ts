import { LANGUAGES, type Language, parseLanguage } from '../_words/languages.ts'

/** What a reader asks for in Accept, Accept-Encoding and Accept-Language (RFC 9110, 12.4 and 12.5). Nothing there is ever an error. */

/** Codings of a body, the one preferred among equals first. */
export const CODINGS = ['br', 'gzip'] as const
export type Coding = (typeof CODINGS)[number]

/** The coding to send: none unless the reader names it, or everything. */
export function codingOf(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return undefined
  const given = parseWeighted(acceptEncoding)
  const weightOf = (coding: string) => given.get(coding) ?? given.get('*') ?? 0
  let best: Coding | undefined
  let bestWeight = 0
  for (const coding of CODINGS) {
    const weight = coding === 'gzip' ? Math.max(weightOf('gzip'), given.get('x-gzip') ?? 0) : weightOf(coding)
    if (weight <= bestWeight) continue
    best = coding
    bestWeight = weight
  }
  return best
}

/**
 * Whether a reader would rather have JSON than a page. Among equals the one that is named goes before one that a star
 * stands for: programs name JSON and then everything, browsers name text/html.
 */
export function prefersJson(accept: string | undefined): boolean {
  if (accept === undefined || !/json/i.test(accept)) return false
  const given = parseWeighted(accept)
  const json = given.get('application/json') ?? 0
  const html = given.get('text/html') ?? given.get('application/xhtml+xml')
  if (html !== undefined) return json > html
  return json > 0 && json >= (given.get('text/*') ?? given.get('*/*') ?? 0)
}

/** The language of the interface that a reader likes best; a region's or a script's own is the language's. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: Language = LANGUAGES[0]
  let bestWeight = 0
  for (const [tag, weight] of parseWeighted(acceptLanguage ?? '')) {
    const language = parseLanguage(tag.split('-', 1)[0] ?? '')
    if (language === undefined || weight <= bestWeight) continue
    best = language
    bestWeight = weight
  }
  return best
}

/** More than any browser names. */
const MAX_NAMES = 60

/** Names in lower case with their weights. A weight that cannot be read is none: the name counts fully. */
function parseWeighted(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const part of header.split(',', MAX_NAMES)) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const weight = parameters.map((parameter) => /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(parameter)?.[1]).find(Boolean)
    if (name !== '') weights.set(name, Math.min(1, Number(weight ?? 1)))
  }
  return weights
}
