import { IntlMessageFormat } from 'intl-messageformat'
import { createElement, Fragment, type ReactNode } from 'react'
import ar from './ar.json' with { type: 'json' }
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }
import ja from './ja.json' with { type: 'json' }
import { factsOf, type Language } from './languages.ts'
import { formatNumber } from './numbers.ts'
import pt from './pt.json' with { type: 'json' }
import { currentRendering } from './rendering.ts'
import ru from './ru.json' with { type: 'json' }
import zh from './zh.json' with { type: 'json' }

/** Names a sentence of the interface; the texts are ICU messages. */
export type WordKey = keyof typeof en

/** Numbers choose the plural and are shown with their thousands parted; the rest is put in as it is. */
export type Values = Readonly<Record<string, string | number>>
export type RichValues = Readonly<Record<string, ReactNode | ((chunks: ReactNode) => ReactNode)>>

export const CATALOGUES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  ...{ en, pt, es, de, fr, ru, zh, ja, ar },
}

/** A sentence in the language of the page that is being made, or in the one given. */
export function words(key: WordKey, values?: Values, language: Language = currentRendering().language): string {
  const message = messageOf(language, key)
  return typeof message === 'string' ? message : String(message.format(values && { ...values }))
}

/** The same with elements: `<name>…</name>` in the text is what the function `name` makes of what stands between. */
export function richWords(key: WordKey, values: RichValues): ReactNode {
  const message = messageOf(currentRendering().language, key)
  if (typeof message === 'string') return message
  const made: unknown = message.format<ReactNode>(Object.fromEntries(Object.entries(values).map(chunksInOne)))
  return Array.isArray(made) ? inOrder(made) : (made as ReactNode)
}

/** They never change places, so they need no keys. */
function inOrder(nodes: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, undefined, ...nodes)
}

function chunksInOne([name, value]: [string, RichValues[string]]) {
  return [name, typeof value === 'function' ? (chunks: ReactNode[]) => value(inOrder(chunks)) : value] as const
}

const kept = new Map<string, IntlMessageFormat | string>()

function messageOf(language: Language, key: WordKey): IntlMessageFormat | string {
  const name = `${language} ${key}`
  const known = kept.get(name)
  if (known !== undefined) return known
  // A language that lags behind a version can be read all the same.
  const text = CATALOGUES[language][key] ?? en[key]
  const made = /[{<']/.test(text) ? parse(text, language) : text
  kept.set(name, made)
  return made
}

function parse(text: string, language: Language): IntlMessageFormat {
  const { locale } = factsOf(language)
  return new IntlMessageFormat(text, locale, undefined, {
    formatters: {
      getNumberFormat: () => NUMBERS,
      getDateTimeFormat: (...given) => new Intl.DateTimeFormat(...given),
      getPluralRules: (_locale, options) => pluralRulesOf(locale, options?.type ?? 'cardinal'),
    },
  })
}

const pluralRules = new Map<string, Intl.PluralRules>()

/** Kept: to make one costs more than all else of a sentence. */
function pluralRulesOf(locale: string, type: Intl.PluralRulesOptions['type']): Intl.PluralRules {
  const key = `${locale} ${type}`
  const rules = pluralRules.get(key) ?? new Intl.PluralRules(locale, { type })
  pluralRules.set(key, rules)
  return rules
}

/** Every number of a page looks the same in every language. */
const NUMBERS = Object.defineProperty(new Intl.NumberFormat('en'), 'format', {
  value: (value: number | bigint | string) => formatNumber(Number(value)),
})
