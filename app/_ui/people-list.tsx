import type { ReactNode } from 'react'
import type { PersonView } from '../../db/views.ts'
import { Avatar, ShortName } from './person.tsx'

interface PeopleListProps {
  title: string
  people: readonly { person: PersonView; value: ReactNode }[]
  note?: string
  /** What follows them. */
  children?: ReactNode
}

/** A few people beside a column, each with what brought them there; nothing without any. */
export function PeopleList({ title, people, note, children }: PeopleListProps): ReactNode {
  if (people.length === 0) return undefined
  return (
    <section>
      <h2>{title}</h2>
      <ul className="pairs">
        {people.map(({ person, value }) => (
          <li key={person.n}>
            <Avatar person={person} side={28} />
            <a href={`/@${person.n}`}>
              <ShortName person={person} />
            </a>
            <span>{value}</span>
          </li>
        ))}
      </ul>
      {note === undefined ? undefined : <p className="small mut">{note}</p>}
      {children}
    </section>
  )
}
