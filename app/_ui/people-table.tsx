import type { ReactNode } from 'react'
import type { UserLineView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Avatar } from './person.tsx'
import { plainText } from './user-text.tsx'

/** People as a table: name, what they say of themselves, where they stand in the chain, how much of them is here. */
export function PeopleTable({ people, caption }: { people: readonly UserLineView[]; caption: string }): ReactNode {
  return (
    <table>
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="wide">
            About
          </th>
          <th scope="col" className="num wide">
            Block
          </th>
          <th scope="col" className="num">
            Posts
          </th>
          <th scope="col" className="num">
            Followers
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <PersonLine key={person.n} person={person} />
        ))}
      </tbody>
    </table>
  )
}

function PersonLine({ person }: { person: UserLineView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <tr>
      <td>
        <div className="person">
          <Avatar person={person} side={36} />
          <span>
            <a href={`/@${person.n}`}>
              {name === undefined ? undefined : (
                <>
                  <b dir="auto">{name}</b>
                  <br />
                </>
              )}
              <span className={name === undefined ? undefined : 'mut small'} dir="ltr">
                @{person.n}
              </span>
            </a>
          </span>
        </div>
      </td>
      <td className="wide mut">
        {person.registeredHeight === undefined ? 'not a registered name' : undefined}
        {person.registeredHeight !== undefined && !person.isIndexed ? 'registered, not followed here' : undefined}
        {person.bio === undefined ? undefined : <bdi>{excerpt(person.bio)}</bdi>}
      </td>
      <td className="num wide mut">
        {person.registeredHeight === undefined ? '–' : formatNumber(person.registeredHeight)}
      </td>
      <td className="num">{formatNumber(person.postCount)}</td>
      <td className="num">{formatNumber(person.followerCount)}</td>
    </tr>
  )
}

const MAX_EXCERPT = 90

function excerpt(bio: string): string {
  const characters = [...plainText(bio)]
  return characters.length > MAX_EXCERPT ? `${characters.slice(0, MAX_EXCERPT - 1).join('')}…` : characters.join('')
}
