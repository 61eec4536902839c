/**
 * Scripts whose words are not set apart by spaces, or where others grow onto them (Korean): what is blocked in one of
 * them is found anywhere in a text.
 */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u
/** An underscore is a mark for underlining (dht-swarm-posts.md 7.4), so it ends a word. */
const WORDS = /[\p{L}\p{M}\p{N}]+/gu
/** Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs and tatweel, and what cannot be seen. */
const UNWRITTEN = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670\p{Cf}]/gu
const ASCII = /^[\0-\x7f]*$/

/** A text without case, accents, compatibility forms and invisible characters: what is compared, never shown. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  // Upper case first: ß and SS, final and other sigma, dotless and other i become one.
  const folded = text.normalize('NFKD').replace(UNWRITTEN, '').toUpperCase().toLowerCase()
  return folded.replaceAll('ς', 'σ').normalize('NFC')
}

/** The form in which a blocked word is kept; nothing when there is nothing in it to be found. */
export function blockedWordOf(text: string): string | undefined {
  const folded = foldText(text).replace(/\s+/g, ' ').trim()
  return folded === '' ? undefined : folded
}

/** Part of a blocked word (as kept) that every text that it is found in holds, once folded. */
export function leadOf(word: string): string {
  return isFoundAnywhere(word) ? word : (wordsOf(word)[0] ?? word)
}

/** What is blocked, ready to be looked for in any number of texts. */
export interface BlockedWords {
  size: number
  /** The blocked word that a text holds; of several the first by name. */
  findIn(text: string): string | undefined
}

/** Whole words, or runs of whole words whatever stands between them; in scripts without spaces any part of the text. */
export function blockedWords(words: readonly string[]): BlockedWords {
  const parts: string[] = []
  const runs = new Map<string, { word: string; rest: string[] }[]>()
  for (const word of words) {
    const [first = '', ...rest] = wordsOf(word)
    if (isFoundAnywhere(word)) parts.push(word)
    else runs.set(first, [...(runs.get(first) ?? []), { word, rest }])
  }
  return {
    size: words.length,
    findIn: (text) => {
      if (words.length === 0) return undefined
      const folded = foldText(text)
      const found = parts.filter((part) => folded.includes(part))
      if (runs.size > 0) found.push(...runsIn(wordsOf(folded), runs))
      return found.sort()[0]
    },
  }
}

function runsIn(words: readonly string[], runs: ReadonlyMap<string, { word: string; rest: string[] }[]>): string[] {
  return words.flatMap((first, at) =>
    (runs.get(first) ?? []).flatMap(({ word, rest }) =>
      rest.every((next, i) => words[at + 1 + i] === next) ? [word] : [],
    ),
  )
}

function isFoundAnywhere(word: string): boolean {
  return UNSPACED.test(word) || wordsOf(word).length === 0
}

function wordsOf(folded: string): string[] {
  return folded.match(WORDS) ?? []
}
