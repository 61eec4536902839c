import type { ReactNode } from 'react'
import { hashtagsSince } from '../../db/queries/hashtags.ts'
import type { TrendView } from '../../db/views.ts'
import { dayText, startOfDay } from '../_lib/day-param.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { TagList } from './tag-list.tsx'

const DAY_S = 86_400
const MONTH_S = 30 * DAY_S
const YEAR_S = 365 * DAY_S
const SHOWN = 5
const SHOWN_LONG = 3

interface TrendsAsideProps {
  day: number
  now: number
  byTwister: readonly TrendView[]
}

/** What the numbers mean, other days, and what other measures say. */
export function TrendsAside({ day, now, byTwister }: TrendsAsideProps): ReactNode {
  const isToday = day === startOfDay(now)
  const own = byTwister.slice(0, SHOWN).map(({ tag, twisterScore }) => ({ tag, value: twisterScore.toFixed(1) }))
  return (
    <>
      <section>
        <h2>{words('trends.how')}</h2>
        <p>{words('trends.howText')}</p>
        <details>
          <summary>{words('trends.formula')}</summary>
          <p className="small">{words('trends.formulaText')}</p>
        </details>
        <p className="ways">
          <a href={`/api/v1/trends?at=${Math.min(now, day + DAY_S - 1)}&limit=50`}>{words('trends.json')}</a>
        </p>
      </section>
      <section>
        <form className="find" action="/trends">
          <div>
            <label htmlFor="at">{words('trends.go')}</label>
            <input type="date" id="at" name="at" defaultValue={dayText(day)} max={dayText(now)} required />
          </div>
          <button type="submit">{words('trends.show')}</button>
        </form>
      </section>
      <TagList title={words('trends.own')} tags={own}>
        <p className="small mut">{words('trends.ownText')}</p>
      </TagList>
      {isToday ? <LongTrends now={now} /> : undefined}
    </>
  )
}

async function LongTrends({ now }: { now: number }): Promise<ReactNode> {
  const { reader } = currentSite()
  const [month, year] = await Promise.all([
    hashtagsSince(reader, now - MONTH_S, { limit: SHOWN_LONG }),
    hashtagsSince(reader, now - YEAR_S, { limit: SHOWN_LONG }),
  ])
  return [
    { title: words('trends.month'), tags: month.items },
    { title: words('trends.year'), tags: year.items },
  ].map(({ title, tags }) => (
    <TagList
      key={title}
      title={title}
      tags={tags.map(({ tag, peopleCount: count }, at) => ({
        tag,
        value: at === 0 ? words('tag.people.count', { count }) : formatNumber(count),
      }))}
    />
  ))
}
