import type { ReactNode } from 'react'
import { tip } from '../../db/queries/blocks.ts'
import { namesByPrefix } from '../../db/queries/people.ts'
import type { UserView } from '../../db/views.ts'
import { shortHex } from '../_lib/format.ts'
import { listedNodes } from '../_lib/listed.ts'
import { currentSite } from '../_lib/site.ts'
import { richWords, words } from '../_words/words.ts'
import { AskedNetwork } from './asked-network.tsx'
import { Shell } from './shell.tsx'
import { StartWays } from './start-ways.tsx'
import { Day } from './time.tsx'

const MAX_SIMILAR = 4

/** No such name on the chain. */
export async function UnknownName({ username }: { username: string }): Promise<ReactNode> {
  const { reader } = currentSite()
  const stem = username.slice(0, Math.max(1, username.length - 2))
  const [best, similar] = await Promise.all([tip(reader), namesByPrefix(reader, stem, { limit: MAX_SIMILAR })])
  const names = similar.items.map(({ n }) => (
    <a key={n} href={`/@${n}`} dir="ltr">
      @{n}
    </a>
  ))
  return (
    <Shell title={words('unknown.title', { name: `@${username}` })} status={404}>
      <h1>{words('unknown.heading')}</h1>
      <p className="lead">
        {best === undefined
          ? words('unknown.noBlock')
          : richWords('unknown.upTo', { name: <bdi dir="ltr">@{username}</bdi>, height: best.height })}
        {names.length === 0 ? undefined : (
          <> {richWords('unknown.similar', { names: listedNodes(names, 'disjunction') })}</>
        )}
      </p>
      <StartWays />
    </Shell>
  )
}

/** A name that the chain holds and of which nothing is here. Showing this page asks the network for it. */
export async function NotFollowed({ user }: { user: UserView }): Promise<ReactNode> {
  const key = user.keys.at(-1)
  const name = <bdi dir="ltr">@{user.n}</bdi>
  return (
    <Shell title={`@${user.n}`} status={404}>
      <h1>{richWords('unfollowed.heading', { name })}</h1>
      <p className="lead">
        {richWords('unfollowed.lead', {
          block: (chunks) => <a href={`/block/${user.registeredHeight}`}>{chunks}</a>,
          height: user.registeredHeight,
          date: <Day seconds={user.registeredTime} />,
        })}
      </p>
      <AskedNetwork user={user} />
      <dl className="facts">
        <dt>{words('unfollowed.key')}</dt>
        <dd>
          {key?.publicKey === undefined ? (
            words('unfollowed.noKey')
          ) : (
            <span className="mono" dir="ltr">
              {shortHex(key.publicKey)}
            </span>
          )}
        </dd>
        <dt>{words('unfollowed.named')}</dt>
        <dd>
          <a href={`/@${user.n}/mentions`}>{words('unfollowed.mentions')}</a>
          {' · '}
          <a href={`/@${user.n}/followers`}>{words('unfollowed.followers')}</a>
        </dd>
      </dl>
    </Shell>
  )
}
