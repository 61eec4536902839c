import type { Log } from '../log.ts'
import type { Block, BlockHeader } from '../protocol/block.ts'
import type { Clock } from '../protocol/clock.ts'
import { formatHash, type Hash256 } from '../protocol/hash.ts'
import type { HeaderView } from '../protocol/header-view.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { Username } from '../protocol/username.ts'
import { ignore, type Verdict } from '../protocol/verdict.ts'
import type { Source } from '../store/provenance.ts'
import type { Store } from '../store/store.ts'
import type { LateRefusal } from './accept-block.ts'
import { type BlockQueries, blockQueries } from './block-queries.ts'
import { type BlockTemplate, blockTemplate } from './block-template.ts'
import { type ChainState, loadChainState } from './chain-state.ts'
import type { TipChange } from './connect.ts'
import { MAX_REGISTERED_NAMES } from './limits.ts'
import { type Mempool, openMempool } from './mempool.ts'
import { openWorkChecks } from './proof-of-work.ts'
import { takeBlocks, takeHeaders, takeWorkedBlocks } from './take.ts'

export interface ChainOptions {
  readonly store: Store
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
}

export interface Tip {
  readonly height: number
  readonly hash: Hash256
  /** Unix seconds, from the block's header. */
  readonly time: number
}

export interface BlockArrival {
  /** The network-adjusted time in Unix seconds (chain.md 5.9); the clock's, if left out. */
  readonly now?: number
  readonly source?: Source
}

export interface Chain extends BlockQueries {
  readonly params: NetworkParams
  readonly tip: Tip
  /** The tip of the headers with the most work, whose blocks may still be missing. */
  readonly bestHeader: Tip
  readonly nameView: NameView
  readonly headerView: HeaderView
  readonly mempool: Mempool
  /** Headers whose work was hashed since the chain was opened: each at most once, and those of the store not again. */
  readonly headersHashed: number
  /** Threads that hash headers, at most. */
  readonly workThreads: number
  /**
   * Checks and keeps headers, each built on a known one. `accepted` counts from the first on; the verdict is that of the
   * first that was not accepted.
   */
  acceptHeaders(headers: readonly BlockHeader[], now?: number): Promise<{ accepted: number; verdict: Verdict }>
  acceptBlock(block: Block, arrival?: BlockArrival): Promise<Verdict>
  /** As acceptBlock one after the other, all in one durable transaction: for fast syncing. */
  acceptBlocks(blocks: readonly Block[], arrival?: BlockArrival): Promise<Verdict[]>
  /** A block on top of the tip with the pool's registrations; `mine` of block-template.ts finds its nonce. */
  buildTemplate(parts: { promoted: Transaction; now?: number }): BlockTemplate
  /** Registered names that start with `prefix`, in byte order. */
  registeredNames(prefix: string, limit: number): Username[]
  /** Called after a move of the tip is on disk; returns what stops it. */
  onTip(listener: (tip: Tip) => void): () => void
  /** Called for a block that was accepted when it came, waiting for its ancestors, and failed later; returns what stops it. */
  onLateRefusal(listener: (refusal: LateRefusal) => void): () => void
  /** Waits for what is under way; the store is closed by whoever opened it. */
  close(): Promise<void>
}

export async function openChain({ store, params, clock, log }: ChainOptions): Promise<Chain> {
  let isClosing = false
  const state = loadChainState(store, params, () => isClosing)
  const work = openWorkChecks(params)
  store.onAbort(() => state.names.forgetAll())
  const mempool = openMempool(state.names, params)
  const listeners = new Set<(tip: Tip) => void>()
  const refusalListeners = new Set<(refusal: LateRefusal) => void>()
  let underway: Promise<unknown> = Promise.resolve()

  // One at a time: while the work of some headers is checked, the same headers from elsewhere wait.
  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = underway.then(job)
    underway = result.catch(() => undefined)
    return result
  }

  async function acceptBlocks(blocks: readonly Block[], given: BlockArrival): Promise<Verdict[]> {
    const { now = clock.now(), source = 'chain' } = given
    const arrival = { firstSeen: clock.now(), source }
    // Blocks of known headers need not wait for headers whose work is being checked.
    const isWorked = blocks.every(({ header }) => state.tree.indexOf(header.hash) !== undefined)
    const taken = isWorked
      ? takeWorkedBlocks(state, blocks, now, arrival)
      : await inTurn(() => takeBlocks(state, work, blocks, now, arrival))
    const { verdicts, changes, lateRefusals } = taken
    if (changes.length > 0) announce(changes)
    for (const refusal of lateRefusals) for (const listener of refusalListeners) listener(refusal)
    return verdicts
  }

  function announce(changes: readonly TipChange[]): void {
    for (const { disconnected, connected } of inOneDirection(changes)) {
      mempool.update(
        disconnected.flatMap((block) => block.transactions),
        connected.flatMap((block) => block.transactions),
      )
      if (disconnected.length > 0) log.info({ blocks: disconnected.length }, 'chain reorganised')
    }
    const tip = tipOf(state, state.active.tip)
    log.debug({ height: tip.height, hash: formatHash(tip.hash) }, 'new tip')
    for (const listener of listeners) listener(tip)
  }

  return {
    ...blockQueries(state),
    params,
    get tip() {
      return tipOf(state, state.active.tip)
    },
    get bestHeader() {
      return tipOf(state, state.best.tip)
    },
    nameView: state.names,
    headerView: state.headerView,
    mempool,
    get headersHashed() {
      return work.hashed
    },
    workThreads: work.threads,
    acceptHeaders: (headers, now = clock.now()) => inTurn(() => takeHeaders(state, work, headers, now)),
    acceptBlock: async (block, arrival = {}) => {
      const [verdict] = await acceptBlocks([block], arrival)
      return verdict ?? ignore('duplicate')
    },
    acceptBlocks: (blocks, arrival = {}) => acceptBlocks(blocks, arrival),
    buildTemplate: ({ promoted, now = clock.now() }) => blockTemplate(state, [promoted, ...mempool.forTemplate()], now),
    registeredNames: (prefix, limit) => store.names.registered(prefix, Math.min(limit, MAX_REGISTERED_NAMES)),
    onTip: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onLateRefusal: (listener) => {
      refusalListeners.add(listener)
      return () => void refusalListeners.delete(listener)
    },
    close: async () => {
      isClosing = true
      await underway
      await work.close()
    },
  }
}

/** Moves up that follow one another as one: a sync makes hundreds at a time. */
function inOneDirection(changes: readonly TipChange[]): TipChange[] {
  const joined: { disconnected: readonly Block[]; connected: Block[] }[] = []
  for (const { disconnected, connected } of changes) {
    const last = joined.at(-1)
    if (last !== undefined && disconnected.length === 0) last.connected.push(...connected)
    else joined.push({ disconnected, connected: [...connected] })
  }
  return joined
}

function tipOf({ tree, headerAt }: ChainState, index: number): Tip {
  return { height: tree.height(index), hash: tree.hash(index), time: headerAt(index).time }
}
