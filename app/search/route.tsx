import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import { HASHTAGS_FOUND, searchHashtags } from '../../db/queries/search-hashtags.ts'
import { marksOf } from '../../db/queries/search-marks.ts'
import { PEOPLE_FOUND, searchPeople } from '../../db/queries/search-people.ts'
import { SEARCH_BEST, SEARCH_NEWEST, searchBest, searchNewest } from '../../db/queries/search-posts.ts'
import { parseSearchQuery, type SearchQuery } from '../../db/queries/search-query.ts'
import type { SearchView } from '../../db/views.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { calmText } from '../_lib/names.ts'
import { type PageProps, pageRequest, type RawParams, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { FeedLinks, FeedList } from '../_ui/feeds.tsx'
import { setPageMarks } from '../_ui/marks.ts'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { PersonRow } from '../_ui/person-row.tsx'
import { PostList } from '../_ui/post-list.tsx'
import { SearchForm } from '../_ui/search-form.tsx'
import { NothingFound, SearchHelp, SearchNotes, type SearchType, searchAddress } from '../_ui/search-words.tsx'
import { SiteSharing } from '../_ui/sharing.tsx'
import { Shell } from '../_ui/shell.tsx'
import { TagLink } from '../_ui/tag-list.tsx'
import { plainText } from '../_ui/user-text.tsx'
import { ViewTabs } from '../_ui/view-tabs.tsx'
import { words } from '../_words/words.ts'

const TYPES = ['posts', 'people', 'tags'] as const satisfies readonly SearchType[]
const SORTS = ['newest', 'best'] as const

export const GET = pageRoute(SearchPage)

/** Posts, people and hashtags by words and operators, with a form that builds them. */
async function SearchPage({ searchParams }: PageProps): Promise<ReactNode> {
  const search = await searchParams
  const text = single(search, 'q')?.trim() ?? ''
  const type = TYPES.find((one) => one === (single(search, 'type') ?? 'posts'))
  const sort = SORTS.find((one) => one === (single(search, 'sort') ?? 'newest'))
  const query = parseSearchQuery(text)
  const isAsked = query.terms.length > 0 || query.since !== undefined || query.before !== undefined
  const asked = { text, query, search, sort: sort ?? 'newest' }
  const found = isAsked && type !== undefined ? await FINDERS[type](asked) : undefined
  if (type === undefined || sort === undefined || (isAsked && found === undefined)) return <BadAddress back="/search" />
  const title = text === '' ? words('search.title') : words('search.titleOf', { query: plainText(text) })
  const tabs = TYPES.map((one) => ({
    href: searchAddress(text, { type: one === 'posts' ? undefined : one }),
    label: words(`search.${one}`),
    isCurrent: one === type,
  }))
  const feed = isAsked && type === 'posts' ? searchAddress(text) : undefined
  return (
    <Shell
      title={title}
      current="search"
      isUnlisted
      aside={<SearchHelp>{feed === undefined ? undefined : <FeedList page={feed} json={jsonOf(text)} />}</SearchHelp>}
      head={
        <>
          <SiteSharing title={title} />
          {feed === undefined ? undefined : <FeedLinks page={feed} />}
        </>
      }
    >
      <h1>{words('search.title')}</h1>
      <SearchForm text={text} type={type === 'posts' ? undefined : type} sort={sort === 'newest' ? undefined : sort} />
      {isAsked ? <ViewTabs label={words('search.types')} tabs={tabs} /> : undefined}
      {query.ignored.length === 0 ? undefined : <SearchNotes ignored={query.ignored} />}
      {found ?? <p className="empty">{words('search.empty')}</p>}
    </Shell>
  )
}

function jsonOf(text: string): string {
  return `/search.json?${new URLSearchParams({ q: text })}`
}

interface Asked {
  text: string
  query: SearchQuery
  search: RawParams
  sort: (typeof SORTS)[number]
}

/** What is shown of each type; undefined for an address that no list gave out. */
const FINDERS: Readonly<Record<SearchType, (asked: Asked) => Promise<ReactNode>>> = {
  posts: foundPosts,
  people: foundPeople,
  tags: foundTags,
}

async function foundPosts({ text, query, search, sort }: Asked): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, search, sort === 'best' ? SEARCH_BEST : SEARCH_NEWEST)
  if (request === undefined) return undefined
  const view = await (sort === 'best' ? searchBest : searchNewest)(reader, query, request)
  if (view.items.length === 0 && view.next === undefined) {
    return <NothingFound text={text} type="posts" isCut={view.isCut} />
  }
  setPageMarks(marksOf(query))
  const keep = { q: text, sort: sort === 'newest' ? undefined : sort }
  return (
    <>
      {request.cursor === undefined ? <NamedSo query={query} /> : undefined}
      <Order text={text} sort={sort} view={view} />
      <PostList page={view} path="/search" keep={keep} now={clock.now()} empty={words('search.further')} />
      {view.items.length > 0 ? undefined : <MorePages page={view} keep={keep} />}
    </>
  )
}

/** Whoever has the one word that was looked for as a name. */
async function NamedSo({ query }: { query: SearchQuery }): Promise<ReactNode> {
  const [term, ...others] = query.terms
  if (term === undefined || others.length > 0 || term.isNot || term.kind !== 'text') return undefined
  const name = parseUsername(term.text.toLowerCase())
  if (name === undefined) return undefined
  const { items } = await searchPeople(currentSite().reader, query, { limit: 1 })
  const named = items.filter((person) => person.n === name)
  return (
    <ul>
      {named.map((person) => (
        <PersonRow key={person.n} person={person}>
          {words('search.person', { posts: person.postCount, followers: person.followerCount })}
        </PersonRow>
      ))}
    </ul>
  )
}

function Order({ text, sort, view }: Pick<Asked, 'text' | 'sort'> & { view: SearchView }): ReactNode {
  const other = sort === 'newest' ? 'best' : 'newest'
  const by = (names: readonly string[]) => names.map(calmText).join(', ')
  return (
    <p className="note">
      {words(`search.by.${sort}`)}{' '}
      <a href={searchAddress(text, { sort: other === 'newest' ? undefined : other })}>{words(`search.to.${other}`)}</a>
      {view.replaced
        .filter(({ by: others }) => others.length > 0)
        .map(({ word, by: others }) => (
          <span key={word}>
            <br />
            {words('search.replaced', { word: calmText(word), by: by(others) })}
          </span>
        ))}
    </p>
  )
}

async function foundPeople({ text, query, search }: Asked): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, search, PEOPLE_FOUND)
  if (request === undefined) return undefined
  const page = await searchPeople(reader, query, request)
  if (page.items.length === 0) return <NothingFound text={text} type="people" isCut={page.isCut} />
  return (
    <>
      <ul>
        {page.items.map((person) => (
          <PersonRow key={person.n} person={person}>
            {words('search.person', { posts: person.postCount, followers: person.followerCount })}
          </PersonRow>
        ))}
      </ul>
      <MorePages page={page} keep={{ q: text, type: 'people' }} />
    </>
  )
}

async function foundTags({ text, query, search }: Asked): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, search, HASHTAGS_FOUND)
  if (request === undefined) return undefined
  const page = await searchHashtags(reader, query, request)
  if (page.items.length === 0) return <NothingFound text={text} type="tags" isCut={page.isCut} />
  return (
    <>
      <ul>
        {page.items.map(({ tag, postCount, peopleCount }) => (
          <li key={tag} className="found">
            <TagLink tag={tag} />
            <p className="mut small">{words('search.tagCounts', { posts: postCount, people: peopleCount })}</p>
          </li>
        ))}
      </ul>
      <MorePages page={page} keep={{ q: text, type: 'tags' }} />
    </>
  )
}

interface MorePagesProps {
  page: Pick<Page<unknown>, 'next' | 'prev'>
  keep: Record<string, string | undefined>
}

function MorePages({ page, keep }: MorePagesProps): ReactNode {
  const labels = { nextLabel: words('search.more'), prevLabel: words('search.before') }
  return <Pager page={page} path="/search" keep={keep} {...labels} />
}
