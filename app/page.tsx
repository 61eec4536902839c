import type { ReactNode } from 'react'
import { NEWEST_POSTS, newestPosts } from '../db/queries/newest-posts.ts'
import { usersByActivity } from '../db/queries/people.ts'
import { TOP_POSTS, topPosts } from '../db/queries/top-posts.ts'
import { trends } from '../db/queries/trends.ts'
import type { Username } from '../node/protocol/username.ts'
import { calmText } from './_lib/names.ts'
import { type PageProps, pageRequest, type RawParams, single, usersParam } from './_lib/params.ts'
import { currentSite } from './_lib/site.ts'
import { BadAddress } from './_ui/bad-address.tsx'
import { PeopleList } from './_ui/people-list.tsx'
import { PostList } from './_ui/post-list.tsx'
import { Shell } from './_ui/shell.tsx'
import { Age } from './_ui/time.tsx'
import { ViewTabs } from './_ui/view-tabs.tsx'
import { richWords, words } from './_words/words.ts'

const TRENDS = 6
const PEOPLE = 6
const TOP_DAYS = 7
const DAY_S = 86_400

/** The newest posts of everybody, or of those in ?users=a,b,c; or the most answered of a week. */
export default async function FrontPage({ searchParams }: PageProps): Promise<ReactNode> {
  const search = await searchParams
  const users = usersParam(search)
  const view = single(search, 'view') ?? 'newest'
  const isTop = view === 'top' && users?.length === 0
  if (users === undefined || (view !== 'newest' && !isTop)) return <BadAddress back="/" />
  const list = isTop ? await topList(search) : await newestList(users, search)
  if (list === undefined) return <BadAddress back="/" />
  const title = titleOf(users, isTop)
  return (
    <Shell title={title} current="posts" isUnlisted={users.length > 0} aside={await frontAside()}>
      {users.length > 0 ? <h1>{title}</h1> : <FrontTabs title={title} isTop={isTop} />}
      <p className="note">{noteOf(users, isTop)}</p>
      {list}
    </Shell>
  )
}

function titleOf(users: readonly Username[], isTop: boolean): string {
  if (users.length > 0) return words('front.titleOf', { names: users.map((name) => `@${name}`).join(', ') })
  return words(isTop ? 'front.topTitle' : 'front.title')
}

function noteOf(users: readonly Username[], isTop: boolean): ReactNode {
  if (users.length > 0) return words('front.noteOf')
  if (isTop) return words('front.topNote')
  return richWords('front.note', { example: <a href="/?users=alice,bob,carol">/?users=alice,bob,carol</a> })
}

function FrontTabs({ title, isTop }: { title: string; isTop: boolean }): ReactNode {
  const tabs = [
    { href: '/', label: words('front.newest'), isCurrent: !isTop },
    { href: '/?view=top', label: words('front.top'), isCurrent: isTop },
  ]
  return (
    <>
      <h1 className="unseen">{title}</h1>
      <ViewTabs label={words('front.views')} tabs={tabs} />
    </>
  )
}

async function newestList(users: readonly Username[], search: RawParams): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, search, NEWEST_POSTS)
  if (request === undefined) return undefined
  const page = await newestPosts(reader, users, request)
  const keep = { users: users.length === 0 ? undefined : users.join(',') }
  return <PostList page={page} path="/" keep={keep} now={clock.now()} empty={words('front.empty')} />
}

async function topList(search: RawParams): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, search, TOP_POSTS)
  if (request === undefined) return undefined
  const last = Math.floor(clock.now() / DAY_S)
  const page = await topPosts(reader, 'answers', { kind: 'days', first: last - TOP_DAYS + 1, last }, request)
  return <PostList page={page} path="/" keep={{ view: 'top' }} now={clock.now()} empty={words('front.noTop')} />
}

async function frontAside(): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const now = clock.now()
  const [trending, people] = await Promise.all([
    trends(reader, { at: now, by: 'people', limit: TRENDS }),
    usersByActivity(reader, { limit: PEOPLE }),
  ])
  const active = people.items.map((person) => ({
    person,
    value: person.lastTime === undefined ? '' : <Age seconds={person.lastTime} now={now} />,
  }))
  return (
    <>
      <section>
        <h2 className="lead">{words('front.what')}</h2>
        <p>{words('front.whatText')}</p>
        <p className="small">
          <a href="/about">{words('front.how')}</a> · <a href="/names">{words('front.who')}</a>
        </p>
      </section>
      {trending.items.length === 0 ? undefined : (
        <section>
          <h2>{words('front.trends')}</h2>
          <ul className="pairs">
            {trending.items.map(({ tag, people: count }) => (
              <li key={tag}>
                <a href={`/hashtag/${encodeURIComponent(tag)}`} dir="auto">
                  #{calmText(tag)}
                </a>
                <span>{words('tag.people.count', { count })}</span>
              </li>
            ))}
          </ul>
          <p className="small">
            <a href="/trends">{words('front.allTrends')}</a>
          </p>
        </section>
      )}
      <PeopleList title={words('front.active')} people={active} />
    </>
  )
}
