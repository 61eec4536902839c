import type { ReactNode } from 'react'
import type { FollowsSummaryView, LookupKindView, NodeReportView } from '../../db/views.ts'
import { nodeLines } from '../_lib/status-lines.ts'
import { Facts } from '../_ui/facts.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'

interface NodeFactsProps {
  node: NodeReportView
  /** Of the node that spoke last. */
  follows: FollowsSummaryView | undefined
  now: number
}

/** A node's last report. */
export function NodeFacts({ node, follows, now }: NodeFactsProps): ReactNode {
  return (
    <section>
      <h2>{words('status.node', { id: node.nodeId.slice(0, 8) })}</h2>
      <Facts facts={nodeLines(node, now)} />
      {follows === undefined ? undefined : <Follows follows={follows} />}
      <Lookups kinds={node.lookups?.kinds ?? []} />
      <Refused refused={node.refused} />
    </section>
  )
}

function Follows({ follows }: { follows: FollowsSummaryView }): ReactNode {
  const { missing, lacking, failing, unregistered } = follows
  return (
    <p className="small">
      {missing === 0 ? undefined : `${words('status.missing', { posts: missing, users: lacking })} `}
      {failing === 0 ? undefined : `${words('status.failing', { count: failing })} `}
      {unregistered === 0 ? undefined : `${words('status.unregistered', { count: unregistered })} `}
      <a href="/follows">{words('status.follows')}</a>
    </p>
  )
}

function Lookups({ kinds }: { kinds: readonly LookupKindView[] }): ReactNode {
  const shown = kinds.filter(({ errands, running, done }) => errands + running + done > 0)
  if (shown.length === 0) return undefined
  return (
    <details className="call">
      <summary>{words('status.lookupsTable')}</summary>
      <table className="dense">
        <caption className="unseen">{words('status.lookupsTable')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('status.lookupsKind')}</th>
            <th scope="col" className="num">
              {words('status.lookupsDue')}
            </th>
            <th scope="col" className="num">
              {words('status.lookupsDone')}
            </th>
            <th scope="col" className="num">
              {words('status.lookupsFound')}
            </th>
            <th scope="col" className="num">
              {words('status.lookupsFailed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ kind, errands, due, done, found, failed }) => (
            <tr key={kind}>
              <th scope="row">
                <code>{kind}</code>
              </th>
              <td className="num">
                {formatNumber(due)} / {formatNumber(errands)}
              </td>
              <td className="num">{formatNumber(done)}</td>
              <td className="num">{formatNumber(found)}</td>
              <td className="num">{formatNumber(failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** By the codes of the rules, the most frequent first. */
function Refused({ refused }: { refused: Readonly<Record<string, number>> }): ReactNode {
  const entries = Object.entries(refused).filter(([, count]) => count > 0)
  if (entries.length === 0) return undefined
  return (
    <details className="call">
      <summary>{words('status.refusedTable')}</summary>
      <table className="dense">
        <caption className="unseen">{words('status.refusedTable')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('status.refusedCode')}</th>
            <th scope="col" className="num">
              {words('status.refusedCount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries
            .sort(([, a], [, b]) => b - a)
            .map(([code, count]) => (
              <tr key={code}>
                <th scope="row">
                  <code>{code}</code>
                </th>
                <td className="num">{formatNumber(count)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  )
}
