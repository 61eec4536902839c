/**
 * The words of a text, for documents and queries alike: the same function for both, so that what is written one way and
 * asked for in another still meets, on every database and in every locale.
 */
export interface PlacedWord {
  word: string
  /** From 1. Phrases are matched by it. */
  position: number
  /** A last character of a run without spaces: what goes on in the text is part of the same run. */
  isRunEnd: boolean
  /** One of two overlapping characters, as text without spaces is filed. */
  isFromRun: boolean
}

/** Beyond it a word is noise, and would swell the index. */
const MAX_WORD_CHARACTERS = 48
const ASCII = /^[\0-\x7f]*$/
/** Scripts written without spaces between words, and Korean, whose words carry their particles. */
const UNSPACED =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}\\p{sc=Bopomofo}\u30fc\u3005\u3007'
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u')
const UNSPACED_OR_NOT = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu')
/** Words, and pictures as words of their own. */
const PIECES = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}|\p{RI}{2}/gu
/** Of a link its host: paths and queries are noise. A short link says nothing. */
const LINK = /https?:\/\/([^\s/?#]*)\S*/gi
const SHORT_LINK = /twist:[A-Za-z0-9+/]{11}=/g

/** In reading order. A run of n characters without spaces gives n-1 pairs and its last character. */
export function placedWords(text: string): PlacedWord[] {
  const words: PlacedWord[] = []
  let position = 1
  const add = (word: string, isRunEnd: boolean, isFromRun: boolean) =>
    words.push({ word, position: position++, isRunEnd, isFromRun })
  for (const [piece] of foldText(text.replace(SHORT_LINK, ' ').replace(LINK, ' $1 ')).matchAll(PIECES)) {
    if (!HAS_UNSPACED.test(piece)) {
      add(cut(piece), false, false)
      continue
    }
    for (const [part] of piece.matchAll(UNSPACED_OR_NOT)) {
      if (!HAS_UNSPACED.test(part)) add(cut(part), false, false)
      else {
        const characters = [...part]
        for (const [at, character] of characters.entries()) {
          const next = characters[at + 1]
          add(character + (next ?? ''), next === undefined, true)
        }
      }
    }
  }
  return words
}

/**
 * Compatibility forms, case, accents and vowel points make no difference: "unaccent", as a rule of our own, since
 * PostgreSQL's depends on a file and a locale.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(ALPHABETS, (run) => run.normalize('NFD').replace(ACCENTS, '').replace(LETTERS, letterOf))
    .replace(SEMITIC_LETTERS, semiticLetterOf)
    .replace(UNSEEN, '')
}

/** Latin, accents, Greek, Cyrillic. */
const ALPHABETS = /[\u00aa-\u052f\u1e00-\u1fff]+/g
const ACCENTS = /[\u0300-\u036f]/g
const LETTER_PAIRS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ς: 'σ',
}
const LETTERS = /[ßæœøđðþłıħς]/g
const letterOf = (letter: string): string => LETTER_PAIRS[letter] ?? letter
const SEMITIC_PAIRS: Readonly<Record<string, string>> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
}
/** Alef with its marks, both yehs and kafs; points, vowels and the stretching sign. */
const SEMITIC_LETTERS = /[\u0622\u0623\u0625\u0671\u0649\u06cc\u06a9\u0629\u0591-\u05c7\u064b-\u065f\u0670\u0640]/g
const semiticLetterOf = (letter: string): string => SEMITIC_PAIRS[letter] ?? ''
/** Soft hyphen, joiners, variation selectors. */
const UNSEEN = /\u00ad|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g

function cut(word: string): string {
  if (word.length <= MAX_WORD_CHARACTERS) return word
  return word.slice(0, MAX_WORD_CHARACTERS).replace(/[\ud800-\udbff]$/, '')
}
