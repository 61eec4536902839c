import type { ReactNode } from 'react'
import type { PersonView, UserView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { personOf } from '../_lib/user-name.ts'
import { richWords, words } from '../_words/words.ts'
import { Avatar } from './person.tsx'
import { ProfileFacts } from './profile-facts.tsx'
import { UserText } from './user-text.tsx'

interface ProfileCardProps {
  user: UserView
  /** Below the column on small screens. */
  more?: ReactNode
}

/** Who a user is: what they say (marked as theirs by being in their card) and what the chain says. */
export function ProfileCard({ user, more }: ProfileCardProps): ReactNode {
  const { counts, n, profile } = user
  return (
    <>
      <div className="h-card" itemScope itemType="https://schema.org/ProfilePage">
        <link itemProp="url" href={`/@${n}`} />
        <div itemProp="mainEntity" itemScope itemType="https://schema.org/Person">
          <Identity person={personOf(user)} />
          {profile === undefined || profile.bio === '' ? undefined : (
            <div className="p-note" itemProp="description">
              <UserText text={profile.bio} className="bio text" />
            </div>
          )}
          <ProfileFacts user={user} />
        </div>
      </div>
      <p className="totals">
        <a href={`/@${n}/following`}>{richWords('profile.following', { count: counts.following, b: bold })}</a>
        <a href={`/@${n}/followers`}>{richWords('profile.followers', { count: counts.followers, b: bold })}</a>
        <a href={`/@${n}/mentions`}>{words('profile.mentions')}</a>
      </p>
      {more === undefined ? undefined : <div className="besides">{more}</div>}
    </>
  )
}

/** The picture, and the name as the heading of the page. */
function Identity({ person }: { person: PersonView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <div className="identity">
      <LargeAvatar person={person} />
      <div>
        <h1 className="p-name" itemProp="name">
          <bdi>{name ?? `@${person.n}`}</bdi>
        </h1>
        {name === undefined ? undefined : <Handle n={person.n} />}
      </div>
    </div>
  )
}

/** The same beside a list about somebody: the name leads to the profile. */
export function BriefCard({ user, more }: ProfileCardProps): ReactNode {
  const person = personOf(user)
  const name = displayName(person.fullname)
  return (
    <>
      <div className="identity">
        <Avatar person={person} side={64} />
        <div>
          <p className="whose">
            <a href={`/@${person.n}`}>
              <bdi>{name ?? `@${person.n}`}</bdi>
            </a>
          </p>
          {name === undefined ? undefined : <Handle n={person.n} />}
        </div>
      </div>
      {more === undefined ? undefined : <div className="besides">{more}</div>}
    </>
  )
}

function Handle({ n }: { n: string }): ReactNode {
  return (
    <p className="mut">
      <span className="p-nickname" itemProp="alternateName" dir="ltr">
        @{n}
      </span>
    </p>
  )
}

/** The first thing to be seen of a page is not fetched late. */
function LargeAvatar({ person }: { person: PersonView }): ReactNode {
  const source = person.avatar === undefined ? `/identicon/${person.n}.svg` : `/avatar/${person.n}/${person.avatar}`
  // biome-ignore lint/performance/noImgElement: pictures are made small by our own route; next/image is a script
  return <img className="avatar u-photo" itemProp="image" src={source} alt="" width={88} height={88} />
}

function bold(chunks: ReactNode): ReactNode {
  return <b>{chunks}</b>
}
