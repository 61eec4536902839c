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
import type { Reader } from '../../db/queries/reader.ts'
import type { UserLineView } from '../../db/views.ts'
import { type PageProps, pageRequest, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { Pager } from '../_ui/pager.tsx'
import { PeopleTable } from '../_ui/people-table.tsx'
import { Shell } from '../_ui/shell.tsx'

interface Sort {
  label: string
  order: ListOrder
  note: string
  query: (sql: Reader, prefix: string, request: PageRequest) => Promise<Page<UserLineView>>
}

const SORTS = {
  active: {
    label: 'Active',
    order: USERS_ACTIVE,
    note: 'People of whom posts are here, by the time of the last one.',
    query: (sql, _prefix, request) => usersByActivity(sql, request),
  },
  'a-z': {
    label: 'A–Z',
    order: NAMES_BY_LETTER,
    note: 'Every name that the chain holds, followed here or not.',
    query: namesByPrefix,
  },
  newest: {
    label: 'Newest',
    order: NAMES_NEWEST,
    note: 'Every name that the chain holds, the last registered first.',
    query: (sql, _prefix, request) => namesNewest(sql, request),
  },
  followed: {
    label: 'Followed',
    order: USERS_FOLLOWED,
    note: 'By the public following lists that this site has read.',
    query: (sql, _prefix, request) => usersByFollowers(sql, request),
  },
} as const satisfies Record<string, Sort>

type SortName = keyof typeof SORTS

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789_']

/** Everybody: by activity, by letter, by age of the name, by followers. */
export default async function NamesPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const search = await searchParams
  const prefix = (single(search, 'prefix') ?? '').trim().replace(/^@/, '').toLowerCase()
  const name = single(search, 'sort') ?? (prefix === '' ? 'active' : 'a-z')
  if (!isSortName(name) || !/^[a-z0-9_]{0,16}$/.test(prefix)) return <BadAddress back="/names" />
  const sort: Sort = SORTS[name]
  const request = await pageRequest(reader, search, sort.order)
  if (request === undefined) return <BadAddress back="/names" />
  const page = await sort.query(reader, prefix, request)
  const isByLetter = name === 'a-z'
  return (
    <Shell title="People" current="people" aside={<FindForm prefix={isByLetter ? prefix : ''} />}>
      <h1>People</h1>
      <nav className="tabs" aria-label="Orders of this list">
        {Object.entries(SORTS).map(([key, entry]) => (
          <a key={key} href={`/names?sort=${key}`} aria-current={key === name ? 'page' : undefined}>
            {entry.label}
          </a>
        ))}
      </nav>
      <p className="note">{sort.note}</p>
      {isByLetter ? <Letters current={prefix} /> : undefined}
      {page.items.length === 0 ? (
        <p className="empty">No such name is known here.</p>
      ) : (
        <PeopleTable people={page.items} caption={sort.note} />
      )}
      <Pager
        page={page}
        path="/names"
        keep={{ sort: name, prefix: isByLetter && prefix !== '' ? prefix : undefined }}
        nextLabel="Next"
        prevLabel="Previous"
      />
    </Shell>
  )
}

function Letters({ current }: { current: string }): ReactNode {
  return (
    <nav className="letters" aria-label="First letters">
      {LETTERS.map((letter) => (
        <a
          key={letter}
          href={`/names?sort=a-z&prefix=${letter}`}
          aria-current={letter === current[0] ? 'true' : undefined}
        >
          {letter}
        </a>
      ))}
    </nav>
  )
}

function FindForm({ prefix }: { prefix: string }): ReactNode {
  return (
    <section>
      <form className="find" action="/names" method="get">
        <input type="hidden" name="sort" value="a-z" />
        <div>
          <label htmlFor="prefix">Find a name</label>
          <input
            id="prefix"
            name="prefix"
            defaultValue={prefix}
            maxLength={17}
            autoComplete="off"
            autoCapitalize="none"
          />
        </div>
        <button type="submit">Find</button>
      </form>
    </section>
  )
}

function isSortName(name: string): name is SortName {
  return Object.hasOwn(SORTS, name)
}
