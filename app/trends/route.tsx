import type { ReactNode } from 'react'
import { trendPasts } from '../../db/queries/trend-pasts.ts'
import { MAX_TRENDS, trends } from '../../db/queries/trends.ts'
import { dayText, parseDay, startOfDay } from '../_lib/day-param.ts'
import { formatDate, formatDayOfYear, formatTime, formatWeekday } from '../_lib/format.ts'
import { type PageProps, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Shell } from '../_ui/shell.tsx'
import { TrendRow } from '../_ui/trend-row.tsx'
import { TrendsAside } from '../_ui/trends-aside.tsx'
import { words } from '../_words/words.ts'

const DAY_S = 86_400
const SHOWN = 20
const DAYS_TO_PICK = 7
/** Half of them lie after the day that is shown, where there are. */
const DAYS_AFTER = 3

export const GET = pageRoute(TrendsPage)

/** Hashtags that more people use than their own past lets expect, now or at the end of any day. */
async function TrendsPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { clock, shared } = currentSite()
  const text = single(await searchParams, 'at')
  const now = Math.floor(clock.now())
  const today = startOfDay(now)
  const day = text === undefined ? today : parseDay(text)
  if (day === undefined || day > now || day < 0) return <BadAddress back="/trends" />
  const at = Math.min(now, day + DAY_S - 1)
  const isToday = day === today
  const read = () => trendsAt(at)
  const { byPeople, byTwister, tags, pasts } = await (isToday ? shared.get('trends', read) : read())
  const title = isToday ? words('trends.title') : words('trends.titleOf', { day: formatDate(day) })
  const places = new Map(byTwister.items.map(({ tag }, place) => [tag, place + 1]))
  const aside = <TrendsAside day={day} now={now} byTwister={byTwister.items} />
  return (
    <Shell title={title} current="trends" isUnlisted={!isToday} aside={aside}>
      <h1>{title}</h1>
      <p className="mut">{words('trends.lead')}</p>
      <DayPicker day={day} today={today} />
      <p className="note">{words('trends.at', { time: formatTime(at) })}</p>
      {tags.length === 0 ? <p className="empty">{words('trends.none')}</p> : undefined}
      <ol className="trends">
        {byPeople.items.map((trend, place) => (
          <TrendRow
            key={trend.tag}
            trend={trend}
            past={pasts[place]}
            twisterPlace={places.get(trend.tag)}
            places={byTwister.items.length}
          />
        ))}
      </ol>
    </Shell>
  )
}

interface DayPickerProps {
  day: number
  today: number
}

/** A week around the day that is shown, and the ways to the weeks beside it. */
function DayPicker({ day, today }: DayPickerProps): ReactNode {
  const last = Math.min(today, day + DAYS_AFTER * DAY_S)
  const days = Array.from({ length: DAYS_TO_PICK }, (_, back) => last - (DAYS_TO_PICK - 1 - back) * DAY_S)
  const first = days[0] ?? last
  const earlier = Math.max(0, first - DAY_S)
  const later = Math.min(today, last + DAY_S)
  return (
    <nav className="letters days" aria-label={words('trends.days')}>
      <a href={addressOf(earlier, today)} rel="prev">
        <Arrow to="earlier" /> {formatDayOfYear(earlier)}
      </a>
      {days
        .filter((one) => one >= 0)
        .map((one) => (
          <a key={one} href={addressOf(one, today)} aria-current={one === day ? 'page' : undefined}>
            {one === today ? words('trends.today') : formatWeekday(one)}
          </a>
        ))}
      {last === today ? undefined : (
        <a href={addressOf(later, today)} rel="next">
          {later === today ? words('trends.today') : formatDayOfYear(later)} <Arrow to="later" />
        </a>
      )}
    </nav>
  )
}

function Arrow({ to }: { to: 'earlier' | 'later' }): ReactNode {
  return (
    <span className="mirrored" aria-hidden="true">
      {to === 'earlier' ? '←' : '→'}
    </span>
  )
}

function addressOf(day: number, today: number): string {
  return day === today ? '/trends' : `/trends?at=${dayText(day)}`
}

async function trendsAt(at: number) {
  const { reader } = currentSite()
  const [byPeople, byTwister] = await Promise.all([
    trends(reader, { at, by: 'people', limit: SHOWN }),
    trends(reader, { at, by: 'twister', limit: MAX_TRENDS }),
  ])
  const tags = byPeople.items.map(({ tag }) => tag)
  return { byPeople, byTwister, tags, pasts: await trendPasts(reader, tags, at) }
}
