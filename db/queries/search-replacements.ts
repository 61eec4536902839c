import type { ReadTransaction } from './reader.ts'
import type { Replacements } from './search-tsquery.ts'

/** Unknown words of one search that others are looked for, and how many for each. */
const MAX_UNKNOWN = 3
const MAX_SIMILAR = 6
const MIN_CHARACTERS = 3

/** For each word that no post has: the words that are most like it, by trigrams. */
export async function similarWords(tx: ReadTransaction, words: readonly string[]): Promise<Replacements> {
  if (words.length === 0) return new Map()
  const unknown = await tx<{ word: string }[]>`
    select asked.word from unnest(${[...words]}::text[]) as asked (word)
    where length(asked.word) >= ${MIN_CHARACTERS}::int
      and not exists (select from search_word known where known.word = asked.word)
    limit ${MAX_UNKNOWN}::int`
  const found = await Promise.all(unknown.map(({ word }) => wordsLike(tx, word)))
  return new Map(found.flatMap((similar, at) => (similar.length === 0 ? [] : [[unknown[at]?.word ?? '', similar]])))
}

async function wordsLike(tx: ReadTransaction, word: string): Promise<string[]> {
  const rows = await tx<{ word: string }[]>`
    select known.word from search_word known where known.word % ${word}
    group by known.word order by similarity(known.word, ${word}) desc, known.word limit ${MAX_SIMILAR}::int`
  return rows.map((row) => row.word)
}
