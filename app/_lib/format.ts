import { factsOf, type Language } from '../_words/languages.ts'
import { NARROW_NO_BREAK_SPACE } from '../_words/numbers.ts'
import { currentRendering } from '../_words/rendering.ts'
import { words } from '../_words/words.ts'

/** Times and bytes as a reader sees them, in the language of the page. Times are unix seconds. */

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const MAX_DATE_SECONDS = 8.64e12
const FIRST_ISO_SECOND = -62_167_219_200
const AFTER_ISO_SECONDS = 253_402_300_800

/** ISO 8601 as RFC 3339 wants it, whose years have four digits; undefined for what is no such time. */
export function isoTime(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !(seconds >= FIRST_ISO_SECOND && seconds < AFTER_ISO_SECONDS)) return undefined
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** "21 Nov 2026, 14:06:20 UTC". */
export function formatTime(seconds: number): string {
  const date = dateOf(seconds)
  if (date === undefined) return words('time.none', { seconds: String(seconds) })
  return words('time.utc', { date: day('date', date), clock: date.toISOString().slice(11, 19) })
}

/** "14 Jan 2014". */
export function formatDate(seconds: number): string {
  const date = dateOf(seconds)
  return date === undefined ? String(seconds) : day('date', date)
}

/** "14 Jan", where the year is known. */
export function formatDayOfYear(seconds: number): string {
  const date = dateOf(seconds)
  return date === undefined ? String(seconds) : day('dayOfYear', date)
}

/** "Mon 16", within a week that is known. */
export function formatWeekday(seconds: number): string {
  const date = dateOf(seconds)
  return date === undefined ? String(seconds) : day('weekday', date)
}

/** "Nov", where the year is known. */
export function formatMonth(seconds: number): string {
  const date = dateOf(seconds)
  return date === undefined ? String(seconds) : day('month', date)
}

/** Where a page is kept for long: "14:06" of the same day in UTC, "19 Nov, 14:06", "19 Nov 2024". */
export function formatMoment(seconds: number, now: number): string {
  const date = dateOf(seconds)
  const today = dateOf(now)
  if (date === undefined || today === undefined) return words('time.impossible')
  const clock = date.toISOString().slice(11, 16)
  if (day('date', date) === day('date', today)) return clock
  if (date.getUTCFullYear() !== today.getUTCFullYear()) return day('date', date)
  return words('time.dayAndClock', { day: day('dayOfYear', date), clock })
}

/** Short for lists: "now", "2 min", "5 h", "yesterday", "19 Nov", "19 Nov 2024". */
export function formatAge(seconds: number, now: number): string {
  const date = dateOf(seconds)
  const today = dateOf(now)
  if (date === undefined || today === undefined) return words('time.impossible')
  const age = now - seconds
  if (age < -MINUTE) return day('date', date)
  if (age < MINUTE) return words('time.now')
  if (age < HOUR) return words('time.minutes', { count: Math.floor(age / MINUTE) })
  if (age < DAY) return words('time.hours', { count: Math.floor(age / HOUR) })
  if (age < 2 * DAY) return words('time.yesterday')
  return day(date.getUTCFullYear() === today.getUTCFullYear() ? 'dayOfYear' : 'date', date)
}

/** "3 seconds", "12 minutes", "5 days": how long something lasted or is ago. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 2 * MINUTE) return words('duration.seconds', { count: whole })
  if (whole < 2 * HOUR) return words('duration.minutes', { count: Math.round(whole / MINUTE) })
  if (whole < 2 * DAY) return words('duration.hours', { count: Math.round(whole / HOUR) })
  return words('duration.days', { count: Math.round(whole / DAY) })
}

/** "3 seconds ago", "12 minutes ago", "5 days ago"; what is still to come counts as now. */
export function formatAgo(seconds: number, now: number): string {
  const age = Math.max(0, Math.round(now - seconds))
  if (age < 2 * MINUTE) return ago(age, 'second')
  if (age < 2 * HOUR) return ago(Math.round(age / MINUTE), 'minute')
  if (age < 2 * DAY) return ago(Math.round(age / HOUR), 'hour')
  return ago(Math.round(age / DAY), 'day')
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

const FORMS = {
  date: { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
  dayOfYear: { day: 'numeric', month: 'short', timeZone: 'UTC' },
  weekday: { weekday: 'short', day: 'numeric', timeZone: 'UTC' },
  month: { month: 'short', timeZone: 'UTC' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const formats = new Map<string, Intl.DateTimeFormat>()

function day(form: keyof typeof FORMS, date: Date, language: Language = currentRendering().language): string {
  const key = `${language} ${form}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(factsOf(language).locale, FORMS[form])
  formats.set(key, format)
  return format.format(date)
}

const agoFormats = new Map<Language, Intl.RelativeTimeFormat>()

function ago(count: number, unit: 'second' | 'minute' | 'hour' | 'day'): string {
  const { language } = currentRendering()
  const format = agoFormats.get(language) ?? new Intl.RelativeTimeFormat(factsOf(language).locale)
  agoFormats.set(language, format)
  const parts = format.formatToParts(-count, unit)
  // Every number of a page looks the same in every language.
  return parts.map(({ type, value }) => (type === 'group' ? NARROW_NO_BREAK_SPACE : value)).join('')
}
