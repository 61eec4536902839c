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

const NAMES = Object.keys(SEARCH_FIELDS) as SearchField[]

/** The one query that a filled form asks for; undefined when none of its fields is filled. */
export function queryOfFields(search: URLSearchParams): string | undefined {
  const parts = NAMES.flatMap((name) => {
    const value = search.get(name)?.trim().replace(/\s+/g, '_') ?? ''
    return value === '' ? [] : [SEARCH_FIELDS[name](value)]
  })
  if (parts.length === 0) return undefined
  const text = search.get('q')?.trim() ?? ''
  return [...(text === '' ? [] : [text]), ...parts.filter((part) => !text.split(/\s+/).includes(part))].join(' ')
}
