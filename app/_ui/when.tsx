import type { ReactNode } from 'react'
import { formatAge, formatMoment, formatTime, isoTime } from '../_lib/format.ts'

/**
 * How the times of rows are told: as ages in lists, which are made again and again; beside the post that a page is
 * about as clock and day, since such a page is kept for long.
 */
export type Times = { kind: 'ages'; now: number } | { kind: 'moments'; beside: number }

/** When a post was written, as its author says; short, and in lists with the full time in UTC behind it. */
export function When({ seconds, times }: { seconds: number; times: Times }): ReactNode {
  const isAge = times.kind === 'ages'
  return (
    <time
      className="dt-published"
      itemProp="datePublished"
      dateTime={isoTime(seconds)}
      title={isAge ? formatTime(seconds) : undefined}
    >
      {isAge ? formatAge(seconds, times.now) : formatMoment(seconds, times.beside)}
    </time>
  )
}
