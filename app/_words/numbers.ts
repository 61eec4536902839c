export const NARROW_NO_BREAK_SPACE = '\u202f'

/** Thousands are parted by a narrow no-break space, which keeps a number in one piece in right-to-left text too. */
export function formatNumber(value: number): string {
  const digits = String(Math.trunc(Math.abs(value)))
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, NARROW_NO_BREAK_SPACE)
  return value < 0 ? `−${grouped}` : grouped
}
