import type { ReactNode } from 'react'
import type { FollowView } from '../../db/views.ts'
import { formatDuration } from '../_lib/format.ts'
import { formatNumber } from '../_words/numbers.ts'

/** Followed users as a table: why, how much of each is known and here, and what the last trouble was. */
export function FollowsTable({ follows, now }: { follows: readonly FollowView[]; now: number }): ReactNode {
  return (
    <table>
      <caption className="unseen">Followed users, A to Z</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="wide">
            Why
          </th>
          <th scope="col" className="num wide">
            Known up to
          </th>
          <th scope="col" className="num">
            Here
          </th>
          <th scope="col" className="num">
            Missing
          </th>
          <th scope="col" className="num">
            Peers
          </th>
          <th scope="col" className="num wide">
            Last trouble
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
  return (
    <tr>
      <td>
        <a href={`/@${follow.n}`} dir="ltr">
          @{follow.n}
        </a>
      </td>
      <td className="wide mut origin">{follow.origin}</td>
      <td className="num wide">{follow.knownK === undefined ? '–' : formatNumber(follow.knownK)}</td>
      <td className="num">{formatNumber(follow.held)}</td>
      <td className="num">{formatNumber(follow.missing)}</td>
      <td className="num">{formatNumber(follow.peers)}</td>
      <td className="num wide mut">{troubleOf(follow, now)}</td>
    </tr>
  )
}

function troubleOf({ isRegistered, lastError, lastErrorAt }: FollowView, now: number): string {
  if (!isRegistered) return 'not a registered name'
  if (lastError === undefined) return '–'
  return lastErrorAt === undefined ? lastError : `${lastError}, ${formatDuration(now - lastErrorAt)} ago`
}
