import { type Atom, type Cell, isWhite, sourceOf, type TextToken, tokensOf } from './text-cells.ts'

type MarkKind = 'bold' | 'italic' | 'underline' | 'strike'

// "*bold* ~italic~ _underlined_ -struck-" (§7.4-9), looked for in this order.
const MARKS: readonly (readonly [string, MarkKind])[] = [
  ['*', 'bold'],
  ['~', 'italic'],
  ['_', 'underline'],
  ['-', 'strike'],
]

const PUNCTUATION = new Set('/\\*~_-`.,:;?!%+=&\'"[](){}^|«»…“”—\u4e00。，：？！【】⁇⁈⁉<>')

/** A run of the same sign. */
interface Run {
  readonly start: number
  readonly length: number
  /** By what stands before and after it: a word on one side opens or closes, on both sides it may do either. */
  readonly role: 'opens' | 'closes' | 'either'
  readonly isAfterWhite: boolean
}

/** Turns marked stretches of characters into atoms, one kind of mark after the other, outermost pairs only. */
export function markCells(cells: readonly Cell[]): Cell[] {
  return markFrom(cells, 0)
}

function markFrom(cells: readonly Cell[], mark: number): Cell[] {
  const [sign, kind] = MARKS[mark] ?? []
  if (sign === undefined || kind === undefined) return [...cells]
  if (!cells.includes(sign)) return markFrom(cells, mark + 1)
  const out: Cell[] = []
  let from = 0
  for (const [open, close] of pairsOf(runsOf(cells, sign))) {
    out.push(...cells.slice(from, open.start))
    // "repeated signs keep the rest literally": one sign of each run marks, the others are inside.
    const inside = cells.slice(open.start + 1, close.start + close.length - 1)
    out.push(markAtom(kind, markFrom(inside, mark + 1), cells.slice(open.start, close.start + close.length)))
    from = close.start + close.length
  }
  out.push(...cells.slice(from))
  return markFrom(out, mark + 1)
}

function markAtom(kind: MarkKind, inside: readonly Cell[], outside: readonly Cell[]): Atom {
  const token: TextToken = { kind, children: tokensOf(inside) }
  return { token, source: sourceOf(outside) }
}

function runsOf(cells: readonly Cell[], sign: string): Run[] {
  const isWordBefore = wordSides(cells, sign)
  const isWordAfter = wordSides([...cells].reverse(), sign).reverse()
  const runs: Run[] = []
  let isAfterWhite = false
  let index = 0
  while (index < cells.length) {
    const cell = cells[index]
    const start = index++
    if (cell !== sign) {
      isAfterWhite ||= typeof cell === 'string' && isWhite(cell)
      continue
    }
    while (cells[index] === sign) index++
    const length = index - start
    const [before, after] = [isWordBefore[start - 1] ?? false, isWordAfter[index] ?? false]
    if (before || after) {
      runs.push({ start, length, role: before && after ? 'either' : after ? 'opens' : 'closes', isAfterWhite })
    } else if (length > 2) {
      // A lone row of signs, like a ruler, marks its own inside.
      runs.push({ start, length: length - 1, role: 'opens', isAfterWhite })
      runs.push({ start: index - 1, length: 1, role: 'closes', isAfterWhite: false })
    }
    if (before || after || length > 2) isAfterWhite = false
  }
  return runs
}

/** For each cell whether, seen from its right, a word ends there: punctuation is looked through up to the next sign. */
function wordSides(cells: readonly Cell[], sign: string): boolean[] {
  let isWord = false
  return cells.map((cell) => {
    if (typeof cell !== 'string' || cell === sign) isWord = true
    else if (!PUNCTUATION.has(cell)) isWord = !isWhite(cell)
    return isWord
  })
}

/**
 * Which runs belong together (markout, twister_formatpost.js:328-525): the first that may open goes with the next that
 * closes, one that may do either only within its word.
 */
function pairsOf(runs: readonly Run[]): [Run, Run][] {
  const pairs: [Run, Run][] = []
  let waiting: Run[] = []
  for (const run of runs) {
    if (run.isAfterWhite && waiting[0]?.role === 'either') waiting = []
    const [open] = waiting
    if (run.role !== 'closes') waiting.push(run)
    else if (open !== undefined) {
      pairs.push([open, run])
      waiting = []
    }
  }
  return [...pairs, ...pairsWithinWords(waiting)]
}

/** An opening run for which none closes goes with the last 'either' of its word, as in `*bold*ly`. */
function pairsWithinWords(runs: readonly Run[]): [Run, Run][] {
  const pairs: [Run, Run][] = []
  let open: Run | undefined
  let last: Run | undefined
  for (const run of runs) {
    if (run.isAfterWhite) {
      if (open !== undefined && last !== undefined) pairs.push([open, last])
      open = last = undefined
    }
    if (open === undefined && run.role === 'opens') open = run
    else if (open !== undefined && run.role === 'either') last = run
  }
  if (open !== undefined && last !== undefined) pairs.push([open, last])
  return pairs
}
