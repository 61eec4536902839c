import type { ReactNode } from 'react'
import type { ListOrder, Page, PageRequest } from '../../db/page.ts'
import {
  NAMES_BY_LETTER,
  NAMES_NEWEST,
  namesByPrefix,
  namesNewest,
  USERS_ACTIVE,
  USERS_FOLLOWED,
  usersByActivity,
  usersByFollowers,
} from '../../db/queries/people.ts'
import { peopleTotals } from '../../db/queries/people-totals.ts'
import type { Reader } from '../../db/queries/reader.ts'
import type { UserLineView } from '../../db/views.ts'
import { type PageProps, pageRequest, type RawParams, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { isolated } from '../_lib/user-name.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { LetterPicker } from '../_ui/letter-picker.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { PeopleAside } from '../_ui/people-aside.tsx'
import { PeopleTable } from '../_ui/people-table.tsx'
import { Shell } from '../_ui/shell.tsx'
import { type WordKey, words } from '../_words/words.ts'

interface Sort {
  label: WordKey
  note: WordKey
  order: ListOrder
  column: 'block' | 'last'
  query: (sql: Reader, prefix: string, request: PageRequest) => Promise<Page<UserLineView>>
}

/** In the order of their tabs. */
const SORTS = {
  active: {
    label: 'people.byActivity',
    note: 'people.activeNote',
    order: USERS_ACTIVE,
    column: 'last',
    query: (sql, _prefix, request) => usersByActivity(sql, request),
  },
  followed: {
    label: 'people.byFollowers',
    note: 'people.followedNote',
    order: USERS_FOLLOWED,
    column: 'last',
    query: (sql, _prefix, request) => usersByFollowers(sql, request),
  },
  newest: {
    label: 'people.newest',
    note: 'people.newestNote',
    order: NAMES_NEWEST,
    column: 'block',
    query: (sql, _prefix, request) => namesNewest(sql, request),
  },
  'a-z': {
    label: 'people.byLetter',
    note: 'people.letterNote',
    order: NAMES_BY_LETTER,
    column: 'block',
    query: namesByPrefix,
  },
} as const satisfies Record<string, Sort>

type SortName = keyof typeof SORTS

const MONTH_S = 30 * 86_400
const NOBODY: Page<UserLineView> = { items: [] }

export const GET = pageRoute(NamesPage)

/** Everybody: by activity, by followers, by age of the name, by letter. */
async function NamesPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock, shared } = currentSite()
  const search = await searchParams
  const wish = wishOf(search)
  if (wish === undefined) return <BadAddress back="/names" />
  const { name, prefix } = wish
  const sort: Sort = SORTS[name]
  const request = await pageRequest(reader, search, sort.order)
  if (request === undefined) return <BadAddress back="/names" />
  const now = clock.now()
  const [totals, page] = await Promise.all([
    shared.get('totals of a month', () => peopleTotals(reader, now - MONTH_S)),
    isPrefix(prefix) ? sort.query(reader, prefix, request) : NOBODY,
  ])
  return (
    <Shell title={words('people.title')} current="people" aside={<PeopleAside prefix={prefix} />}>
      <h1>{words('people.title')}</h1>
      <p className="tally">{words('people.totals', { ...totals })}</p>
      <Tabs current={name} />
      {name === 'a-z' ? <LetterPicker prefix={prefix} /> : <p className="note">{words(sort.note)}</p>}
      {page.items.length === 0 ? (
        <NobodyFound prefix={prefix} />
      ) : (
        <PeopleTable people={page.items} caption={words(sort.note)} column={sort.column} now={now} />
      )}
      <Pager
        page={page}
        path="/names"
        keep={{ sort: name, prefix: prefix === '' ? undefined : prefix }}
        nextLabel={nextLabel(name, page)}
        prevLabel={words('people.previous')}
      />
    </Shell>
  )
}

/** A prefix may be anything that somebody typed: that no name begins with it is an answer. */
function wishOf(search: RawParams): { name: SortName; prefix: string } | undefined {
  const prefix = (single(search, 'prefix') ?? '').trim().replace(/^@/, '').toLowerCase()
  const name = single(search, 'sort') ?? (prefix === '' ? 'active' : 'a-z')
  if (!isSortName(name)) return undefined
  return { name, prefix: name === 'a-z' ? prefix : '' }
}

function Tabs({ current }: { current: SortName }): ReactNode {
  return (
    <nav className="tabs" aria-label={words('people.orders')}>
      {Object.entries(SORTS).map(([name, { label }]) => (
        <a
          key={name}
          href={name === 'active' ? '/names' : `/names?sort=${name}`}
          aria-current={name === current ? 'page' : undefined}
        >
          {words(label)}
        </a>
      ))}
    </nav>
  )
}

const MAX_SHOWN = 40

function NobodyFound({ prefix }: { prefix: string }): ReactNode {
  if (prefix === '') return <p className="empty">{words('people.none')}</p>
  const shown = isolated(prefix.slice(0, MAX_SHOWN))
  return (
    <div className="empty">
      <p>{words(isPrefix(prefix) ? 'people.noneBegins' : 'people.noName', { prefix: shown })}</p>
      <p>
        <a href={`/search?${new URLSearchParams({ q: prefix })}`}>{words('people.searchInstead', { text: shown })}</a>
      </p>
    </div>
  )
}

function nextLabel(name: SortName, page: Page<UserLineView>): string {
  const last = page.items.at(-1)
  if (name !== 'a-z' || last === undefined) return words('people.next')
  return words('people.nextAfter', { name: isolated(`@${last.n}`) })
}

function isPrefix(text: string): boolean {
  return /^[a-z0-9_]{0,16}$/.test(text)
}

function isSortName(name: string): name is SortName {
  return Object.hasOwn(SORTS, name)
}
