import type { ReactNode } from 'react'
import {
  hashtagSeries,
  PEOPLE_OF_HASHTAG,
  peopleOfHashtag,
  relatedHashtags,
  topPostsOfHashtag,
} from '../../../db/queries/hashtag-past.ts'
import { hashtagSummary } from '../../../db/queries/hashtags.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import type { HashtagDayView, HashtagView, RelatedHashtagView } from '../../../db/views.ts'
import { formatDate } from '../../_lib/format.ts'
import { calmText } from '../../_lib/names.ts'
import { type PageProps, pageRequest, type RawParams, single, tagParam } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { BadAddress } from '../../_ui/bad-address.tsx'
import { Pager } from '../../_ui/pager.tsx'
import { PeopleList } from '../../_ui/people-list.tsx'
import { Avatar, NameLink } from '../../_ui/person.tsx'
import { PostList } from '../../_ui/post-list.tsx'
import { PostRow } from '../../_ui/post-row.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { Sparkline } from '../../_ui/sparkline.tsx'
import { ViewTabs } from '../../_ui/view-tabs.tsx'
import { formatNumber } from '../../_words/numbers.ts'
import { words } from '../../_words/words.ts'
import NotFound from '../../not-found.tsx'

const RELATED = 8
const MOST_POSTS = 5
const TOP = 20
const VIEWS = ['latest', 'top', 'people'] as const
type View = (typeof VIEWS)[number]

/** A hashtag: its past in a line, and its posts or people. */
export default async function HashtagPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const tag = tagParam(await params)
  if (tag === undefined) return <NotFound />
  const search = await searchParams
  const view = VIEWS.find((one) => one === (single(search, 'view') ?? 'latest'))
  const path = `/hashtag/${encodeURIComponent(tag)}`
  const list = view === undefined ? undefined : await listOf(tag, view, path, search)
  if (view === undefined || list === undefined) return <BadAddress back={path} />
  const now = clock.now()
  const [summary, days, related, people] = await Promise.all([
    hashtagSummary(reader, tag),
    hashtagSeries(reader, tag, now),
    relatedHashtags(reader, tag, RELATED),
    peopleOfHashtag(reader, tag, { limit: MOST_POSTS }),
  ])
  const most = people.items.map(({ person, postCount }) => ({ person, value: formatNumber(postCount) }))
  const aside = (
    <>
      <Related tags={related} />
      <PeopleList title={words('tag.mostPosts')} people={most} />
    </>
  )
  const tabs = VIEWS.map((one) => ({
    href: one === 'latest' ? path : `${path}?view=${one}`,
    label: words(`tag.${one}`),
    count: one === 'people' ? summary.peopleCount : undefined,
    isCurrent: one === view,
  }))
  return (
    <Shell title={`#${calmText(tag)}`} isUnlisted={summary.postCount === 0} aside={aside}>
      <h1 dir="auto">#{calmText(tag)}</h1>
      <p className="note">{summaryWords(summary)}</p>
      {summary.postCount === 0 ? undefined : <Past days={days} />}
      <ViewTabs label={words('tag.views')} tabs={tabs} />
      {list}
    </Shell>
  )
}

async function listOf(tag: string, view: View, path: string, search: RawParams): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const now = clock.now()
  switch (view) {
    case 'latest': {
      const request = await pageRequest(reader, search, POSTS_BY_HASHTAG)
      if (request === undefined) return undefined
      const page = await postsByHashtag(reader, tag, request)
      return <PostList page={page} path={path} now={now} empty={words('tag.empty')} />
    }
    case 'top': {
      const posts = await topPostsOfHashtag(reader, tag, TOP)
      if (posts.length === 0) return <p className="empty">{words('tag.noTop')}</p>
      return (
        <div className="list h-feed">
          {posts.map((post) => (
            <PostRow key={`${post.n}/${post.k}`} post={post} now={now} />
          ))}
        </div>
      )
    }
    case 'people': {
      const request = await pageRequest(reader, search, PEOPLE_OF_HASHTAG)
      return request === undefined ? undefined : <People tag={tag} path={path} request={request} />
    }
  }
}

interface PeopleProps {
  tag: string
  path: string
  request: Parameters<typeof peopleOfHashtag>[2]
}

async function People({ tag, path, request }: PeopleProps): Promise<ReactNode> {
  const page = await peopleOfHashtag(currentSite().reader, tag, request)
  if (page.items.length === 0) return <p className="empty">{words('tag.empty')}</p>
  return (
    <>
      <ul className="list found">
        {page.items.map(({ person, postCount }) => (
          <li key={person.n} className="row">
            <Avatar person={person} side={44} />
            <div>
              <p className="who">
                <NameLink person={person} />
              </p>
              <p className="mut small">{words('tag.posts', { count: postCount })}</p>
            </div>
          </li>
        ))}
      </ul>
      <Pager
        page={page}
        path={path}
        keep={{ view: 'people' }}
        nextLabel={words('tag.fewer')}
        prevLabel={words('tag.more')}
      />
    </>
  )
}

function summaryWords({ postCount, peopleCount, firstTime, lastTime }: HashtagView): string {
  if (firstTime === undefined || lastTime === undefined) return words('tag.never')
  const times = { first: formatDate(firstTime), last: formatDate(lastTime) }
  return words('tag.summary', { posts: postCount, people: peopleCount, ...times })
}

function Past({ days }: { days: readonly HashtagDayView[] }): ReactNode {
  const [first] = days
  const most = days.reduce<HashtagDayView | undefined>(
    (best, day) => (day.postCount > (best?.postCount ?? 0) ? day : best),
    undefined,
  )
  if (first === undefined || most === undefined) return <p className="note">{words('tag.quiet')}</p>
  const peak = words('tag.peak', { count: most.postCount, day: formatDate(most.time) })
  return (
    <figure className="past">
      <Sparkline
        className="wide-spark"
        values={days.map((day) => day.postCount)}
        summary={words('tag.past', { from: formatDate(first.time), peak })}
      />
      <figcaption aria-hidden="true">
        <span>{formatDate(first.time)}</span>
        <span>{peak}</span>
        <span>{words('tag.today')}</span>
      </figcaption>
    </figure>
  )
}

function Related({ tags }: { tags: readonly RelatedHashtagView[] }): ReactNode {
  if (tags.length === 0) return undefined
  return (
    <section>
      <h2>{words('tag.related')}</h2>
      <ul className="pairs">
        {tags.map(({ tag, peopleCount }) => (
          <li key={tag}>
            <a href={`/hashtag/${encodeURIComponent(tag)}`} dir="auto">
              #{calmText(tag)}
            </a>
            <span>{words('tag.people.count', { count: peopleCount })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
