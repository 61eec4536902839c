import type { ReactNode } from 'react'
import { peopleOfHashtag, relatedHashtags } from '../../db/queries/hashtag-past.ts'
import { parseSearchQuery } from '../../db/queries/search-query.ts'
import type { HashtagDayView, HashtagView } from '../../db/views.ts'
import { formatMonth } from '../_lib/format.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { FeedList } from './feeds.tsx'
import { PeopleList } from './people-list.tsx'
import { TagList } from './tag-list.tsx'

const RELATED = 8
const MOST_POSTS = 5
const MAX_YEARS = 12
const YEAR_CHARACTERS = 4
const MONTH_CHARACTERS = 7

interface HashtagAsideProps {
  summary: HashtagView
  days: readonly HashtagDayView[]
  path: string
}

/** What stands beside a hashtag, who uses it, and its posts by time. */
export async function HashtagAside({ summary, days, path }: HashtagAsideProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const { tag } = summary
  const [related, people] = await Promise.all([
    relatedHashtags(reader, tag, RELATED),
    peopleOfHashtag(reader, tag, { limit: MOST_POSTS }),
  ])
  const tags = related.map(({ tag: other, peopleCount: count }, at) => ({
    tag: other,
    value: at === 0 ? words('tag.people.count', { count }) : formatNumber(count),
  }))
  const most = people.items.map(({ person, postCount: count }, at) => ({
    person,
    value: at === 0 ? words('front.posts', { count }) : formatNumber(count),
  }))
  return (
    <>
      <TagList title={words('tag.related')} tags={tags} />
      <PeopleList title={words('tag.mostPosts')} people={most} />
      <Times summary={summary} days={days} />
      <FeedList page={path} json={`${path}.json`} />
    </>
  )
}

/** Months of late that have posts, and the years of its life, as searches. */
function Times({ summary, days }: Pick<HashtagAsideProps, 'summary' | 'days'>): ReactNode {
  const { tag, firstTime, lastTime } = summary
  if (firstTime === undefined || lastTime === undefined || !canBeSearched(tag)) return undefined
  const monthTimes = new Map(
    days.filter(({ postCount }) => postCount > 0).map(({ time }) => [isoMonth(time), time] as const),
  )
  const months = [...monthTimes].reverse().map(([span, time]) => ({ span, label: formatMonth(time) }))
  const [firstYear, lastYear] = [isoYear(firstTime), isoYear(lastTime)]
  const years = Array.from({ length: Math.min(lastYear - firstYear + 1, MAX_YEARS) }, (_, back) => {
    const span = String(lastYear - back)
    return { span, label: span }
  })
  return (
    <section>
      <h2>{words('tag.byTime')}</h2>
      <p className="ways">
        {[...months, ...years].map(({ span, label }) => (
          <a key={span} href={`/search?${new URLSearchParams({ q: `#${tag} since:${span} until:${span}` })}`}>
            {label}
          </a>
        ))}
      </p>
    </section>
  )
}

/** The words of a search hold no space and no quotation mark inside a tag. */
function canBeSearched(tag: string): boolean {
  const { terms } = parseSearchQuery(`#${tag}`)
  const [term] = terms
  return terms.length === 1 && term?.kind === 'tag' && term.tag === tag
}

function isoMonth(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, MONTH_CHARACTERS)
}

function isoYear(seconds: number): number {
  return Number(new Date(seconds * 1000).toISOString().slice(0, YEAR_CHARACTERS))
}
