import type { ReactNode } from 'react'
import { authorCounts, DAYS_OF_NETWORK, daysOfNetwork, yearsOfNetwork } from '../../db/queries/statistics.ts'
import { type PageProps, pageRequest, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { type Fact, Figures } from '../_ui/facts.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { Shell } from '../_ui/shell.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { DaysTable, LatestDays } from './days.tsx'
import { YearsTable } from './years.tsx'

const DAYS_SHOWN = 90
const DAYS_PER_PAGE = 50

export const GET = pageRoute(StatsPage)

/** How many names, authors, posts and hashtags there are, and how many there were by day and year. */
async function StatsPage({ searchParams }: PageProps): Promise<ReactNode> {
  const search = await searchParams
  return single(search, 'cursor') === undefined ? <Latest /> : <EarlierDays search={search} />
}

async function Latest(): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const now = clock.now()
  const [years, authors, days] = await Promise.all([
    yearsOfNetwork(reader),
    authorCounts(reader, now),
    daysOfNetwork(reader, { limit: DAYS_SHOWN }),
  ])
  const sum = (what: 'names' | 'posts' | 'hashtags') => years.reduce((total, year) => total + year[what], 0)
  const figures: Fact[] = [
    [words('stats.names'), formatNumber(sum('names'))],
    [words('stats.authors'), formatNumber(authors.all)],
    [words('stats.posts'), formatNumber(sum('posts'))],
    [words('stats.hashtags'), formatNumber(sum('hashtags'))],
  ]
  const active: Fact[] = [
    [words('stats.activeDays', { days: 7 }), formatNumber(authors.week)],
    [words('stats.activeDays', { days: 30 }), formatNumber(authors.month)],
    [words('stats.activeYear'), formatNumber(authors.year)],
  ]
  return (
    <Shell title={words('stats.title')} aside={<Counting />}>
      <h1>{words('stats.title')}</h1>
      <p className="note">{words('stats.lead')}</p>
      <Figures figures={figures} />
      <section>
        <h2>{words('stats.active')}</h2>
        <Figures figures={active} />
      </section>
      <LatestDays days={days} to={Math.floor(now / 86_400)} count={DAYS_SHOWN} />
      {years.length === 0 ? <p className="empty">{words('stats.empty')}</p> : <YearsTable years={years} />}
    </Shell>
  )
}

async function EarlierDays({ search }: { search: Awaited<PageProps['searchParams']> }): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, search, DAYS_OF_NETWORK, DAYS_PER_PAGE)
  if (request === undefined) return <BadAddress back="/stats" />
  const page = await daysOfNetwork(reader, request)
  return (
    <Shell title={words('stats.title')} aside={<Counting />}>
      <h1>{words('stats.earlier')}</h1>
      {page.items.length === 0 ? <p className="empty">{words('stats.quiet')}</p> : <DaysTable days={page.items} />}
      <Pager page={page} path="/stats" nextLabel={words('stats.older')} prevLabel={words('stats.newer')} />
    </Shell>
  )
}

function Counting(): ReactNode {
  return (
    <section className="notes">
      <h2>{words('stats.how')}</h2>
      <p>{words('stats.how.days')}</p>
      <p>{words('stats.how.posts')}</p>
      <p>{words('stats.how.people')}</p>
      <p>{words('stats.how.reach')}</p>
    </section>
  )
}
