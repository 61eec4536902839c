import type { NumberRange } from '../../db/views.ts'

/** The numbers between two posts of a list: those not seen, as ranges, and how many are here but encrypted. */
export interface Gap {
  absent: NumberRange[]
  encrypted: number
}

/** `lower` and `upper` are neighbours in a list, both excluded; `encrypted` are ranges in their order. */
export function gapsBetween(lower: number, upper: number, encrypted: readonly NumberRange[]): Gap {
  const gap: Gap = { absent: [], encrypted: 0 }
  let next = lower + 1
  for (const range of encrypted) {
    const from = Math.max(range.from, next)
    const to = Math.min(range.to, upper - 1)
    if (from > to) continue
    if (from > next) gap.absent.push({ from: next, to: from - 1 })
    gap.encrypted += to - from + 1
    next = to + 1
  }
  if (next < upper) gap.absent.push({ from: next, to: upper - 1 })
  return gap
}
