import type { ReactNode } from 'react'
import type { Page, PageRequest } from '../db/page.ts'
import { NEWEST_POSTS, newestOriginals, newestPosts } from '../db/queries/newest-posts.ts'
import { SEARCH_NEWEST, searchNewest } from '../db/queries/search-posts.ts'
import { parseSearchQuery } from '../db/queries/search-query.ts'
import { TOP_POSTS, topPosts } from '../db/queries/top-posts.ts'
import type { PostView } from '../db/views.ts'
import type { Username } from '../node/protocol/username.ts'
import { type PageProps, pageRequest, type RawParams, single, usersParam } from './_lib/params.ts'
import { currentSite } from './_lib/site.ts'
import { isolated } from './_lib/user-name.ts'
import { BadAddress } from './_ui/bad-address.tsx'
import { FeedLinks } from './_ui/feeds.tsx'
import { FrontAside, FrontNote } from './_ui/front-aside.tsx'
import { pageRoute } from './_ui/page-route.tsx'
import { PostList } from './_ui/post-list.tsx'
import { SiteSharing } from './_ui/sharing.tsx'
import { Shell } from './_ui/shell.tsx'
import { ViewTabs } from './_ui/view-tabs.tsx'
import { words } from './_words/words.ts'

const VIEWS = ['all', 'originals', 'links', 'top'] as const
type View = (typeof VIEWS)[number]
/** What a group of people has. */
const GROUP_VIEWS: readonly View[] = ['all', 'originals']

const TOP_DAYS = 7
const DAY_S = 86_400

export const GET = pageRoute(FrontPage)

/** The newest posts of everybody, or of those in ?users=a,b,c: all, a kind of them, or the most answered of a week. */
async function FrontPage({ searchParams }: PageProps): Promise<ReactNode> {
  const search = await searchParams
  const users = usersParam(search)
  const views = users?.length === 0 ? VIEWS : GROUP_VIEWS
  const view = views.find((one) => one === (single(search, 'view') ?? 'all'))
  const page = users === undefined || view === undefined ? undefined : await pageOfView(view, users, search)
  if (users === undefined || view === undefined || page === undefined) return <BadAddress back="/" />
  const names = users.join(',')
  const title =
    names === ''
      ? words(`front.title.${view}`)
      : words('front.titleOf', { names: users.map((name) => isolated(`@${name}`)).join(', ') })
  const path = names === '' ? '/' : `/?users=${names}`
  const keep = { users: names === '' ? undefined : names, view: view === 'all' ? undefined : view }
  return (
    <Shell
      title={title}
      current="posts"
      isUnlisted={names !== ''}
      aside={<FrontAside users={users} path={path} />}
      head={
        <>
          <SiteSharing title={title} />
          <FeedLinks page={path} />
        </>
      }
    >
      <h1 className={names === '' ? 'unseen' : undefined}>{title}</h1>
      <ViewTabs label={words('front.views')} tabs={views.map((one) => tabOf(one, one === view, names))} />
      <FrontNote view={view} users={users} />
      <PostList
        page={page}
        path="/"
        keep={keep}
        now={currentSite().clock.now()}
        live={liveFilters(view, names)}
        empty={words(names === '' ? `front.empty.${view}` : 'front.emptyOf')}
      />
    </Shell>
  )
}

/** The stream's own words for what a list holds; the most answered ones are not the newest. */
function liveFilters(view: View, names: string): Readonly<Record<string, string>> | undefined {
  const users: Record<string, string> = names === '' ? {} : { users: names }
  if (view === 'all') return { ...users, kinds: 'post,reply,retwist' }
  return view === 'originals' ? { ...users, kinds: 'post' } : undefined
}

function tabOf(view: View, isCurrent: boolean, names: string) {
  const query = new URLSearchParams()
  if (view !== 'all') query.set('view', view)
  const group = names === '' ? '' : `users=${names}`
  const text = [group, query.toString()].filter((part) => part !== '').join('&')
  return { href: text === '' ? '/' : `/?${text}`, label: words(`front.${view}`), isCurrent }
}

async function pageOfView(
  view: View,
  users: readonly Username[],
  search: RawParams,
): Promise<Page<PostView> | undefined> {
  const { reader, clock } = currentSite()
  const last = Math.floor(clock.now() / DAY_S)
  const week = { kind: 'days', first: last - TOP_DAYS + 1, last } as const
  const order = { all: NEWEST_POSTS, originals: NEWEST_POSTS, links: SEARCH_NEWEST, top: TOP_POSTS }[view]
  const read: Readonly<Record<View, (request: PageRequest) => Promise<Page<PostView>>>> = {
    all: (request) => newestPosts(reader, users, request),
    originals: (request) => newestOriginals(reader, users, request),
    links: (request) => searchNewest(reader, parseSearchQuery('has:link'), request),
    top: (request) => topPosts(reader, 'answers', week, request),
  }
  const request = await pageRequest(reader, search, order)
  return request && read[view](request)
}
