import { LRUCache } from 'lru-cache'
import type { Block, BlockHeader } from '../protocol/block.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import { BlockDownload } from './block-download.ts'
import { BlockInbox, type ReceivedBlock } from './block-inbox.ts'
import type { PeersContext } from './context.ts'
import { HeaderSync } from './header-sync.ts'
import { noteBlock } from './known-blocks.ts'
import { MAX_BLOCK_SENDERS, SYNC_TICK_MS } from './limits.ts'
import type { Peer } from './peer.ts'
import { SyncRate } from './sync-rate.ts'

export interface SyncProgress {
  /** Height of the best header. */
  readonly headers: number
  /** Height of the connected chain. */
  readonly height: number
  /** Blocks connected per second, lately. */
  readonly blocksPerS: number
  /** Until the connected chain has all known headers; undefined while that cannot be told. */
  readonly etaS: number | undefined
}

/** Brings our chain up to what the peers have. */
export interface Sync {
  peerReady(): void
  peerGone(peer: Peer): void
  /** Resolves when there is room for the next ones. */
  takeHeaders(peer: Peer, headers: readonly BlockHeader[]): Promise<void>
  takeInventory(peer: Peer, blockHashes: readonly Hash256[]): void
  /** Resolves when there is room for the next block. */
  takeBlock(peer: Peer, block: Block): Promise<void>
  progress(): SyncProgress
  close(): Promise<void>
}

export function openSync(context: PeersContext, ready: () => Promise<void>): Sync {
  const { chain } = context
  const headers = new HeaderSync(context, () => void advance())
  const download = new BlockDownload(context)
  const rate = new SyncRate()
  const inbox = new BlockInbox(judge)
  /** Who sent the latest blocks: a block may wait for its ancestors before it turns out to be bad. */
  const senders = new LRUCache<string, Peer>({ max: MAX_BLOCK_SENDERS })
  const stopRefusals = chain.onLateRefusal(({ hash, verdict }) => {
    const peer = senders.get(hashKey(hash))
    if (peer !== undefined) context.judge(peer, verdict)
  })
  let isAdvancing = false
  let isClosed = false

  async function advance(): Promise<void> {
    if (isAdvancing || isClosed) return
    isAdvancing = true
    await ready()
    isAdvancing = false
    if (isClosed) return
    headers.ask()
    download.ask()
  }

  let tickedAt = performance.now()
  const ticker = setInterval(() => {
    const now = performance.now()
    // Late by as much, we have not heard what came meanwhile.
    const isBusy = inbox.isFull || now - tickedAt > 2 * SYNC_TICK_MS
    tickedAt = now
    headers.checkTimeouts(isBusy)
    download.checkStalls(isBusy)
    rate.sample(chain.tip.height, now)
    void advance()
  }, SYNC_TICK_MS)

  async function judge(batch: readonly ReceivedBlock[]): Promise<void> {
    for (const { peer, block } of batch) senders.set(hashKey(block.header.hash), peer)
    const blocks = batch.map(({ block }) => block)
    const verdicts = await chain.acceptBlocks(blocks, { now: context.adjustedTime() })
    for (const [position, { peer, block }] of batch.entries()) {
      const verdict = verdicts[position]
      if (verdict === undefined) continue
      download.judged(chain.headerId(block.header.hash))
      noteBlock(chain, peer, block.header.hash)
      context.judge(peer, verdict)
      headers.taken(peer, block.header.hash)
      if (verdict.kind === 'ignore' && verdict.code === 'prev-block-not-found') headers.lacksParent(peer)
    }
    void advance()
  }

  return {
    peerReady: () => void advance(),
    peerGone: (peer) => {
      headers.gone(peer)
      download.release(peer)
      void advance()
    },
    takeHeaders: (peer, list) => headers.take(peer, list),
    takeInventory: (peer, hashes) => headers.announced(peer, hashes),
    takeBlock: async (peer, block) => {
      headers.delivered(peer, block.header.hash)
      download.delivered(peer, chain.headerId(block.header.hash))
      await inbox.take({ peer, block })
    },
    progress: () => {
      const { height } = chain.tip
      const best = chain.bestHeader.height
      return { headers: best, height, blocksPerS: rate.perSecond, etaS: rate.secondsFor(best - height) }
    },
    close: async () => {
      isClosed = true
      stopRefusals()
      clearInterval(ticker)
      await inbox.close()
    },
  }
}
