import { Fragment, type ReactNode } from 'react'
import { factsOf, type Language } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'

/** "Carol, Bob and 15 others", as the language of the page strings things together. */
export function NameList({ items }: { items: readonly ReactNode[] }): ReactNode {
  const parts = formatOf(currentRendering().language).formatToParts(items.map((_, at) => String(at)))
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one string, made once
    <Fragment key={at}>{part.type === 'element' ? items[Number(part.value)] : part.value}</Fragment>
  ))
}

const formats = new Map<Language, Intl.ListFormat>()

function formatOf(language: Language): Intl.ListFormat {
  const format = formats.get(language) ?? new Intl.ListFormat(factsOf(language).locale, { style: 'short' })
  formats.set(language, format)
  return format
}
