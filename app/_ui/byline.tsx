import type { ReactNode } from 'react'
import type { PersonView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { type Times, When } from './when.tsx'

const PERSON = 'https://schema.org/Person'

interface BylineProps {
  person: PersonView
  k: number
  seconds: number
  times: Times
  /** The picture before the name, where no column of its own holds it. */
  picture?: ReactNode
}

/** Who wrote a post and when, in one line: name and handle shorten, the time never, and it is the permalink. */
export function Byline({ person, k, seconds, times, picture }: BylineProps): ReactNode {
  return (
    <p className="who">
      {picture}
      <Author person={person} />
      <a className="when u-url" href={`/@${person.n}/${k}`} itemProp="url">
        <When seconds={seconds} times={times} />
      </a>
    </p>
  )
}

/** Name and handle as one link; the handle alone when there is no name. */
export function Author({ person }: { person: PersonView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <a className="by p-author h-card" href={`/@${person.n}`} itemProp="author" itemScope itemType={PERSON}>
      {name === undefined ? undefined : (
        <b className="p-name" dir="auto" itemProp="name">
          {name}
        </b>
      )}
      {name === undefined ? (
        <b className="p-name" dir="ltr" itemProp="name">
          @{person.n}
        </b>
      ) : (
        <span dir="ltr">@{person.n}</span>
      )}
    </a>
  )
}
