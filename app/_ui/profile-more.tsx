import type { ReactNode } from 'react'
import { oftenAnswered, REPLIES_READ } from '../../db/queries/often-answered.ts'
import { yearsOfUser } from '../../db/queries/statistics.ts'
import type { UserView } from '../../db/views.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { FeedList } from './feeds.tsx'
import { PeopleList } from './people-list.tsx'

/** What else there is of somebody: people, years, ways to look through the posts. `path`: of the page that this stands beside, a list of posts. */
export async function ProfileMore({ user, path }: { user: UserView; path: string }): Promise<ReactNode> {
  const { reader } = currentSite()
  const [people, years] = await Promise.all([oftenAnswered(reader, user.n), yearsOfUser(reader, user.n)])
  const looked = Math.min(user.counts.replies, REPLIES_READ)
  return (
    <>
      <PeopleList
        title={words('profile.often')}
        people={people.map((person) => ({ person, value: formatNumber(person.answerCount) }))}
        note={user.counts.replies > looked ? words('profile.oftenOf', { count: looked }) : undefined}
      />
      <Years n={user.n} years={years.map((one) => ({ ...one, count: one.posts + one.replies + one.retwists }))} />
      {user.completeness.held === 0 ? undefined : <Look n={user.n} />}
      <FeedList page={path} json={`${path}.json`} />
    </>
  )
}

/** A way into the past: each year leads to its posts. */
function Years({ n, years }: { n: string; years: readonly { year: number; count: number }[] }): ReactNode {
  const shown = years.filter(({ count }) => count > 0)
  if (shown.length < 2) return undefined
  return (
    <section>
      <h2>{words('profile.years')}</h2>
      <ul className="years">
        {shown.map(({ year, count }) => (
          <li key={year}>
            <a href={searchHref(`from:${n} since:${year} until:${year}`)}>{year}</a> {formatNumber(count)}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Look({ n }: { n: string }): ReactNode {
  return (
    <section>
      <form action="/search">
        <label htmlFor="within">{words('profile.find')}</label>
        <input id="within" name="q" defaultValue={`from:${n} `} maxLength={200} autoCapitalize="none" dir="ltr" />
      </form>
      <p className="ways">
        <a href={searchHref(`from:${n} has:link`)}>{words('profile.links')}</a>
        <a href={`/api/v1/users/${n}/archive`}>{words('profile.archive')}</a>
      </p>
    </section>
  )
}

function searchHref(query: string): string {
  return `/search?${new URLSearchParams({ q: query })}`
}
