import type { ReactNode } from 'react'
import { HASHTAGS_FOUND, searchHashtags } from '../../db/queries/search-hashtags.ts'
import { marksOf } from '../../db/queries/search-marks.ts'
import { PEOPLE_FOUND, searchPeople } from '../../db/queries/search-people.ts'
import { SEARCH_BEST, SEARCH_NEWEST, searchBest, searchNewest } from '../../db/queries/search-posts.ts'
import { parseSearchQuery, type SearchQuery } from '../../db/queries/search-query.ts'
import type { SearchView } from '../../db/views.ts'
import { calmText } from '../_lib/names.ts'
import { type PageProps, pageRequest, type RawParams, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { pageMarks } from '../_ui/marks.ts'
import { Pager } from '../_ui/pager.tsx'
import { Avatar, NameLink } from '../_ui/person.tsx'
import { PostList } from '../_ui/post-list.tsx'
import { SearchForm } from '../_ui/search-form.tsx'
import { NothingFound, SearchHelp, SearchNotes } from '../_ui/search-words.tsx'
import { Shell } from '../_ui/shell.tsx'
import { plainText } from '../_ui/user-text.tsx'
import { ViewTabs } from '../_ui/view-tabs.tsx'
import { words } from '../_words/words.ts'

const TYPES = ['posts', 'people', 'tags'] as const
type Type = (typeof TYPES)[number]
const SORTS = ['newest', 'best'] as const

/** Posts, people and hashtags by words and operators, with a form that builds them. */
export default async function SearchPage({ searchParams }: PageProps): Promise<ReactNode> {
  const search = await searchParams
  const text = single(search, 'q') ?? ''
  const type = TYPES.find((one) => one === (single(search, 'type') ?? 'posts'))
  const query = parseSearchQuery(text)
  const isAsked = query.terms.length > 0 || query.since !== undefined || query.before !== undefined
  const found = isAsked && type !== undefined ? await foundOf(type, text, query, search) : undefined
  if (type === undefined || (isAsked && found === undefined)) return <BadAddress back="/search" />
  const title = text.trim() === '' ? words('search.title') : words('search.titleOf', { query: plainText(text) })
  const tabs = TYPES.map((one) => ({
    href: addressOf(text, { type: one === 'posts' ? undefined : one }),
    label: words(`search.${one}`),
    isCurrent: one === type,
  }))
  return (
    <Shell title={title} current="search" isUnlisted aside={<SearchHelp />}>
      <h1>{words('search.title')}</h1>
      <SearchForm text={text} type={type} />
      {isAsked ? <ViewTabs label={words('search.types')} tabs={tabs} /> : undefined}
      {query.ignored.length === 0 ? undefined : <SearchNotes ignored={query.ignored} />}
      {found ?? <p className="empty">{words('search.empty')}</p>}
    </Shell>
  )
}

function foundOf(type: Type, text: string, query: SearchQuery, search: RawParams): Promise<ReactNode> {
  switch (type) {
    case 'posts':
      return postsOf(text, query, search)
    case 'people':
      return peopleOf(text, query, search)
    case 'tags':
      return tagsOf(text, query, search)
  }
}

async function postsOf(text: string, query: SearchQuery, search: RawParams): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const sort = SORTS.find((one) => one === (single(search, 'sort') ?? 'newest'))
  const request = await pageRequest(reader, search, sort === 'best' ? SEARCH_BEST : SEARCH_NEWEST)
  if (sort === undefined || request === undefined) return undefined
  const view = await (sort === 'best' ? searchBest : searchNewest)(reader, query, request)
  pageMarks().marks = marksOf(query)
  const keep = { q: text, sort: sort === 'newest' ? undefined : sort }
  return (
    <>
      <Orders text={text} sort={sort} view={view} />
      <PostList page={view} path="/search" keep={keep} now={clock.now()} empty={<NothingFound view={view} />} />
    </>
  )
}

function Orders({ text, sort, view }: { text: string; sort: (typeof SORTS)[number]; view: SearchView }): ReactNode {
  const other = sort === 'newest' ? 'best' : 'newest'
  return (
    <p className="note">
      {words(`search.by.${sort}`)}{' '}
      <a href={addressOf(text, { sort: other === 'newest' ? undefined : other })}>{words(`search.to.${other}`)}</a>
      {view.replaced.map(({ word, by }) => (
        <span key={word}>
          <br />
          {words('search.replaced', { word: calmText(word), by: by.map(calmText).join(', ') })}
        </span>
      ))}
      {view.isCut ? (
        <>
          <br />
          {words('search.cut')}
        </>
      ) : undefined}
    </p>
  )
}

async function peopleOf(text: string, query: SearchQuery, search: RawParams): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, search, PEOPLE_FOUND)
  if (request === undefined) return undefined
  const page = await searchPeople(reader, query, request)
  if (page.items.length === 0) return <NothingFound view={page} />
  return (
    <>
      <ul className="list found">
        {page.items.map((person) => (
          <li key={person.n} className="row">
            <Avatar person={person} side={44} />
            <div>
              <p className="who">
                <NameLink person={person} />
              </p>
              {person.bio === undefined ? undefined : (
                <p className="line small" dir="auto">
                  {plainText(person.bio)}
                </p>
              )}
              <p className="mut small">
                {words('search.person', { posts: person.postCount, followers: person.followerCount })}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <Found page={page} text={text} type="people" />
    </>
  )
}

async function tagsOf(text: string, query: SearchQuery, search: RawParams): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, search, HASHTAGS_FOUND)
  if (request === undefined) return undefined
  const page = await searchHashtags(reader, query, request)
  if (page.items.length === 0) return <NothingFound view={page} />
  return (
    <>
      <ul className="list found">
        {page.items.map(({ tag, postCount, peopleCount }) => (
          <li key={tag}>
            <a href={`/hashtag/${encodeURIComponent(tag)}`} dir="auto">
              #{calmText(tag)}
            </a>{' '}
            <span className="mut small">{words('search.tagCounts', { posts: postCount, people: peopleCount })}</span>
          </li>
        ))}
      </ul>
      <Found page={page} text={text} type="tags" />
    </>
  )
}

function Found({
  page,
  text,
  type,
}: {
  page: Parameters<typeof Pager>[0]['page']
  text: string
  type: Type
}): ReactNode {
  const labels = { nextLabel: words('search.more'), prevLabel: words('search.before') }
  return <Pager page={page} path="/search" keep={{ q: text, type }} {...labels} />
}

function addressOf(text: string, rest: Record<string, string | undefined>): string {
  const query = new URLSearchParams({ q: text })
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, value)
  return `/search?${query}`
}
