import type { ReactNode } from 'react'
import type { HashtagDayView } from '../../db/views.ts'
import { formatDayOfYear } from '../_lib/format.ts'
import { words } from '../_words/words.ts'
import { Sparkline } from './sparkline.tsx'

/** Posts a day as a line, with its first day, its highest and its last. */
export function HashtagPast({ days }: { days: readonly HashtagDayView[] }): ReactNode {
  const [first] = days
  const most = days.reduce<HashtagDayView | undefined>(
    (best, day) => (day.postCount > (best?.postCount ?? 0) ? day : best),
    undefined,
  )
  if (first === undefined || most === undefined) return <p className="past mut small">{words('tag.quiet')}</p>
  const peak = { count: most.postCount, day: formatDayOfYear(most.time) }
  return (
    <figure className="past">
      <Sparkline
        className="wide-spark"
        values={days.map((day) => day.postCount)}
        summary={words('tag.past', { from: formatDayOfYear(first.time), ...peak })}
      />
      <figcaption aria-hidden="true">
        <span>{formatDayOfYear(first.time)}</span>
        <span>{words('tag.peak', peak)}</span>
        <span>{words('tag.today')}</span>
      </figcaption>
    </figure>
  )
}
