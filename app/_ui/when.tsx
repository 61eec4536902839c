import type { ReactNode } from 'react'
import { formatMoment, isoTime } from '../_lib/format.ts'
import { Age } from './time.tsx'

/**
 * How the times of rows are told: as ages in lists, which are made again and again; beside the post that a page is
 * about as clock and day, since such a page is kept for long.
 */
export type Times = { kind: 'ages'; now: number } | { kind: 'moments'; beside: number }

export function When({ seconds, times }: { seconds: number; times: Times }): ReactNode {
  if (times.kind === 'ages') return <Age seconds={seconds} now={times.now} />
  return <time dateTime={isoTime(seconds)}>{formatMoment(seconds, times.beside)}</time>
}
