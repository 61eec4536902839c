import type { ReactNode } from 'react'

interface SparklineProps {
  /** One value a day, the oldest first. */
  values: readonly number[]
  /** What it shows, in a sentence; without it the picture is silent, and the words beside it say as much. */
  summary?: string
  className: string
}

const HEIGHT = 40

/** A line over days with what is below it filled; mirrored where time runs from right to left. */
export function Sparkline({ values, summary, className }: SparklineProps): ReactNode {
  const most = Math.max(1, ...values)
  const width = Math.max(1, values.length - 1)
  const points = values.map((value, at) => `${at} ${round(HEIGHT - 1 - (value / most) * (HEIGHT - 2))}`)
  const line = `M${points.join('L')}`
  return (
    <svg
      className={`spark mirrored ${className}`}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role={summary === undefined ? undefined : 'img'}
      aria-label={summary}
      aria-hidden={summary === undefined}
    >
      <path className="fill" d={`${line}V${HEIGHT}H0z`} />
      <path className="line" d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
