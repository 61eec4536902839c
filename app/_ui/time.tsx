import type { ReactNode } from 'react'
import { formatAge, formatAgo, formatDate, formatTime, isoTime } from '../_lib/format.ts'

/** Short for lists; the full time in UTC is in the tooltip and in the attribute. */
export function Age({ seconds, now }: { seconds: number; now: number }): ReactNode {
  return (
    <time dateTime={isoTime(seconds)} title={formatTime(seconds)}>
      {formatAge(seconds, now)}
    </time>
  )
}

export function FullTime({ seconds }: { seconds: number }): ReactNode {
  return <time dateTime={isoTime(seconds)}>{formatTime(seconds)}</time>
}

/** "5 minutes ago", for sentences and facts. */
export function Ago({ seconds, now }: { seconds: number; now: number }): ReactNode {
  return (
    <time dateTime={isoTime(seconds)} title={formatTime(seconds)}>
      {formatAgo(seconds, now)}
    </time>
  )
}

/** "14 Jan 2014". */
export function Day({ seconds }: { seconds: number }): ReactNode {
  return (
    <time dateTime={isoTime(seconds)} title={formatTime(seconds)}>
      {formatDate(seconds)}
    </time>
  )
}
