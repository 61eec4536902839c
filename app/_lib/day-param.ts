const DAY_S = 86_400
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

/** The seconds at which a day of UTC begins; undefined for what is no day. */
export function parseDay(text: string): number | undefined {
  if (!DAY.test(text)) return undefined
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(ms) || dayText(ms / 1000) !== text) return undefined
  return ms / 1000
}

/** "2026-11-22". */
export function dayText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

export function startOfDay(seconds: number): number {
  return Math.floor(seconds / DAY_S) * DAY_S
}
