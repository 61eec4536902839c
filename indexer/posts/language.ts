import { eld } from 'eld/small'

/**
 * ISO 639-1 code of the language that a text is written in; undefined where that cannot be told. The same text has the
 * same language on every instance: it is derived, and in the digest.
 */
export function languageOf(text: string): string | undefined {
  const words = text.slice(0, MAX_CHARACTERS).replace(NOT_LANGUAGE, ' ')
  const script = scriptOf(words)
  if (script === undefined) return undefined
  const certain = LANGUAGE_OF_SCRIPT[script]
  if (certain !== undefined) return certain
  const found = eld.detect(words.replace(SYLLABLES, ' '))
  return found.isReliable() ? found.language : undefined
}

/** More says nothing new. */
const MAX_CHARACTERS = 600
/** Links, addresses, short links, mentions and tags are in no language; nor are a retwist's mark and "(1/2)". */
const NOT_LANGUAGE =
  /https?:\/\/\S+|twist:[A-Za-z0-9+/]{11}=|\S+@\S+|[@#]\S+|\b(?:RT|via)\b|\(\d{1,2}\/\d{1,2}\)|www\.\S+/giu

/** Scripts of one living language each; the others are for the statistics of letters to decide. */
const LANGUAGE_OF_SCRIPT: Readonly<Record<string, string>> = {
  hangul: 'ko',
  kana: 'ja',
  han: 'zh',
  thai: 'th',
  greek: 'el',
  hebrew: 'he',
  armenian: 'hy',
  georgian: 'ka',
  lao: 'lo',
  khmer: 'km',
  myanmar: 'my',
  tamil: 'ta',
  telugu: 'te',
  kannada: 'kn',
  malayalam: 'ml',
  gujarati: 'gu',
  gurmukhi: 'pa',
  sinhala: 'si',
}

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{sc=Latin}/gu],
  ['cyrillic', /\p{sc=Cyrillic}/gu],
  ['han', /\p{sc=Han}/gu],
  ['kana', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['hangul', /\p{sc=Hangul}/gu],
  ['arabic', /\p{sc=Arabic}/gu],
  ['greek', /\p{sc=Greek}/gu],
  ['hebrew', /\p{sc=Hebrew}/gu],
  ['devanagari', /\p{sc=Devanagari}/gu],
  ['bengali', /\p{sc=Bengali}/gu],
  ['thai', /\p{sc=Thai}/gu],
  ['armenian', /\p{sc=Armenian}/gu],
  ['georgian', /\p{sc=Georgian}/gu],
  ['lao', /\p{sc=Lao}/gu],
  ['khmer', /\p{sc=Khmer}/gu],
  ['myanmar', /\p{sc=Myanmar}/gu],
  ['tamil', /\p{sc=Tamil}/gu],
  ['telugu', /\p{sc=Telugu}/gu],
  ['kannada', /\p{sc=Kannada}/gu],
  ['malayalam', /\p{sc=Malayalam}/gu],
  ['gujarati', /\p{sc=Gujarati}/gu],
  ['gurmukhi', /\p{sc=Gurmukhi}/gu],
  ['sinhala', /\p{sc=Sinhala}/gu],
]
/** What is not in the alphabet that the text is judged by, and would outweigh it. */
const SYLLABLES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]+/gu
const NOT_ASCII = /[^\0-\x7f]/
/** MIN_ALPHABET_LETTERS of ASCII. */
const LATIN_LETTERS = /(?:[A-Za-z][^A-Za-z]*){6}/
const LETTERS = /\p{L}/gu

/** An alphabet needs this many letters before it says anything; a script of its own two. */
const MIN_ALPHABET_LETTERS = 6
const MIN_LETTERS = 2
/** Han alone may be Chinese or Japanese: a name of two or three characters is both. */
const MIN_HAN = 4
/** One character of these is about a syllable or a word. */
const WEIGHTS: Readonly<Record<string, number>> = { han: 2, kana: 2, hangul: 2 }
const MAJORITY = 0.6

/** The script that most of the text is in. */
function scriptOf(text: string): string | undefined {
  if (!NOT_ASCII.test(text)) return LATIN_LETTERS.test(text) ? 'latin' : undefined
  const letters = countOf(text, LETTERS)
  const counts = new Map<string, number>()
  let counted = 0
  for (const [script, pattern] of SCRIPTS) {
    if (counted >= letters) break
    const count = countOf(text, pattern)
    counted += count
    if (count > 0) counts.set(script, count)
  }
  const kana = counts.get('kana') ?? 0
  const han = counts.get('han') ?? 0
  // Japanese mixes both; Chinese quotes a kana at most.
  if (kana > 0 && kana * 8 >= han) {
    counts.set('kana', kana + han)
    counts.delete('han')
  }
  return majorityOf(counts)
}

function majorityOf(counts: ReadonlyMap<string, number>): string | undefined {
  const weighed = [...counts].map(([script, count]) => ({ script, count, weight: count * (WEIGHTS[script] ?? 1) }))
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const first = weighed.find(({ weight }) => weight >= total * MAJORITY)
  if (first === undefined) return undefined
  const needed =
    first.script === 'han' ? MIN_HAN : first.script in LANGUAGE_OF_SCRIPT ? MIN_LETTERS : MIN_ALPHABET_LETTERS
  return first.count < needed ? undefined : first.script
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
