import { parseSearchQuery, type SearchQuery } from '../../db/queries/search-query.ts'
import { dayText } from './day-param.ts'

/** The fields of the form that builds a query, by their names in the address, and the operators they stand for. */
export const SEARCH_FIELDS = {
  from: (value: string) => `from:${value.replace(/^@/, '')}`,
  mention: (value: string) => `@${value.replace(/^@/, '')}`,
  tag: (value: string) => `#${value.replace(/^#/, '')}`,
  since: (value: string) => `since:${value}`,
  until: (value: string) => `until:${value}`,
  lang: (value: string) => `lang:${value}`,
  link: () => 'has:link',
  reply: () => 'has:reply',
  rt: () => 'has:rt',
} as const satisfies Record<string, (value: string) => string>

export type SearchField = keyof typeof SEARCH_FIELDS

/** What each field holds for a query; a ticked box holds "1". */
export type FieldValues = Readonly<Partial<Record<SearchField, string>>>

const NAMES = Object.keys(SEARCH_FIELDS) as SearchField[]
/** Parts that the parser reads one by one as well: words, operators and quoted texts with their signs. */
const PART = /[^\s"]*"[^"]*"?|\S+/gu
const DAY_S = 86_400

/** The operators of a query as the form shows them, the first of each kind; what is excluded stands in the words alone. */
export function fieldsOf(text: string): FieldValues {
  const values: Partial<Record<SearchField, string>> = {}
  for (const part of partsOf(text)) {
    const field = fieldOf(part)
    if (field !== undefined) values[field.name] ??= field.value
  }
  return values
}

/** The words and operators of a query, each by itself. */
export function partsOf(text: string): string[] {
  return text.match(PART) ?? []
}

/**
 * The one query that a sent form asks for; undefined when none of its fields was sent. `old` is the query that the form
 * was filled with: a field that a reader has changed since takes the place of its operators.
 */
export function queryOfFields(search: URLSearchParams): string | undefined {
  if (!NAMES.some((name) => search.has(name))) return undefined
  const old = fieldsOf(search.get('old') ?? '')
  const added: string[] = []
  let parts = partsOf(search.get('q') ?? '')
  for (const name of NAMES) {
    const value = search.get(name)?.trim().replace(/\s+/g, '_') ?? ''
    if (value === (old[name] ?? '')) continue
    parts = parts.filter((part) => fieldOf(part)?.name !== name)
    if (value !== '') added.push(SEARCH_FIELDS[name](value))
  }
  return [...parts, ...added].join(' ')
}

function fieldOf(part: string): { name: SearchField; value: string } | undefined {
  const query = parseSearchQuery(part)
  if (/^[-−–]/u.test(part)) return undefined
  if (query.since !== undefined) return { name: 'since', value: dayText(query.since) }
  if (query.before !== undefined) return { name: 'until', value: dayText(query.before - DAY_S) }
  return wishedField(query)
}

function wishedField({ terms }: SearchQuery): { name: SearchField; value: string } | undefined {
  const [term, ...others] = terms
  if (term === undefined || others.length > 0) return undefined
  switch (term.kind) {
    case 'from':
    case 'mention':
      return { name: term.kind, value: term.username }
    case 'tag':
      return { name: 'tag', value: term.tag }
    case 'lang':
      return { name: 'lang', value: term.lang }
    case 'link':
    case 'reply':
      return { name: term.kind, value: '1' }
    case 'retwist':
      return { name: 'rt', value: '1' }
    default:
      return undefined
  }
}
