import type { ReactNode } from 'react'
import type { ProfileView, UserView } from '../../db/views.ts'
import { formatDate, plural, shortHex } from '../_lib/format.ts'
import { displayName } from '../_lib/names.ts'
import { webAddress } from '../_lib/web-address.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Avatar } from './person.tsx'
import { plainText, UserText } from './user-text.tsx'

/** Who a user is: what they say (marked as theirs by being in their card) and what the chain says. */
export function ProfileCard({ user }: { user: UserView }): ReactNode {
  const name = displayName(user.profile?.fullname)
  const first = user.keys[0]
  return (
    <>
      <Avatar person={{ n: user.n, avatar: user.avatar }} side={88} />
      <h1 dir="auto">{name ?? `@${user.n}`}</h1>
      {name === undefined ? undefined : (
        <p className="mut" dir="ltr">
          @{user.n}
        </p>
      )}
      {user.profile === undefined || user.profile.bio === '' ? undefined : (
        <UserText text={user.profile.bio} className="bio text" />
      )}
      <dl className="facts">
        {user.profile === undefined ? undefined : <OwnFacts profile={user.profile} />}
        <dt>Registered</dt>
        <dd>
          {formatDate(user.registeredTime)},{' '}
          <a href={`/block/${user.registeredHeight}`}>block {formatNumber(user.registeredHeight)}</a>
        </dd>
        <dt>Key</dt>
        <dd>
          <span className="mono" title={user.publicKey}>
            {user.publicKey === undefined ? 'none' : shortHex(user.publicKey)}
          </span>
          <br />
          <span className="mut">{user.keys.length > 1 ? 'replaced, see below' : 'one key, never replaced'}</span>
        </dd>
      </dl>
      <p className="totals">
        <a href={`/@${user.n}/following`}>
          <b>{formatNumber(user.counts.following)}</b> following
        </a>
        <a href={`/@${user.n}/followers`}>
          <b>{formatNumber(user.counts.followers)}</b> {user.counts.followers === 1 ? 'follower' : 'followers'}
        </a>
      </p>
      <p className="small">
        <a href={`/@${user.n}/mentions`}>Mentions of @{user.n}</a>
      </p>
      {user.counts.directMessages === 0 ? undefined : (
        <p className="small mut">{plural(user.counts.directMessages, 'direct message')}, encrypted</p>
      )}
      {user.counts.privateFavourites === 0 ? undefined : (
        <p className="small mut">{plural(user.counts.privateFavourites, 'private favourite')}, encrypted</p>
      )}
      {first === undefined || user.keys.length < 2 ? undefined : <KeyHistory user={user} />}
    </>
  )
}

function OwnFacts({ profile }: { profile: ProfileView }): ReactNode {
  const href = webAddress(profile.url)
  const facts = [
    { label: 'Where', value: profile.location },
    { label: 'Tox', value: profile.tox },
    { label: 'Bitmessage', value: profile.bitmessage },
  ].filter((fact) => plainText(fact.value) !== '')
  return (
    <>
      {plainText(profile.url) === '' ? undefined : (
        <>
          <dt>Web</dt>
          <dd>
            {href === undefined ? (
              <bdi>{plainText(profile.url)}</bdi>
            ) : (
              <a href={href} rel="nofollow ugc noopener noreferrer" dir="auto">
                {plainText(profile.url).replace(/^https?:\/\//i, '')}
              </a>
            )}
          </dd>
        </>
      )}
      {facts.map((fact) => (
        <FactLine key={fact.label} label={fact.label} value={plainText(fact.value)} />
      ))}
    </>
  )
}

function FactLine({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  )
}

function KeyHistory({ user }: { user: UserView }): ReactNode {
  return (
    <section>
      <h2 className="small">Keys of this name</h2>
      <ol className="small">
        {user.keys.map((key) => (
          <li key={key.height}>
            <a href={`/block/${key.height}`}>Block {formatNumber(key.height)}</a> · {key.kind} ·{' '}
            <span className="mono">{key.publicKey === undefined ? 'none' : shortHex(key.publicKey)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
