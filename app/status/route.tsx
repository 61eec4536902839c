import type { ReactNode } from 'react'
import { siteStatus } from '../../db/queries/status.ts'
import type { StatusView } from '../../db/views.ts'
import { troublesOf } from '../_lib/conditions.ts'
import { currentSite } from '../_lib/site.ts'
import { indexerLines } from '../_lib/status-lines.ts'
import { Facts } from '../_ui/facts.tsx'
import { AbsentIcon } from '../_ui/icons.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Shell } from '../_ui/shell.tsx'
import { FullTime } from '../_ui/time.tsx'
import { richWords, words } from '../_words/words.ts'
import { Digest, IndexFacts } from './index-facts.tsx'
import { NodeFacts } from './node-facts.tsx'

export const GET = pageRoute(StatusPage)

/** What this site knows of itself: the index it reads, and what the node and the indexer last said. */
async function StatusPage(): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const status = await siteStatus(reader)
  const now = clock.now()
  return (
    <Shell title={words('status.title')} aside={<Beside />}>
      <h1>{words('status.title')}</h1>
      <p className="note">{richWords('status.note', { time: <FullTime seconds={now} /> })}</p>
      <Troubles troubles={troublesOf(status, now)} />
      <IndexFacts status={status} now={now} />
      <Digest derivation={status.derivation} now={now} />
      {status.nodes.map((node, at) => (
        <NodeFacts key={node.nodeId} node={node} follows={at === 0 ? status.follows : undefined} now={now} />
      ))}
      <IndexerFacts status={status} now={now} />
    </Shell>
  )
}

function Troubles({ troubles }: { troubles: readonly string[] }): ReactNode {
  if (troubles.length === 0) return <p className="lead">{words('status.well')}</p>
  return (
    <ul className="troubles">
      {troubles.map((trouble) => (
        <li key={trouble}>
          <AbsentIcon /> <span>{trouble}</span>
        </li>
      ))}
    </ul>
  )
}

function IndexerFacts({ status, now }: { status: StatusView; now: number }): ReactNode {
  const { indexer, reconciliation } = status
  if (indexer === undefined) return undefined
  return (
    <section>
      <h2>{words('status.indexer')}</h2>
      <Facts facts={indexerLines(indexer, reconciliation, now)} />
    </section>
  )
}

function Beside(): ReactNode {
  return (
    <>
      <section className="notes">
        <h2>{words('status.also')}</h2>
        <ul>
          <li>
            <a href="/follows">{words('follows.title')}</a>
          </li>
          <li>
            <a href="/stats">{words('stats.title')}</a>
          </li>
          <li>
            <a href="/chain">{words('chain.title')}</a>
          </li>
          <li>
            <a href="/transparency">{words('transparency.title')}</a>
          </li>
        </ul>
      </section>
      <section className="notes">
        <h2>{words('status.forPrograms')}</h2>
        <p>
          <a href="/status.json">{words('status.json')}</a>
        </p>
        <p>{richWords('status.health', { live: pathTo('/healthz'), ready: pathTo('/readyz') })}</p>
      </section>
    </>
  )
}

function pathTo(path: string): (chunks: ReactNode) => ReactNode {
  return (chunks) => (
    <a href={path} dir="ltr">
      {chunks}
    </a>
  )
}
