import type { Language } from '../_words/languages.ts'
import { CATALOGUES } from '../_words/words.ts'

/** Of whose sentences app/browser is in need. */
const AREAS = ['copy.', 'keys.', 'live.', 'verify.'] as const

/** What app/browser says in a language, as JSON: the messages by their keys, which it puts values into by itself. */
export function browserWords(language: Language): string {
  const isWanted = (key: string) => AREAS.some((area) => key.startsWith(area))
  const texts = { ...CATALOGUES.en, ...CATALOGUES[language] }
  return JSON.stringify(Object.fromEntries(Object.entries(texts).filter(([key]) => isWanted(key))))
}
