import { foldText } from '../search-words.ts'
import type { SearchQuery } from './search-query.ts'

/** The words of a query that a reader looks for in a text, folded. */
export interface SearchMarks {
  words: ReadonlySet<string>
  /** Of scripts without spaces: any place of the text can be one. */
  runs: readonly string[]
}

const WORD = /[\p{L}\p{N}\p{M}_]+/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

export function marksOf(query: SearchQuery): SearchMarks {
  const texts = query.terms.flatMap((term) => (term.kind === 'text' && !term.isNot ? [foldText(term.text)] : []))
  const found = texts.flatMap((text) => text.match(WORD) ?? [])
  return {
    words: new Set(found.filter((word) => !UNSPACED.test(word))),
    runs: found.filter((word) => UNSPACED.test(word)),
  }
}

/** A text in parts, each of which is one that was looked for or is not. */
export function markedParts(text: string, { words, runs }: SearchMarks): { text: string; isMarked: boolean }[] {
  const parts: { text: string; isMarked: boolean }[] = []
  const add = (piece: string, isMarked: boolean) => {
    const last = parts.at(-1)
    if (piece === '') return
    if (last?.isMarked === isMarked) last.text += piece
    else parts.push({ text: piece, isMarked })
  }
  let end = 0
  for (const found of text.matchAll(WORD)) {
    add(text.slice(end, found.index), false)
    end = found.index + found[0].length
    if (!UNSPACED.test(found[0])) add(found[0], words.has(foldText(found[0])))
    else for (const piece of cutRuns(found[0], runs)) add(piece.text, piece.isMarked)
  }
  add(text.slice(end), false)
  return parts
}

function cutRuns(text: string, runs: readonly string[]): { text: string; isMarked: boolean }[] {
  const run = runs.find((one) => text.includes(one))
  if (run === undefined) return [{ text, isMarked: false }]
  const at = text.indexOf(run)
  return [
    { text: text.slice(0, at), isMarked: false },
    { text: run, isMarked: true },
    ...cutRuns(text.slice(at + run.length), runs),
  ]
}
