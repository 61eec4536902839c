/** The numbers between two posts of a list: those not seen, as ranges, and how many are here but encrypted. */
export interface Gap {
  absent: { from: number; to: number }[]
  encrypted: number
}

const MAX_GAP_WALKED = 20_000

/** `lower` and `upper` are neighbours in a list, both excluded; `hidden` are numbers that are here and not shown. */
export function gapsBetween(lower: number, upper: number, hidden: ReadonlySet<number>): Gap {
  const gap: Gap = { absent: [], encrypted: 0 }
  if (upper - lower > MAX_GAP_WALKED) {
    gap.absent.push({ from: lower + 1, to: upper - 1 })
    return gap
  }
  for (let k = lower + 1; k < upper; k++) {
    if (hidden.has(k)) {
      gap.encrypted++
      continue
    }
    const last = gap.absent.at(-1)
    if (last !== undefined && last.to === k - 1) last.to = k
    else gap.absent.push({ from: k, to: k })
  }
  return gap
}
