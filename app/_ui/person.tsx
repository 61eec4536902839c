import type { ReactNode } from 'react'
import type { PersonView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'

/** The picture beside a name. It says nothing that the name does not, so it is silent. */
export function Avatar({ person, side }: { person: PersonView; side: number }): ReactNode {
  const source = person.avatar === undefined ? `/identicon/${person.n}.svg` : `/avatar/${person.n}/${person.avatar}`
  // biome-ignore lint/performance/noImgElement: pictures are made small by our own route; next/image is a script
  return <img className="avatar" src={source} alt="" width={side} height={side} loading="lazy" decoding="async" />
}

/** Full name and handle as one link; the handle alone when there is no name. */
export function NameLink({ person }: { person: PersonView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <>
      {name === undefined ? undefined : (
        <a className="name" href={`/@${person.n}`} dir="auto">
          {name}
        </a>
      )}
      <a className={name === undefined ? 'name' : 'handle'} href={`/@${person.n}`} dir="ltr">
        @{person.n}
      </a>
    </>
  )
}

/** For sentences: the full name, or the handle. */
export function ShortName({ person }: { person: PersonView }): ReactNode {
  return <bdi>{displayName(person.fullname) ?? `@${person.n}`}</bdi>
}
