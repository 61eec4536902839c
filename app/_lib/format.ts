/** Numbers, times and bytes as a reader sees them. Times are unix seconds. */

const NARROW_NO_BREAK_SPACE = '\u202f'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const MAX_DATE_SECONDS = 8.64e12
const FIRST_ISO_SECOND = -62_167_219_200
const AFTER_ISO_SECONDS = 253_402_300_800

/** Thousands are parted by a narrow no-break space, which keeps a number in one piece in right-to-left text too. */
export function formatNumber(value: number): string {
  const digits = String(Math.trunc(Math.abs(value)))
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, NARROW_NO_BREAK_SPACE)
  return value < 0 ? `−${grouped}` : grouped
}

/** ISO 8601 as RFC 3339 wants it, whose years have four digits; undefined for what is no such time. */
export function isoTime(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !(seconds >= FIRST_ISO_SECOND && seconds < AFTER_ISO_SECONDS)) return undefined
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** "21 Nov 2026, 14:06:20 UTC". */
export function formatTime(seconds: number): string {
  const date = dateOf(seconds)
  if (date === undefined) return `the time ${seconds}, which no calendar has`
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':')
  return `${formatDay(date)}, ${clock} UTC`
}

/** "14 Jan 2014". */
export function formatDate(seconds: number): string {
  const date = dateOf(seconds)
  return date === undefined ? String(seconds) : formatDay(date)
}

/** Short for lists: "now", "2 min", "5 h", "yesterday", "19 Nov", "19 Nov 2024". */
export function formatAge(seconds: number, now: number): string {
  const date = dateOf(seconds)
  const today = dateOf(now)
  if (date === undefined || today === undefined) return 'impossible time'
  const age = now - seconds
  if (age < -MINUTE) return formatDay(date)
  if (age < MINUTE) return 'now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`
  if (age < DAY) return `${Math.floor(age / HOUR)} h`
  if (age < 2 * DAY) return 'yesterday'
  return date.getUTCFullYear() === today.getUTCFullYear()
    ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
    : formatDay(date)
}

/** "3 seconds", "12 minutes", "5 days": how long something lasted or is ago. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 2 * MINUTE) return plural(whole, 'second')
  if (whole < 2 * HOUR) return plural(Math.round(whole / MINUTE), 'minute')
  if (whole < 2 * DAY) return plural(Math.round(whole / HOUR), 'hour')
  return plural(Math.round(whole / DAY), 'day')
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/** A key or hash for labels: its first and last digits, in fours. */
export function shortHex(hex: string): string {
  if (hex.length <= 20) return hex
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)} … ${hex.slice(-4)}`
}

function dateOf(seconds: number): Date | undefined {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > MAX_DATE_SECONDS) return undefined
  return new Date(Math.floor(seconds) * 1000)
}

function formatDay(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
