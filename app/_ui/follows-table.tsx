import type { ReactNode } from 'react'
import type { FollowView } from '../../db/views.ts'
import { formatAgo } from '../_lib/format.ts'
import { formatNumber } from '../_words/numbers.ts'
import { type WordKey, words } from '../_words/words.ts'

/** Followed users as a table: why, how much of each is known and here, and what the last trouble was. */
export function FollowsTable({ follows, now }: { follows: readonly FollowView[]; now: number }): ReactNode {
  return (
    <table className="dense">
      <caption className="unseen">{words('follows.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('follows.name')}</th>
          <th scope="col" className="wide">
            {words('follows.why')}
          </th>
          <th scope="col" className="num wide">
            {words('follows.known')}
          </th>
          <th scope="col" className="num">
            {words('follows.here')}
          </th>
          <th scope="col" className="num">
            {words('follows.missing')}
          </th>
          <th scope="col" className="num">
            {words('follows.peers')}
          </th>
        </tr>
      </thead>
      <tbody>
        {follows.map((follow) => (
          <FollowLine key={follow.n} follow={follow} now={now} />
        ))}
      </tbody>
    </table>
  )
}

function FollowLine({ follow, now }: { follow: FollowView; now: number }): ReactNode {
  const trouble = troubleOf(follow, now)
  return (
    <tr>
      <th scope="row">
        <a href={`/@${follow.n}`} dir="ltr">
          @{follow.n}
        </a>
        {trouble === undefined ? undefined : <div className="mut small">{trouble}</div>}
      </th>
      <td className="wide mut">{originOf(follow.origin)}</td>
      <td className="num wide">{follow.knownK === undefined ? '–' : formatNumber(follow.knownK)}</td>
      <td className="num">{formatNumber(follow.held)}</td>
      <td className="num">{formatNumber(follow.missing)}</td>
      <td className="num">{formatNumber(follow.peers)}</td>
    </tr>
  )
}

const ORIGINS: Readonly<Record<string, WordKey>> = {
  operator: 'follows.operator',
  setting: 'follows.setting',
  crawl: 'follows.crawl',
}

/** A newer node may know others. */
function originOf(origin: string): string {
  const key = ORIGINS[origin]
  return key === undefined ? origin : words(key)
}

function troubleOf({ isRegistered, lastError, lastErrorAt }: FollowView, now: number): string | undefined {
  if (!isRegistered) return words('follows.unregistered')
  if (lastError === undefined || lastErrorAt === undefined) return lastError
  return words('follows.troubleAt', { code: lastError, ago: formatAgo(lastErrorAt, now) })
}
