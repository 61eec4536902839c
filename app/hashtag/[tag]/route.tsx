import type { ReactNode } from 'react'
import {
  hashtagSeries,
  PEOPLE_OF_HASHTAG,
  peopleOfHashtag,
  topPostsOfHashtag,
} from '../../../db/queries/hashtag-past.ts'
import { hashtagSummary } from '../../../db/queries/hashtags.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import type { HashtagView } from '../../../db/views.ts'
import { formatAgo, formatDate } from '../../_lib/format.ts'
import { calmText } from '../../_lib/names.ts'
import { type PageProps, pageRequest, type RawParams, single, tagParam } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { BadAddress } from '../../_ui/bad-address.tsx'
import { FeedLinks } from '../../_ui/feeds.tsx'
import { HashtagAside } from '../../_ui/hashtag-aside.tsx'
import { HashtagPast } from '../../_ui/hashtag-past.tsx'
import { NotFound } from '../../_ui/not-found.tsx'
import { pageRoute } from '../../_ui/page-route.tsx'
import { Pager } from '../../_ui/pager.tsx'
import { PersonRow } from '../../_ui/person-row.tsx'
import { PostList } from '../../_ui/post-list.tsx'
import { searchAddress } from '../../_ui/search-words.tsx'
import { HashtagSharing } from '../../_ui/sharing.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { ViewTabs } from '../../_ui/view-tabs.tsx'
import { words } from '../../_words/words.ts'

const TOP = 20
const VIEWS = ['latest', 'top', 'people'] as const
type View = (typeof VIEWS)[number]

export const GET = pageRoute(HashtagPage)

/** A hashtag: its past in a line, and its posts or people. */
async function HashtagPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const tag = tagParam(await params)
  if (tag === undefined) return <NotFound />
  const search = await searchParams
  const view = VIEWS.find((one) => one === (single(search, 'view') ?? 'latest'))
  const path = `/hashtag/${encodeURIComponent(tag)}`
  const list = view === undefined ? undefined : await listOf(tag, view, path, search)
  if (list === undefined) return <BadAddress back={path} />
  const now = clock.now()
  const [summary, days] = await Promise.all([hashtagSummary(reader, tag), hashtagSeries(reader, tag, now)])
  const tabs = VIEWS.map((one) => ({
    href: one === 'latest' ? path : `${path}?view=${one}`,
    label: words(`tag.${one}`),
    count: one === 'people' ? summary.peopleCount : undefined,
    isCurrent: one === view,
  }))
  const isUsed = summary.postCount > 0
  return (
    <Shell
      title={`#${calmText(tag)}`}
      isUnlisted={!isUsed}
      aside={<HashtagAside summary={summary} days={days} path={path} />}
      head={
        <>
          <HashtagSharing tag={tag} />
          <FeedLinks page={path} />
        </>
      }
    >
      <h1>
        <bdi>#{calmText(tag)}</bdi>
      </h1>
      {isUsed ? (
        <>
          <p className="mut small">{words('tag.summary', factsOf(summary, now))}</p>
          <HashtagPast days={days} />
          <ViewTabs label={words('tag.views')} tabs={tabs} />
          {list}
        </>
      ) : (
        <Unused tag={tag} />
      )}
    </Shell>
  )
}

/** The posts or people of a view; undefined for an address that no list gave out. */
async function listOf(tag: string, view: View, path: string, search: RawParams): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const now = clock.now()
  switch (view) {
    case 'latest': {
      const request = await pageRequest(reader, search, POSTS_BY_HASHTAG)
      if (request === undefined) return undefined
      const page = await postsByHashtag(reader, tag, request)
      return <PostList page={page} path={path} now={now} empty={words('tag.empty')} live={{ tags: tag }} />
    }
    case 'top': {
      const items = await topPostsOfHashtag(reader, tag, TOP)
      return <PostList page={{ items }} path={path} now={now} empty={words('tag.noTop')} />
    }
    case 'people': {
      const request = await pageRequest(reader, search, PEOPLE_OF_HASHTAG)
      return request && <People tag={tag} path={path} request={request} />
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
  const labels = { nextLabel: words('tag.fewer'), prevLabel: words('tag.more') }
  return (
    <>
      <ul>
        {page.items.map(({ person, postCount }) => (
          <PersonRow key={person.n} person={person}>
            {words('tag.posts', { count: postCount })}
          </PersonRow>
        ))}
      </ul>
      <Pager page={page} path={path} keep={{ view: 'people' }} {...labels} />
    </>
  )
}

function factsOf({ postCount, peopleCount, firstTime = 0, lastTime = 0 }: HashtagView, now: number) {
  return { posts: postCount, people: peopleCount, first: formatDate(firstTime), last: formatAgo(lastTime, now) }
}

function Unused({ tag }: { tag: string }): ReactNode {
  return (
    <div className="empty">
      <p>{words('tag.never')}</p>
      <ul className="hints">
        <li>
          <a href={searchAddress(tag, { type: 'tags' })}>{words('tag.like')}</a>
        </li>
        <li>
          <a href="/trends">{words('tag.trends')}</a>
        </li>
      </ul>
    </div>
  )
}
