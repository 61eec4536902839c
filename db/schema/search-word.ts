import { index, pgTable, text } from 'drizzle-orm/pg-core'

/**
 * The words of the posts, for a search whose word nobody wrote. Only added to, and by writers that do not wait for each
 * other: a word may stand twice, or be one that no post has any more (then it finds nothing).
 */
export const searchWord = pgTable('search_word', { word: text().notNull() }, (t) => [
  // newWords, missingWords
  index('search_word_word').on(t.word),
  // similarWords
  index('search_word_trigrams').using('gin', t.word.op('gin_trgm_ops')),
])
