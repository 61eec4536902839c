import type { ReactNode } from 'react'
import { factsOf } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'

/** How what is listed in a sentence is joined: all of it, or one of it. */
type Joining = 'conjunction' | 'disjunction'

/** "a profile, a picture and 3 posts", as the language of the page joins them. */
export function listedWords(items: readonly string[], joining: Joining): string {
  return listFormat(joining).format(items)
}

/** The same of elements, each with its own key. */
export function listedNodes(items: readonly ReactNode[], joining: Joining): ReactNode[] {
  const parts = listFormat(joining).formatToParts(items.map((_, at) => String(at)))
  return parts.map(({ type, value }) => (type === 'literal' ? value : items[Number(value)]))
}

const formats = new Map<string, Intl.ListFormat>()

function listFormat(joining: Joining): Intl.ListFormat {
  const { language } = currentRendering()
  const key = `${language} ${joining}`
  const format = formats.get(key) ?? new Intl.ListFormat(factsOf(language).locale, { type: joining })
  formats.set(key, format)
  return format
}
