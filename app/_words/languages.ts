/** The languages of the interface, by their codes in an address; the first is spoken where no other is wanted. */
export const LANGUAGES = ['en', 'pt', 'es', 'de', 'fr', 'ru', 'zh', 'ja', 'ar'] as const

export type Language = (typeof LANGUAGES)[number]

interface LanguageFacts {
  /** BCP 47, for `lang`. */
  tag: string
  /** As its speakers call it. */
  name: string
  direction: 'ltr' | 'rtl'
  /** What dates and plurals are formed by: one calendar and one set of digits on every page. */
  locale: string
}

const FACTS: Readonly<Record<Language, LanguageFacts>> = {
  en: { tag: 'en', name: 'English', direction: 'ltr', locale: 'en-GB' },
  pt: { tag: 'pt', name: 'Português', direction: 'ltr', locale: 'pt-BR' },
  es: { tag: 'es', name: 'Español', direction: 'ltr', locale: 'es' },
  de: { tag: 'de', name: 'Deutsch', direction: 'ltr', locale: 'de' },
  fr: { tag: 'fr', name: 'Français', direction: 'ltr', locale: 'fr' },
  ru: { tag: 'ru', name: 'Русский', direction: 'ltr', locale: 'ru' },
  zh: { tag: 'zh-Hans', name: '中文', direction: 'ltr', locale: 'zh-Hans' },
  ja: { tag: 'ja', name: '日本語', direction: 'ltr', locale: 'ja-u-ca-gregory' },
  ar: { tag: 'ar', name: 'العربية', direction: 'rtl', locale: 'ar-u-ca-gregory-nu-latn' },
}

export function factsOf(language: Language): LanguageFacts {
  return FACTS[language]
}

export function parseLanguage(text: string): Language | undefined {
  return LANGUAGES.find((language) => language === text)
}
