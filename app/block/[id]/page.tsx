import type { ReactNode } from 'react'
import { blockByHash, blockByHeight } from '../../../db/queries/blocks.ts'
import type { BlockView } from '../../../db/views.ts'
import { type PageProps, parseBlockId, single } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { PromotedRow } from '../../_ui/promoted-row.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { FullTime } from '../../_ui/time.tsx'
import { formatNumber } from '../../_words/numbers.ts'
import NotFound from '../../not-found.tsx'

/** A block by height or hash: what it registers, and its miner's message. */
export default async function BlockPage({ params }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const id = parseBlockId(single(await params, 'id') ?? '')
  if (id === undefined) return <NotFound />
  const block = id.kind === 'height' ? await blockByHeight(reader, id.height) : await blockByHash(reader, id.hash)
  if (block === undefined) return <UnknownBlock id={id.kind === 'height' ? formatNumber(id.height) : id.hash} />
  return (
    <Shell title={`Block ${block.height}`} isUnlisted={!block.isActive}>
      <h1>Block {formatNumber(block.height)}</h1>
      {block.isActive ? undefined : <p className="note">This block is not on the best chain: nothing in it counts.</p>}
      <BlockFacts block={block} />
      {block.promoted === undefined ? undefined : (
        <section>
          <h2>Message of its miner</h2>
          <PromotedRow message={block.promoted} now={clock.now()} />
        </section>
      )}
      <Registrations block={block} />
      <nav className="pager" aria-label="Neighbours of this block">
        {block.height === 0 ? undefined : <a href={`/block/${block.height - 1}`}>Block before</a>}
        {block.nextHash === undefined ? undefined : <a href={`/block/${block.height + 1}`}>Block after</a>}
      </nav>
    </Shell>
  )
}

function BlockFacts({ block }: { block: BlockView }): ReactNode {
  return (
    <dl className="facts">
      <dt>Time</dt>
      <dd>
        <FullTime seconds={block.time} />
      </dd>
      <dt>Hash</dt>
      <dd className="mono">{block.hash}</dd>
      <dt>Before</dt>
      <dd className="mono">
        {block.height === 0 ? block.prevHash : <a href={`/block/${block.prevHash}`}>{block.prevHash}</a>}
      </dd>
      <dt>Difficulty bits</dt>
      <dd className="mono">{block.bits.toString(16).padStart(8, '0')}</dd>
      <dt>Transactions</dt>
      <dd>
        {formatNumber(block.txCount)}, {formatNumber(block.sizeBytes)} bytes
      </dd>
    </dl>
  )
}

function Registrations({ block }: { block: BlockView }): ReactNode {
  if (!block.isActive) return undefined
  if (block.registrations.length === 0) return <p className="empty">No name was registered in this block.</p>
  return (
    <section className="replies-head">
      <h2>Names in this block</h2>
      <ul className="pairs">
        {block.registrations.map((registration) => (
          <li key={registration.txid}>
            <a href={`/@${registration.n}`}>@{registration.n}</a>
            <span>{registration.kind === 'registration' ? 'registered' : KINDS[registration.kind]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const KINDS: Readonly<Record<string, string>> = { replacement: 'key replaced', reinclusion: 'registered again' }

function UnknownBlock({ id }: { id: string }): ReactNode {
  return (
    <Shell title="No such block" status={404}>
      <h1>No such block here</h1>
      <p className="lead">
        This index holds no block <span className="mono">{id}</span>. It may not have been made, or not have arrived
        yet.
      </p>
    </Shell>
  )
}
