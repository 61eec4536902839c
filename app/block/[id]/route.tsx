import type { ReactNode } from 'react'
import { blockByHash, blockByHeight, tip } from '../../../db/queries/blocks.ts'
import type { BlockView, RegistrationKind, TipView } from '../../../db/views.ts'
import { type BlockId, type PageProps, parseBlockId, single } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { Facts } from '../../_ui/facts.tsx'
import { NotFound } from '../../_ui/not-found.tsx'
import { pageRoute } from '../../_ui/page-route.tsx'
import { PromotedRow } from '../../_ui/promoted-row.tsx'
import { linkTo } from '../../_ui/prose.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { FullTime } from '../../_ui/time.tsx'
import { formatNumber } from '../../_words/numbers.ts'
import { richWords, type WordKey, words } from '../../_words/words.ts'
import { ChainNotes } from '../../chain/chain-notes.tsx'

export const GET = pageRoute(BlockPage)

/** A block by height or hash: what it registers, and its miner's message. */
async function BlockPage({ params }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const id = parseBlockId(single(await params, 'id') ?? '')
  if (id === undefined) return <NotFound />
  const [block, best] = await Promise.all([
    id.kind === 'height' ? blockByHeight(reader, id.height) : blockByHash(reader, id.hash),
    tip(reader),
  ])
  if (block === undefined) return <UnknownBlock id={id} best={best} />
  return (
    <Shell
      title={words('block.title', { height: block.height })}
      isUnlisted={!block.isActive}
      aside={<Beside hash={block.hash} />}
    >
      <h1>{words('block.title', { height: block.height })}</h1>
      {block.isActive ? undefined : <p className="note">{words('block.lost')}</p>}
      <BlockFacts block={block} best={best} />
      {block.promoted === undefined ? undefined : (
        <section>
          <h2>{words('block.message')}</h2>
          <PromotedRow message={block.promoted} now={clock.now()} />
        </section>
      )}
      <Registrations block={block} />
      <nav className="pager" aria-label={words('block.neighbours')}>
        {block.nextHash === undefined ? undefined : <Neighbour rel="next" height={block.height + 1} />}
        {block.height === 0 ? undefined : <Neighbour rel="prev" height={block.height - 1} />}
        <a href={`/chain?height=${block.height}`}>{words('block.chain')}</a>
      </nav>
    </Shell>
  )
}

function Beside({ hash }: { hash: string }): ReactNode {
  return (
    <ChainNotes>
      <p>
        <a href={`/block/${hash}.json`}>{words('block.json')}</a>
      </p>
    </ChainNotes>
  )
}

function Neighbour({ rel, height }: { rel: 'next' | 'prev'; height: number }): ReactNode {
  return (
    <a rel={rel} href={`/block/${height}`}>
      {words('block.title', { height })}
    </a>
  )
}

function BlockFacts({ block, best }: { block: BlockView; best: TipView | undefined }): ReactNode {
  const before = block.height === 0 ? block.prevHash : <a href={`/block/${block.prevHash}`}>{block.prevHash}</a>
  const since = best === undefined || !block.isActive ? undefined : formatNumber(best.height - block.height)
  return (
    <Facts
      facts={[
        [words('block.time'), <FullTime key="time" seconds={block.time} />],
        [words('block.confirmations'), since],
        [words('block.hash'), <Digits key="hash">{block.hash}</Digits>],
        [words('block.before'), <Digits key="before">{before}</Digits>],
        [words('block.bits'), <Digits key="bits">{block.bits.toString(16).padStart(8, '0')}</Digits>],
        [words('block.transactions'), formatNumber(block.txCount)],
        [words('block.bytes'), words('block.sizeBytes', { count: block.sizeBytes })],
      ]}
    />
  )
}

function Digits({ children }: { children: ReactNode }): ReactNode {
  return (
    <span className="mono" dir="ltr">
      {children}
    </span>
  )
}

const KINDS: Readonly<Record<RegistrationKind, WordKey>> = {
  registration: 'block.registered',
  replacement: 'block.replaced',
  reinclusion: 'block.repeated',
}

function Registrations({ block }: { block: BlockView }): ReactNode {
  if (!block.isActive) return undefined
  if (block.registrations.length === 0) return <p className="empty">{words('block.noNames')}</p>
  return (
    <section>
      <h2>{words('block.names')}</h2>
      <ul className="pairs">
        {block.registrations.map((registration) => (
          <li key={registration.txid}>
            <a href={`/@${registration.n}`} dir="ltr">
              @{registration.n}
            </a>
            <span>{words(KINDS[registration.kind])}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function UnknownBlock({ id, best }: { id: BlockId; best: TipView | undefined }): ReactNode {
  return (
    <Shell title={words('block.unknownTitle')} status={404}>
      <h1>{words('block.unknown')}</h1>
      <p className="lead">
        {id.kind === 'hash'
          ? richWords('block.unknownHash', { hash: <Digits>{id.hash}</Digits> })
          : richWords('block.unknownHeight', {
              height: id.height,
              tip: best?.height ?? 0,
              link: linkTo(best === undefined ? '/chain' : `/block/${best.height}`),
            })}
      </p>
    </Shell>
  )
}
