import { MAX_COUNTED_WORD_LENGTH, MAX_COUNTED_WORDS } from './limits.ts'

export type Words = Readonly<Record<string, number>>

/** Counts by word, for the status page: words of strangers are bounded in number. */
export class WordCounts {
  readonly #counts = new Map<string, number>()

  add(text: string): void {
    const word = text.slice(0, MAX_COUNTED_WORD_LENGTH)
    const isCounted = this.#counts.has(word) || this.#counts.size < MAX_COUNTED_WORDS
    const key = isCounted ? word : 'other'
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  words(): Words {
    return Object.fromEntries(this.#counts)
  }
}

/** What went over the socket. */
export class Traffic {
  readonly counts = {
    received: 0,
    sent: 0,
    malformed: 0,
    unmatched: 0,
    flooded: 0,
    disallowed: 0,
    distrusted: 0,
    timeouts: 0,
    unsent: 0,
  }
  /** Queries by method: of others, and ours. */
  readonly asked = new WordCounts()
  readonly asking = new WordCounts()
  /** Errors by text: what we refused others, and they us. */
  readonly refusing = new WordCounts()
  readonly refused = new WordCounts()
}
