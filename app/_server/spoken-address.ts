import { type Language, parseLanguage } from '../_words/languages.ts'
import { languageOf } from './negotiate.ts'

/** The address of a page, and the language it is wanted in. */
export interface SpokenAddress {
  language: Language
  /** "/pt" where the address itself names the language, else nothing: the links of such a page keep it. */
  prefix: string
  pathname: string
}

/** "/pt/@alice" is "/@alice" in Portuguese; without a language in the address the reader's browser says which. */
export function parseSpokenAddress(pathname: string, acceptLanguage: string | undefined): SpokenAddress {
  const [, first = ''] = pathname.split('/', 2)
  const language = parseLanguage(first)
  if (language === undefined) return { language: languageOf(acceptLanguage), prefix: '', pathname }
  return { language, prefix: `/${language}`, pathname: pathname.slice(first.length + 1) || '/' }
}

const PAGE_LINK = /(<(?:a|form|link)\b[^>]*? (?:href|action)=")(\/[^"]*)"/g

/** Not in any language: the API's answers, pictures, and what has a file's name. Feeds are, as the pages beside them. */
const NO_PAGE = /^\/(?:(?:api|avatar|identicon)\/|[^?#]*(?:(?<!\.feed)\.json|\.(?:xml|svg|png|txt|css))(?:[?#]|$)|\/)/

/**
 * Puts the language before every link of a page to a page of this site. A link that says which language it leads to
 * (hreflang) stays. Safe on text: React escapes `<` and `"` in every text and attribute.
 */
export function keepLanguage(html: string, prefix: string): string {
  if (prefix === '') return html
  return html.replace(PAGE_LINK, (whole, before: string, path: string) =>
    NO_PAGE.test(path) || before.includes(' hrefLang=') || before.includes(' hreflang=')
      ? whole
      : `${before}${prefix}${path === '/' ? '' : path}"`,
  )
}
