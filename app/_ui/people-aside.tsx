import type { ReactNode } from 'react'
import { namesNewest } from '../../db/queries/people.ts'
import { worthFollowing } from '../../db/queries/worth-following.ts'
import type { UserLineView } from '../../db/views.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { busiestPeople } from './busiest-people.ts'
import { PeopleList } from './people-list.tsx'
import { Age } from './time.tsx'

const SHOWN = 5

/** Beside the list of people: finding one, and whom to begin with. */
export async function PeopleAside({ prefix }: { prefix: string }): Promise<ReactNode> {
  const { reader, clock, shared } = currentSite()
  const now = clock.now()
  const [worth, busiest, latest] = await Promise.all([
    shared.get('worth following', () => worthFollowing(reader)),
    busiestPeople(),
    shared.get('newest names', () => namesNewest(reader, { limit: SHOWN })),
  ])
  return (
    <>
      <FindForm prefix={prefix} />
      <PeopleList
        title={words('people.worth')}
        people={worth.map((person) => ({ person, value: formatNumber(person.listCount) }))}
        note={words('people.worthNote')}
      />
      <PeopleList
        title={words('people.busiest')}
        people={busiest.map((person) => ({ person, value: formatNumber(person.windowCount) }))}
      />
      <Latest people={latest.items} now={now} />
    </>
  )
}

function FindForm({ prefix }: { prefix: string }): ReactNode {
  return (
    <section>
      <form action="/names">
        <input type="hidden" name="sort" value="a-z" />
        <label htmlFor="prefix">{words('people.find')}</label>
        <input
          id="prefix"
          name="prefix"
          defaultValue={prefix}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </form>
    </section>
  )
}

/** New names have said nothing yet: their handles alone. */
function Latest({ people, now }: { people: readonly UserLineView[]; now: number }): ReactNode {
  if (people.length === 0) return undefined
  return (
    <section>
      <h2>{words('people.latest')}</h2>
      <ul className="pairs">
        {people.map((person) => (
          <li key={person.n}>
            <a href={`/@${person.n}`} dir="ltr">
              @{person.n}
            </a>
            <span>{person.registeredTime === undefined ? '' : <Age seconds={person.registeredTime} now={now} />}</span>
          </li>
        ))}
      </ul>
      <p className="small">
        <a href="/chain">{words('people.perDay')}</a>
      </p>
    </section>
  )
}
