import { lexeme, phraseQuery, SEARCH_MARKS } from '../search-vector.ts'
import { placedWords } from '../search-words.ts'
import type { SearchQuery, SearchTerm } from './search-query.ts'

/** A search as PostgreSQL reads it. */
export interface SearchPlan {
  /** All terms; undefined when there are none. */
  tsquery: string | undefined
  /** Some term asks for a thing to be there: the index of words can be asked. */
  isPositive: boolean
  /** The words alone, for how well a post fits. */
  wordsQuery: string | undefined
  /** Only posts of this author can match: they are in an order of their own. */
  author: string | undefined
  since: number | undefined
  before: number | undefined
}

/** Words that no post has, and what is asked for instead. */
export type Replacements = ReadonlyMap<string, readonly string[]>

export function searchPlan(query: SearchQuery, replacements: Replacements): SearchPlan {
  const asked = query.terms.flatMap((term) => {
    const tsquery = termQuery(term, replacements)
    return tsquery === undefined ? [] : [{ term, tsquery: `(${tsquery})` }]
  })
  const words = asked.filter(({ term }) => !term.isNot && term.kind === 'text')
  return {
    tsquery: joined(asked.map(({ term, tsquery }) => (term.isNot ? `!${tsquery}` : tsquery))),
    isPositive: asked.some(({ term }) => !term.isNot),
    wordsQuery: joined(words.map(({ tsquery }) => tsquery)),
    author: query.terms.flatMap((term) => (term.kind === 'from' && !term.isNot ? term.username : []))[0],
    since: query.since,
    before: query.before,
  }
}

/** The words that posts must have. */
export function wantedWords(query: SearchQuery): string[] {
  const words = query.terms.flatMap((term) => (term.kind === 'text' && !term.isNot ? placedWords(term.text) : []))
  return [...new Set(words.filter((word) => !word.isFromRun).map(({ word }) => word))]
}

function termQuery(term: SearchTerm, replacements: Replacements): string | undefined {
  switch (term.kind) {
    case 'text':
      return phraseQuery(placedWords(term.text), replacements)
    case 'from':
      return lexeme(SEARCH_MARKS.from(term.username))
    case 'to':
      return lexeme(SEARCH_MARKS.to(term.username))
    case 'mention':
      return lexeme(SEARCH_MARKS.mention(term.username))
    case 'tag':
      return lexeme(SEARCH_MARKS.tag(term.tag))
    case 'lang':
      return lexeme(SEARCH_MARKS.lang(term.lang))
    case 'link':
      return lexeme(SEARCH_MARKS.link)
    case 'reply':
    case 'retwist':
      return lexeme(SEARCH_MARKS.is(term.kind))
  }
}

function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(' & ')
}
