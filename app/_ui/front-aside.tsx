import type { ReactNode } from 'react'
import { hashtagsSince } from '../../db/queries/hashtags.ts'
import { peopleTotals } from '../../db/queries/people-totals.ts'
import { trends } from '../../db/queries/trends.ts'
import type { Username } from '../../node/protocol/username.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'
import { busiestPeople } from './busiest-people.ts'
import { FeedList } from './feeds.tsx'
import { PeopleList } from './people-list.tsx'
import { TagList } from './tag-list.tsx'

const SHOWN = 5
const FEWEST_TRENDS = 3
const DAY_S = 86_400
const MONTH_S = 30 * DAY_S
const EXAMPLE = 3
const SOMEBODY = ['alice', 'bob', 'carol'] as const

interface FrontNoteProps {
  view: 'all' | 'originals' | 'links' | 'top'
  users: readonly Username[]
}

/** Whose posts these are. */
export async function FrontNote({ view, users }: FrontNoteProps): Promise<ReactNode> {
  if (view !== 'all' || users.length > 0) {
    return <p className="note">{words(users.length > 0 ? 'front.noteOf' : `front.note.${view}`)}</p>
  }
  const [totals, busiest] = await Promise.all([totalsOfPeople(), busiestPeople()])
  const names = busiest.map(({ n }) => n).slice(0, EXAMPLE)
  const path = `/?users=${(names.length < 2 ? SOMEBODY : names).join(',')}`
  const example = (
    <a href={path} dir="ltr">
      {path}
    </a>
  )
  return <p className="note">{richWords('front.note.all', { count: totals.users, example })}</p>
}

function totalsOfPeople() {
  const { reader, shared } = currentSite()
  return shared.get('totals of people', () => peopleTotals(reader, 0))
}

interface FrontAsideProps {
  users: readonly Username[]
  /** Of this page, for its feeds. */
  path: string
}

/** What this site is, what is talked about, who is here. */
export async function FrontAside({ users, path }: FrontAsideProps): Promise<ReactNode> {
  const [busiest, totals] = await Promise.all([busiestPeople(), totalsOfPeople()])
  const people = busiest.map((person, at) => ({
    person,
    value: at === 0 ? words('front.posts', { count: person.windowCount }) : formatNumber(person.windowCount),
  }))
  return (
    <>
      <section>
        <h2 className="lead">{words('front.what')}</h2>
        <p>{words('front.whatText')}</p>
        <p className="ways">
          <a href="/about">{words('front.how')}</a>
          <a href="/names">{words('front.who')}</a>
        </p>
      </section>
      <Talk />
      <PeopleList title={words('front.active')} people={people}>
        <p className="ways">
          <a href="/names?sort=a-z">{words('front.names', { count: totals.names })}</a>
        </p>
      </PeopleList>
      <Group users={users} />
      <FeedList page={path} json={users.length === 0 ? '/index.json' : `/index.json?users=${users.join(',')}`} />
    </>
  )
}

/** Trends; where there are hardly any, what was talked about for a month. */
async function Talk(): Promise<ReactNode> {
  const { isToday, tags } = await currentSite().shared.get('talk', talk)
  const shown = tags.map(({ tag, people }, at) => ({
    tag,
    value: at === 0 ? words('tag.people.count', { count: people }) : formatNumber(people),
  }))
  return (
    <TagList title={words(isToday ? 'front.trends' : 'front.month')} tags={shown}>
      <p className="ways">
        <a href="/trends">{words('front.allTrends')}</a>
      </p>
    </TagList>
  )
}

async function talk() {
  const { reader, clock } = currentSite()
  const now = clock.now()
  const { items } = await trends(reader, { at: now, by: 'people', limit: SHOWN })
  if (items.length >= FEWEST_TRENDS) return { isToday: true, tags: items.map(({ tag, people }) => ({ tag, people })) }
  const month = await hashtagsSince(reader, now - MONTH_S, { limit: SHOWN })
  return { isToday: false, tags: month.items.map(({ tag, peopleCount }) => ({ tag, people: peopleCount })) }
}

/** A timeline is the posts of a group that one names. */
function Group({ users }: { users: readonly Username[] }): ReactNode {
  return (
    <section>
      <form className="find" action="/">
        <div>
          <label htmlFor="users">{words('front.group')}</label>
          <input
            id="users"
            name="users"
            defaultValue={users.join(', ')}
            placeholder={SOMEBODY.join(', ')}
            dir="ltr"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </div>
        <button type="submit">{words('front.read')}</button>
      </form>
    </section>
  )
}
