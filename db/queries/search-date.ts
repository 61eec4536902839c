/** From its first second to the first after it, in unix seconds. */
export interface DayRange {
  from: number
  before: number
}

const DATE = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/

/** A year, a month or a day of UTC: 2026, 2026-11, 2026-11-22. */
export function parseDate(text: string): DayRange | undefined {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined) return undefined
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)]
  const from = Date.UTC(y, m, d)
  const date = new Date(from)
  // Date.UTC takes 0 to 99 as years of the last century, and goes on into the next month.
  if (date.getUTCFullYear() !== y || date.getUTCMonth() !== m || date.getUTCDate() !== d) return undefined
  const before =
    day !== undefined ? Date.UTC(y, m, d + 1) : month !== undefined ? Date.UTC(y, m + 1, 1) : Date.UTC(y + 1, 0, 1)
  return { from: from / 1000, before: before / 1000 }
}
