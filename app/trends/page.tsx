import type { ReactNode } from 'react'
import { type TrendPastView, trendPasts } from '../../db/queries/trend-pasts.ts'
import { trends } from '../../db/queries/trends.ts'
import type { TrendView } from '../../db/views.ts'
import { dayText, parseDay, startOfDay } from '../_lib/day-param.ts'
import { formatDate, formatDayOfYear, formatTime } from '../_lib/format.ts'
import { calmText } from '../_lib/names.ts'
import { type PageProps, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { Shell } from '../_ui/shell.tsx'
import { Sparkline } from '../_ui/sparkline.tsx'
import { richWords, words } from '../_words/words.ts'

const DAY_S = 86_400
const SHOWN = 20
const TWISTER_PLACES = 50
const DAYS_TO_PICK = 7

/** Hashtags that more people use than their own past lets expect, now or at the end of any day. */
export default async function TrendsPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const text = single(await searchParams, 'at')
  const now = Math.floor(clock.now())
  const day = text === undefined ? startOfDay(now) : parseDay(text)
  if (day === undefined || day > now || day < 0) return <BadAddress back="/trends" />
  const at = Math.min(now, day + DAY_S - 1)
  const [byPeople, byTwister] = await Promise.all([
    trends(reader, { at, by: 'people', limit: SHOWN }),
    trends(reader, { at, by: 'twister', limit: TWISTER_PLACES }),
  ])
  const pasts = await trendPasts(
    reader,
    byPeople.items.map(({ tag }) => tag),
    at,
  )
  const isToday = day === startOfDay(now)
  const title = isToday ? words('trends.title') : words('trends.titleOf', { day: formatDate(day) })
  const places = new Map(byTwister.items.map(({ tag }, place) => [tag, place + 1]))
  return (
    <Shell title={title} current="trends" isUnlisted={!isToday} aside={<TrendsAside day={day} now={now} />}>
      <h1>{title}</h1>
      <p className="note">{words('trends.lead')}</p>
      <DayPicker day={day} now={now} />
      <p className="note">{words('trends.at', { time: formatTime(at) })}</p>
      {byPeople.items.length === 0 ? <p className="empty">{words('trends.none')}</p> : undefined}
      <ol className="list trends">
        {byPeople.items.map((trend, at) => (
          <TrendRow key={trend.tag} trend={trend} past={pasts[at]} twisterPlace={places.get(trend.tag)} />
        ))}
      </ol>
    </Shell>
  )
}

interface TrendRowProps {
  trend: TrendView
  past: TrendPastView | undefined
  twisterPlace: number | undefined
}

function TrendRow({ trend, past, twisterPlace }: TrendRowProps): ReactNode {
  const bold = (chunks: ReactNode) => <b>{chunks}</b>
  const own = { score: trend.twisterScore.toFixed(1), place: twisterPlace ?? 0 }
  return (
    <li>
      <div>
        <h2 dir="auto">
          <a href={`/hashtag/${encodeURIComponent(trend.tag)}`}>#{calmText(trend.tag)}</a>
        </h2>
        <p>{richWords('trends.counts', { people: trend.people, posts: trend.posts, b: bold })}</p>
        <p className="mut small">
          {words('trends.reasons', { seen: trend.seen.toFixed(1), expected: trend.expected.toFixed(1) })}
          {' · '}
          {twisterPlace === undefined ? words('trends.notTwister') : words('trends.twister', own)}
          {past === undefined || past.leaders.length === 0 ? undefined : (
            <>
              {' · '}
              {richWords('trends.ledBy', { names: <Leaders past={past} /> })}
            </>
          )}
        </p>
      </div>
      {past === undefined ? undefined : <Sparkline className="small-spark" values={past.people} />}
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

/** The week up to the day that is shown, or up to today. */
function DayPicker({ day, now }: { day: number; now: number }): ReactNode {
  const today = startOfDay(now)
  const last = Math.min(today, day + 3 * DAY_S)
  const days = Array.from({ length: DAYS_TO_PICK }, (_, back) => last - (DAYS_TO_PICK - 1 - back) * DAY_S)
  const shown = days.filter((one) => one >= 0)
  return (
    <nav className="letters" aria-label={words('trends.days')}>
      {shown.map((one) => (
        <a
          key={one}
          href={one === today ? '/trends' : `/trends?at=${dayText(one)}`}
          aria-current={one === day ? 'page' : undefined}
        >
          {one === today ? words('trends.today') : formatDayOfYear(one)}
        </a>
      ))}
    </nav>
  )
}

function TrendsAside({ day, now }: { day: number; now: number }): ReactNode {
  return (
    <>
      <section>
        <h2>{words('trends.how')}</h2>
        <p>{words('trends.howText')}</p>
        <details>
          <summary>{words('trends.formula')}</summary>
          <p className="small">{words('trends.formulaText')}</p>
        </details>
        <p>
          <a href={`/api/v1/trends?at=${Math.min(now, day + DAY_S - 1)}&limit=50`}>{words('trends.json')}</a>
        </p>
      </section>
      <section>
        <h2 id="go">{words('trends.go')}</h2>
        <form className="find" action="/trends">
          <input type="date" name="at" aria-labelledby="go" defaultValue={dayText(day)} max={dayText(now)} required />
          <button type="submit">{words('trends.show')}</button>
        </form>
      </section>
    </>
  )
}
