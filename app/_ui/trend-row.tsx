import type { ReactNode } from 'react'
import type { TrendPastView } from '../../db/queries/trend-pasts.ts'
import { AUTHOR_DAYS } from '../../db/queries/trends.ts'
import type { TrendView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'
import { Sparkline } from './sparkline.tsx'
import { TagLink } from './tag-list.tsx'

/** Less than this a day is nothing that a factor could be told of. */
const LEAST_USUAL = 0.05

interface TrendRowProps {
  trend: TrendView
  past: TrendPastView | undefined
  /** In twister's own list, of which the first `places` are known. */
  twisterPlace: number | undefined
  places: number
}

/** A hashtag and the reasons for its place. */
export function TrendRow({ trend, past, twisterPlace, places }: TrendRowProps): ReactNode {
  const b = (chunks: ReactNode) => <b>{chunks}</b>
  const usual = Math.round((trend.expected / AUTHOR_DAYS) * 10) / 10
  const isNew = trend.expected / AUTHOR_DAYS < LEAST_USUAL
  const counts = { people: trend.people, posts: trend.posts, usual, shown: oneDigit(usual), b }
  const own = { score: oneDigit(trend.twisterScore), place: twisterPlace ?? 0 }
  return (
    <li>
      <div>
        <h2>
          <TagLink tag={trend.tag} />
        </h2>
        <p>{isNew ? richWords('trends.countsNew', counts) : richWords('trends.counts', counts)}</p>
        <p className="mut small">
          {isNew ? words('trends.new') : words('trends.factor', { factor: oneDigit(trend.seen / trend.expected) })}
          {' · '}
          {twisterPlace === undefined ? words('trends.notTwister', { places }) : words('trends.twister', own)}
          {past === undefined || past.leaders.length === 0 ? undefined : (
            <>
              {' · '}
              {richWords('trends.ledBy', { names: <Leaders past={past} /> })}
            </>
          )}
        </p>
      </div>
      {past === undefined ? undefined : (
        <Sparkline
          className="small-spark"
          values={past.people}
          summary={words('trends.past', { most: Math.max(...past.people) })}
        />
      )}
    </li>
  )
}

function Leaders({ past }: { past: TrendPastView }): ReactNode {
  return past.leaders.map(({ n }, at) => (
    <span key={n}>
      {at === 0 ? undefined : ', '}
      <a href={`/@${n}`} dir="ltr">
        @{n}
      </a>
    </span>
  ))
}

/** "0.4", "3", "1 204": one digit behind the point where it says something. */
function oneDigit(value: number): string {
  const rounded = Math.round(value * 10) / 10
  return rounded >= 10 || Number.isInteger(rounded) ? formatNumber(Math.round(rounded)) : rounded.toFixed(1)
}
