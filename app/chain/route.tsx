import type { ReactNode } from 'react'
import type { Page, PageRequest } from '../../db/page.ts'
import { BLOCKS, bestChain, newestBlocks } from '../../db/queries/blocks.ts'
import { daysOfNetwork } from '../../db/queries/statistics.ts'
import type { BlockLineView, ChainView } from '../../db/views.ts'
import { formatDuration } from '../_lib/format.ts'
import { type PageProps, pageRequest, parseBlockId, type RawParams, single } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { DayChart } from '../_ui/day-chart.tsx'
import { Facts } from '../_ui/facts.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { Shell } from '../_ui/shell.tsx'
import { Ago } from '../_ui/time.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'
import { BlocksTable } from './blocks-table.tsx'
import { ChainNotes } from './chain-notes.tsx'
import { difficultyOf, workBits } from './work.ts'

const BLOCKS_PER_PAGE = 50
const DAYS_SHOWN = 90

export const GET = pageRoute(ChainPage)

/** The chain as a whole, its blocks, and the names that were registered day by day. */
async function ChainPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const search = await searchParams
  const request = await blocksRequest(search)
  if (request === undefined) return <BadAddress back="/chain" />
  const [chain, found] = await Promise.all([bestChain(reader), newestBlocks(reader, request)])
  // From a height that nobody has reached the list begins at the tip, and nothing comes before it.
  const blocks = found.items[0]?.height === chain?.height ? { ...found, prev: undefined } : found
  const isStart = request.cursor === undefined
  return (
    <Shell title={words('chain.title')} aside={<Beside height={single(search, 'height')} />}>
      <h1>{words('chain.heading')}</h1>
      <p className="note">{words('chain.lead')}</p>
      {chain === undefined ? <p className="empty">{words('chain.none')}</p> : undefined}
      {chain !== undefined && isStart ? <Whole chain={chain} blocks={blocks} /> : undefined}
      {blocks.items.length === 0 ? undefined : <BlocksTable blocks={blocks.items} />}
      <Pager page={blocks} path="/chain" nextLabel={words('chain.older')} prevLabel={words('chain.newer')} />
    </Shell>
  )
}

/** `?height=`: the blocks from that one down. */
async function blocksRequest(search: RawParams): Promise<PageRequest | undefined> {
  const height = single(search, 'height')
  if (height === undefined || height === '') {
    return pageRequest(currentSite().reader, search, BLOCKS, BLOCKS_PER_PAGE)
  }
  const id = parseBlockId(height)
  if (id?.kind !== 'height') return undefined
  return { limit: BLOCKS_PER_PAGE, cursor: { list: BLOCKS.name, direction: 'next', key: [id.height + 1] } }
}

async function Whole({ chain, blocks }: { chain: ChainView; blocks: Page<BlockLineView> }): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const now = clock.now()
  const days = await daysOfNetwork(reader, { limit: DAYS_SHOWN })
  const to = Math.floor(now / 86_400)
  const newest = <a href={`/block/${chain.height}`}>{formatNumber(chain.height)}</a>
  const hash = <span className="mono">{chain.hash}</span>
  return (
    <>
      <Facts
        facts={[
          [words('chain.height'), newest],
          [words('chain.made'), <Ago key="made" seconds={chain.time} now={now} />],
          [words('chain.pace'), paceWords(blocks.items)],
          [words('chain.hash'), hash],
          [words('chain.difficulty'), formatDifficulty(difficultyOf(chain.bits))],
          [words('chain.work'), workWords(chain)],
          [words('chain.transactions'), formatNumber(chain.txCount)],
          [words('chain.names'), formatNumber(chain.nameCount)],
        ]}
      />
      <DayChart
        title={words('chain.registrations')}
        counts={days.items.map(({ day, names }) => ({ day, count: names }))}
        from={to - DAYS_SHOWN + 1}
        to={to}
      />
    </>
  )
}

function workWords({ chainwork }: ChainView): ReactNode {
  return richWords('chain.workHashes', { bits: workBits(chainwork), power: (bits) => <sup>{bits}</sup> })
}

function paceWords(blocks: readonly BlockLineView[]): string | undefined {
  // The first block of all was not mined when its time says.
  const [first, last] = [blocks[0], blocks.filter(({ height }) => height > 0).at(-1)]
  if (first === undefined || last === undefined || first.height === last.height) return undefined
  return words('chain.paceWords', {
    count: first.height - last.height,
    duration: formatDuration(first.time - last.time),
  })
}

function formatDifficulty(difficulty: number): string {
  return difficulty >= 100 ? formatNumber(Math.round(difficulty)) : difficulty.toPrecision(3)
}

function Beside({ height }: { height: string | undefined }): ReactNode {
  return (
    <>
      <section>
        <form className="find" action="/chain">
          <div>
            <label htmlFor="height">{words('chain.goTo')}</label>
            <input
              id="height"
              name="height"
              inputMode="numeric"
              pattern="\d{1,9}"
              required
              placeholder={words('chain.goToHeight')}
              defaultValue={height}
            />
          </div>
          <button type="submit">{words('chain.go')}</button>
        </form>
      </section>
      <ChainNotes />
    </>
  )
}
