import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import { DAYS_OF_NETWORK, type NetworkDayView } from '../../db/queries/statistics.ts'
import { formatDate, isoTime } from '../_lib/format.ts'
import { DayChart } from '../_ui/day-chart.tsx'
import { Pager } from '../_ui/pager.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { type WordKey, words } from '../_words/words.ts'

const DAY_S = 86_400

type Measure = 'posts' | 'authors' | 'names' | 'hashtags'

const MEASURES: readonly (readonly [Measure, WordKey])[] = [
  ['posts', 'stats.colPosts'],
  ['authors', 'stats.colAuthors'],
  ['names', 'stats.colNames'],
  ['hashtags', 'stats.colHashtags'],
]

interface LatestDaysProps {
  /** The newest, at least as many as shall be shown. */
  days: Page<NetworkDayView>
  /** The last day, and how many up to it. */
  to: number
  count: number
}

/** The last days as four charts, and as a table for whoever wants the numbers. */
export function LatestDays({ days, to, count }: LatestDaysProps): ReactNode {
  const from = to - count + 1
  const shown = days.items.filter(({ day }) => day >= from && day <= to)
  const hasMore = days.next !== undefined || days.items.some(({ day }) => day < from)
  const next = hasMore ? ({ list: DAYS_OF_NETWORK.name, direction: 'next', key: [from] } as const) : undefined
  return (
    <section>
      <h2>{words('stats.daysTitle', { days: count })}</h2>
      <div className="charts">
        {MEASURES.map(([measure, title]) => (
          <DayChart
            key={measure}
            title={words(title)}
            counts={shown.map((one) => ({ day: one.day, count: one[measure] }))}
            from={from}
            to={to}
          />
        ))}
      </div>
      {shown.length === 0 ? (
        <p className="empty">{words('stats.quiet')}</p>
      ) : (
        <details className="call">
          <summary>{words('stats.table')}</summary>
          <DaysTable days={shown} />
        </details>
      )}
      <Pager page={{ next }} path="/stats" nextLabel={words('stats.older')} prevLabel={words('stats.newer')} />
    </section>
  )
}

/** Five columns are more than a small screen has room for. */
function classOf(measure: Measure): string {
  return measure === 'hashtags' ? 'num wide' : 'num'
}

export function DaysTable({ days }: { days: readonly NetworkDayView[] }): ReactNode {
  return (
    <table className="dense">
      <caption className="unseen">{words('stats.daysCaption')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('stats.day')}</th>
          {MEASURES.map(([measure, title]) => (
            <th key={measure} scope="col" className={classOf(measure)}>
              {words(title)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((one) => (
          <tr key={one.day}>
            <th scope="row">
              <time dateTime={isoTime(one.day * DAY_S)?.slice(0, 10)}>{formatDate(one.day * DAY_S)}</time>
            </th>
            {MEASURES.map(([measure]) => (
              <td key={measure} className={classOf(measure)}>
                {formatNumber(one[measure])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
