import type { ReactNode } from 'react'
import type { UserLineView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { Avatar } from './person.tsx'
import { Age } from './time.tsx'
import { plainText } from './user-text.tsx'

interface PeopleTableProps {
  people: readonly UserLineView[]
  caption: string
  /** What stands between a person's words and numbers: where the chain holds the name, or when the last post was. */
  column: 'block' | 'last'
  now: number
}

/** People as a table: name, what they say of themselves, where they stand in the chain, how much of them is here. */
export function PeopleTable({ people, caption, column, now }: PeopleTableProps): ReactNode {
  return (
    <table className="people">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words('people.name')}</th>
          <th scope="col" className="wide">
            {words('people.about')}
          </th>
          <th scope="col" className="num wide">
            {words(column === 'block' ? 'people.block' : 'people.lastPost')}
          </th>
          <th scope="col" className="num">
            {words('people.postCount')}
          </th>
          <th scope="col" className="num">
            {words('people.followerCount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.n}>
            <PersonCell person={person} />
            <td className="wide mut">
              <About person={person} />
            </td>
            <td className="num wide mut">
              {column === 'block' ? <Block person={person} /> : <LastPost person={person} now={now} />}
            </td>
            <Count count={person.postCount} />
            <Count count={person.followerCount} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function PersonCell({ person }: { person: UserLineView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <td>
      <a className="person" href={`/@${person.n}`}>
        <Avatar person={person} side={36} />
        <span>
          {name === undefined ? undefined : <b dir="auto">{name}</b>}
          <span className={name === undefined ? undefined : 'handle'} dir="ltr">
            @{person.n}
          </span>
        </span>
      </a>
    </td>
  )
}

/** Their own words; where there are none, how much is known. */
function About({ person }: { person: UserLineView }): ReactNode {
  if (person.bio !== undefined) return <span dir="auto">{excerpt(person.bio)}</span>
  if (person.registeredHeight === undefined) return words('people.unregistered')
  if (!person.isIndexed) return words('people.unread')
  return person.postCount === 0 ? words('people.silent') : undefined
}

function Block({ person }: { person: UserLineView }): ReactNode {
  const { registeredHeight: height } = person
  return height === undefined ? '–' : <a href={`/block/${height}`}>{formatNumber(height)}</a>
}

function LastPost({ person, now }: { person: UserLineView; now: number }): ReactNode {
  return person.lastTime === undefined ? '–' : <Age seconds={person.lastTime} now={now} />
}

function Count({ count }: { count: number }): ReactNode {
  return <td className={count === 0 ? 'num mut' : 'num'}>{formatNumber(count)}</td>
}

/** As much as two lines hold; the sheet cuts at the end of the second. */
const MAX_EXCERPT = 90

function excerpt(bio: string): string {
  const characters = [...plainText(bio)]
  return characters.length > MAX_EXCERPT ? `${characters.slice(0, MAX_EXCERPT - 1).join('')}…` : characters.join('')
}
