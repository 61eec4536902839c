import type { ReactNode } from 'react'
import { tip } from '../../db/queries/blocks.ts'
import { namesByPrefix } from '../../db/queries/people.ts'
import type { UserView } from '../../db/views.ts'
import { formatDate, shortHex } from '../_lib/format.ts'
import { currentSite } from '../_lib/site.ts'
import { formatNumber } from '../_words/numbers.ts'
import { AskedNetwork } from './asked-network.tsx'
import { Shell } from './shell.tsx'

/** No such name on the chain. */
export async function UnknownName({ username }: { username: string }): Promise<ReactNode> {
  const { reader } = currentSite()
  const stem = username.slice(0, Math.max(1, username.length - 2))
  const [best, similar] = await Promise.all([tip(reader), namesByPrefix(reader, stem, { limit: 4 })])
  return (
    <Shell title={`No name @${username}`} status={404}>
      <h1>No such name on the chain</h1>
      <p className="lead">
        Nobody has registered @{username}
        {best === undefined ? '; but no block has been indexed yet.' : ` up to block ${formatNumber(best.height)}.`}
      </p>
      {similar.items.length === 0 ? undefined : (
        <p>
          Names that begin alike:{' '}
          {similar.items.map((person, at) => (
            <span key={person.n}>
              {at === 0 ? '' : ', '}
              <a href={`/@${person.n}`}>@{person.n}</a>
            </span>
          ))}
        </p>
      )}
    </Shell>
  )
}

/** A name that the chain holds and of which nothing is here. Showing this page asks the network for it. */
export async function NotFollowed({ user }: { user: UserView }): Promise<ReactNode> {
  const key = user.keys.at(-1)
  return (
    <Shell title={`@${user.n}`} status={404}>
      <h1>@{user.n} is registered, but not followed here</h1>
      <p className="lead">
        The chain holds this name since{' '}
        <a href={`/block/${user.registeredHeight}`}>block {formatNumber(user.registeredHeight)}</a>,{' '}
        {formatDate(user.registeredTime)}. The node of this site does not follow its swarm, so it knows no posts and no
        profile of it yet. That says nothing about whether there are any.
      </p>
      <AskedNetwork user={user} />
      <dl className="facts">
        <dt>Key</dt>
        <dd className="mono">{key?.publicKey === undefined ? 'none' : shortHex(key.publicKey)}</dd>
        <dt>Named by others</dt>
        <dd>
          <a href={`/@${user.n}/mentions`}>Mentions</a> · <a href={`/@${user.n}/followers`}>Followers</a>
        </dd>
      </dl>
    </Shell>
  )
}
