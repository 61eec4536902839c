import type { ReactNode } from 'react'
import type { UserLineView } from '../../db/views.ts'
import { Avatar, NameLink } from './person.tsx'
import { plainText } from './user-text.tsx'

interface PersonRowProps {
  person: UserLineView
  /** What brought them here. */
  children: ReactNode
}

/** Somebody in a list that is the column: who it is, what they say of themselves, why they are here. */
export function PersonRow({ person, children }: PersonRowProps): ReactNode {
  const bio = plainText(person.bio ?? '')
  return (
    <li className="found row h-card">
      <Avatar person={person} side={44} />
      <div>
        <p className="who">
          <NameLink person={person} />
        </p>
        {bio === '' ? undefined : (
          <p className="line" dir="auto">
            {bio}
          </p>
        )}
        <p className="mut small">{children}</p>
      </div>
    </li>
  )
}
