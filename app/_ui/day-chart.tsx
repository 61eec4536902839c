import type { ReactNode } from 'react'
import { formatDate } from '../_lib/format.ts'
import { words } from '../_words/words.ts'

export interface DayCount {
  /** A day of UTC, counted from 1970-01-01. */
  day: number
  count: number
}

interface DayChartProps {
  title: string
  /** In any order; days that are not named count nothing. */
  counts: readonly DayCount[]
  /** Both ends included. */
  from: number
  to: number
}

const DAY_S = 86_400
const HEIGHT = 40
/** Of a day, with the gap to the next one. */
const STEP = 4
const BAR = 3

/** Bars, one a day. What they show is told in one sentence, too, and belongs into a table near by. */
export function DayChart({ title, counts, from, to }: DayChartProps): ReactNode {
  const shown = counts.filter(({ day, count }) => day >= from && day <= to && count > 0)
  const most = shown.reduce<DayCount | undefined>(
    (best, one) => (one.count > (best?.count ?? 0) ? one : best),
    undefined,
  )
  const range = { title, from: formatDate(from * DAY_S), to: formatDate(to * DAY_S) }
  const total = shown.reduce((sum, { count }) => sum + count, 0)
  const summary =
    most === undefined
      ? words('chart.nothing', range)
      : words('chart.summary', { ...range, total, most: most.count, day: formatDate(most.day * DAY_S) })
  return (
    <figure className="chart">
      <figcaption aria-hidden="true">{title}</figcaption>
      <svg
        className="mirrored"
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${(to - from + 1) * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        <path d={shown.map(({ day, count }) => bar(day - from, count / (most?.count ?? 1))).join('')} />
      </svg>
      <p aria-hidden="true">
        <span>{range.from}</span>
        <span>{most === undefined ? words('chart.none') : words('chart.most', { most: most.count })}</span>
        <span>{range.to}</span>
      </p>
    </figure>
  )
}

/** `share`: of the highest bar; whatever is not nothing can be seen. */
function bar(at: number, share: number): string {
  const height = Math.max(1, Math.round(share * HEIGHT))
  return `M${at * STEP} ${HEIGHT}v-${height}h${BAR}v${height}z`
}

/** In a table: how much of the highest value a row has. */
export function ShareBar({ share }: { share: number }): ReactNode {
  const width = share <= 0 ? 0 : Math.max(1, Math.round(share * 100))
  return (
    <svg className="mirrored" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <path d={`M0 0h${width}v8H0z`} />
    </svg>
  )
}
