import { formatNumber } from './format.ts'

export interface ReportLine {
  label: string
  value: string
}

const MAX_LINES = 40
const MAX_VALUE = 120

/** What a process said of itself, as lines: numbers, words and yes or no; of lists and of deep things only the size. */
export function reportLines(report: Readonly<Record<string, unknown>>, prefix = ''): ReportLine[] {
  const lines: ReportLine[] = []
  for (const [key, value] of Object.entries(report)) {
    const label = prefix === '' ? words(key) : `${prefix}, ${words(key)}`
    if (isPlainObject(value) && prefix === '') lines.push(...reportLines(value, label))
    else {
      const text = valueText(value)
      if (text !== undefined) lines.push({ label, value: text })
    }
  }
  return lines.slice(0, MAX_LINES)
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? formatNumber(value) : String(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value.slice(0, MAX_VALUE)
  if (Array.isArray(value)) return formatNumber(value.length)
  if (isPlainObject(value)) return formatNumber(Object.keys(value).length)
  return undefined
}

/** "blocksBehind" reads "blocks behind". */
function words(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .slice(0, MAX_VALUE)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
