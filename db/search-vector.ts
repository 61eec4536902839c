import { type PlacedWord, placedWords } from './search-words.ts'

/** What a post is found by. */
export interface SearchDocument {
  /** A tsvector as PostgreSQL reads it: words with their places, and marks without. */
  vector: string
  /** The words that may stand in for one that nobody wrote. */
  vocabulary: string[]
}

/**
 * Facts about a post that a search may ask for, filed beside its words. The signs that they are written with are in no
 * word, so none can be taken for the other.
 */
export const SEARCH_MARKS = {
  from: (username: string) => `from:${username}`,
  to: (username: string) => `to:${username}`,
  mention: (username: string) => `@${username}`,
  tag: (tag: string) => `#${tag}`,
  lang: (lang: string | undefined) => `lang:${lang ?? 'und'}`,
  is: (kind: string) => `is:${kind}`,
  link: 'has:link',
} as const

/** Words that are worth another try: neither short nor long, no mere numbers, no pairs of characters. */
const VOCABULARY_WORD = /^(?=.*\p{L}).{3,32}$/u

export function searchDocument(text: string, marks: readonly string[]): SearchDocument {
  const places = new Map<string, number[]>()
  const vocabulary = new Set<string>()
  for (const { word, position, isFromRun } of placedWords(text)) {
    const known = places.get(word)
    if (known !== undefined) known.push(position)
    else {
      places.set(word, [position])
      if (!isFromRun && VOCABULARY_WORD.test(word)) vocabulary.add(word)
    }
  }
  const words = [...places].map(([word, positions]) => `${lexeme(word)}:${positions.join(',')}`)
  return { vector: [...words, ...marks.map(lexeme)].join(' '), vocabulary: [...vocabulary] }
}

/** A tsquery: these words one after the other, each itself or what stands in for it. Undefined when there are none. */
export function phraseQuery(
  words: readonly PlacedWord[],
  replacements: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  let last: PlacedWord | undefined
  let query = ''
  for (const [at, word] of words.entries()) {
    // The last character of a run is in the pair before it already, and goes on in the text perhaps.
    const before = words[at - 1]
    if (word.isRunEnd && before?.isFromRun && !before.isRunEnd) continue
    if (last !== undefined) query += ` <${word.position - last.position}> `
    query += wordQuery(word, replacements)
    last = word
  }
  return query === '' ? undefined : query
}

function wordQuery({ word, isRunEnd }: PlacedWord, replacements: ReadonlyMap<string, readonly string[]>): string {
  // A single character of a run is the beginning of every pair that it stands in.
  if (isRunEnd) return `${lexeme(word)}:*`
  const others = replacements.get(word)
  return others === undefined ? lexeme(word) : `(${others.map(lexeme).join(' | ')})`
}

/** Quoted, so that whatever it holds is nothing but itself. */
export function lexeme(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
