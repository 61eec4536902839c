import type { ReactNode } from 'react'
import { siteStatus } from '../../db/queries/status.ts'
import type { FollowsSummaryView, NodeReportView, StatusView } from '../../db/views.ts'
import { formatDuration, plural } from '../_lib/format.ts'
import { currentSite } from '../_lib/site.ts'
import { derivationLines, indexerLines, nodeLines, type StatusLine } from '../_lib/status-lines.ts'
import { Shell } from '../_ui/shell.tsx'
import { FullTime } from '../_ui/time.tsx'
import { formatNumber } from '../_words/numbers.ts'

/** Silence for longer than this is told as such. A part speaks every few seconds. */
const SILENT_AFTER_S = 60

/** What this site knows of itself: the index it reads, and what the node and the indexer last said. */
export default async function StatusPage(): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const status = await siteStatus(reader)
  const now = clock.now()
  return (
    <Shell title="Status">
      <h1>Status</h1>
      <p className="note">
        Of this site alone, at <FullTime seconds={now} />. Another reader of the same network may know more or less.
      </p>
      <IndexFacts status={status} now={now} />
      {status.nodes.length === 0 ? (
        <Silent what="node" words="No node has reported to this index yet. What is shown does not grow." />
      ) : (
        status.nodes.map((node, at) => (
          <NodeFacts key={node.nodeId} node={node} follows={at === 0 ? status.follows : undefined} now={now} />
        ))
      )}
      {status.indexer === undefined ? (
        <Silent what="indexer" words="The indexer has not reported yet." />
      ) : (
        <section>
          <h2>Indexer</h2>
          <Freshness at={status.indexer.at} now={now} what="indexer" />
          <Lines lines={indexerLines(status.indexer, status.reconciliation, now)} />
        </section>
      )}
    </Shell>
  )
}

function IndexFacts({ status, now }: { status: StatusView; now: number }): ReactNode {
  const { counts, tip } = status
  return (
    <section>
      <h2>Index</h2>
      <dl className="facts">
        <dt>Network</dt>
        <dd>{status.network ?? 'unknown'}</dd>
        <dt>Newest block</dt>
        <dd>
          {tip === undefined ? (
            'none yet'
          ) : (
            <>
              <a href={`/block/${tip.height}`}>{formatNumber(tip.height)}</a>, made {formatDuration(now - tip.time)} ago
            </>
          )}
        </dd>
        <dt>Newest post</dt>
        <dd>
          {status.newestPost === undefined ? 'none yet' : `${formatDuration(Math.max(0, now - status.newestPost))} ago`}
        </dd>
        <dt>Registered names</dt>
        <dd>{formatNumber(counts.names)}</dd>
        <dt>People with posts here</dt>
        <dd>{formatNumber(counts.users)}</dd>
        <dt>Posts</dt>
        <dd>{formatNumber(counts.posts)}</dd>
        <dt>Hashtags</dt>
        <dd>{formatNumber(counts.hashtags)}</dd>
        <dt>Waiting to be judged</dt>
        <dd>{formatNumber(counts.waiting)}</dd>
        <dt>Refused</dt>
        <dd>{formatNumber(counts.refused)}</dd>
      </dl>
      <Lines lines={derivationLines(status.derivation, now)} />
    </section>
  )
}

function NodeFacts({ node, follows, now }: NodeFactsProps): ReactNode {
  return (
    <section>
      <h2>Node {node.nodeId.slice(0, 8)}</h2>
      <Freshness at={node.at} now={now} what="node" />
      <Lines lines={nodeLines(node)} />
      {follows === undefined ? undefined : (
        <p className="small">
          {troubleWords(follows)}
          <a href="/follows">Users that it follows, and how much of each it has</a>
        </p>
      )}
    </section>
  )
}

interface NodeFactsProps {
  node: NodeReportView
  /** Of the node that spoke last. */
  follows: FollowsSummaryView | undefined
  now: number
}

function troubleWords({ missing, lacking, failing, unregistered }: FollowsSummaryView): string {
  const parts = [
    ...(missing > 0 ? [`${plural(missing, 'post')} of ${plural(lacking, 'user')} known of and not here`] : []),
    ...(failing > 0 ? [`${plural(failing, 'user')} whose last attempt failed`] : []),
    ...(unregistered > 0 ? [`${plural(unregistered, 'name')} that the chain does not hold`] : []),
  ]
  return parts.length === 0 ? '' : `Of those followed: ${parts.join(', ')}. `
}

function Freshness({ at, now, what }: { at: number; now: number; what: string }): ReactNode {
  const age = now - at
  if (age <= SILENT_AFTER_S) return <p className="small mut">Reported {formatDuration(age)} ago.</p>
  return (
    <p className="small rival">
      The {what} has been silent for {formatDuration(age)}. It is probably not running: what follows is its last word.
    </p>
  )
}

function Silent({ what, words }: { what: string; words: string }): ReactNode {
  return (
    <section>
      <h2>{what === 'node' ? 'Node' : 'Indexer'}</h2>
      <p className="small rival">{words}</p>
    </section>
  )
}

function Lines({ lines }: { lines: readonly StatusLine[] }): ReactNode {
  if (lines.length === 0) return undefined
  return (
    <dl className="facts">
      {lines.map(({ label, value }) => (
        <StatusFact key={label} label={label} value={value} />
      ))}
    </dl>
  )
}

function StatusFact({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  )
}
