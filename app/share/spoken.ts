import { type Language, parseLanguage } from '../_words/languages.ts'

/** A path without the language that may stand before it: "/pt/@alice" is "/@alice". */
export function parseSpoken(pathname: string): { language?: Language; pathname: string } {
  const [, first = ''] = pathname.split('/', 2)
  const language = parseLanguage(first)
  return language === undefined ? { pathname } : { language, pathname: pathname.slice(first.length + 1) || '/' }
}
