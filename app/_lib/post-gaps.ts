import type { NumberRange } from '../../db/views.ts'

/** Numbers that are here and are not shown: encrypted to somebody, or blocked. */
export interface UnshownRange extends NumberRange {
  why: 'encrypted' | 'withheld'
}

/** The numbers between two posts of a list: those not seen, as ranges, and how many are here but not shown. */
export interface Gap {
  absent: NumberRange[]
  encrypted: number
  withheld: number
}

/** Two lists of ranges, each in its order, as one. */
export function unshownRanges(encrypted: readonly NumberRange[], withheld: readonly NumberRange[]): UnshownRange[] {
  const all: UnshownRange[] = [
    ...encrypted.map((range) => ({ ...range, why: 'encrypted' as const })),
    ...withheld.map((range) => ({ ...range, why: 'withheld' as const })),
  ]
  return all.sort((a, b) => a.from - b.from)
}

/** `lower` and `upper` are neighbours in a list, both excluded; `unshown` are ranges in their order. */
export function gapsBetween(lower: number, upper: number, unshown: readonly UnshownRange[]): Gap {
  const gap: Gap = { absent: [], encrypted: 0, withheld: 0 }
  let next = lower + 1
  for (const range of unshown) {
    const from = Math.max(range.from, next)
    const to = Math.min(range.to, upper - 1)
    if (from > to) continue
    if (from > next) gap.absent.push({ from: next, to: from - 1 })
    gap[range.why] += to - from + 1
    next = to + 1
  }
  if (next < upper) gap.absent.push({ from: next, to: upper - 1 })
  return gap
}
