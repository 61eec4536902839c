import type { Transaction } from '../client.ts'
import { columnOf } from './rows.ts'

/** For a rebuild: looked through once all are there. */
export async function gatherWords(tx: Transaction, words: readonly string[]): Promise<void> {
  await tx`
    INSERT INTO gathered_word (word)
    SELECT w.word FROM unnest(${columnOf(tx, 'text', [...new Set(words)])}::text[]) AS w (word)`
}

/** Adds those that are new. Nothing is unique here: writers never wait for each other's words. */
export async function insertWords(tx: Transaction, words: readonly string[]): Promise<void> {
  if (words.length === 0) return
  await tx`
    INSERT INTO search_word (word)
    SELECT w.word FROM unnest(${columnOf(tx, 'text', [...new Set(words)])}::text[]) AS w (word)
    WHERE NOT EXISTS (SELECT FROM search_word known WHERE known.word = w.word)`
}
