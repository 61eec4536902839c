import type { BlockHeader } from '../protocol/block.ts'
import { type Hash256, isZeroHash } from '../protocol/hash.ts'
import { locatorHeights } from '../protocol/header-view.ts'
import type { ChainState } from './chain-state.ts'
import type { HeaderPath } from './header-path.ts'
import { MAX_BODIES_AHEAD } from './limits.ts'

/** What other nodes ask for, and what we have to ask them for. */
export interface BlockQueries {
  hasHeader(hash: Hash256): boolean
  /** A small number that stands for a known header while this process runs. */
  headerId(hash: Hash256): number | undefined
  /** Height of a known header. */
  heightOf(hash: Hash256): number | undefined
  heightOfId(headerId: number): number
  /** Whether the header `headerId` is `descendantId` or on the way from it to genesis. */
  isAncestor(headerId: number, descendantId: number): boolean
  hasBlock(hash: Hash256): boolean
  /** Whether the block is on the connected chain. */
  isConnected(hash: Hash256): boolean
  /** Raw bytes of a stored block, of side branches too, but not of one that failed. */
  block(hash: Hash256): Uint8Array | undefined
  /** Of the connected chain. */
  hashAt(height: number): Hash256 | undefined
  /** Of the connected chain (chain.md 5.5). */
  locator(): Hash256[]
  /** Of the best header chain, to ask for more headers. */
  headerLocator(): Hash256[]
  /** For getblocks: blocks after the common one, "stop before the stop hash" (chain.md 5.6). */
  blocksAfter(locator: readonly Hash256[], stop: Hash256, max: number): Hash256[]
  /** For getheaders: "up to and including the stop hash; null locator returns from the stop hash on" (chain.md 5.6). */
  headersAfter(locator: readonly Hash256[], stop: Hash256, max: number): BlockHeader[]
  /**
   * Blocks of the best header chain whose body is missing, lowest first, within a window above the tip; `isWanted` leaves
   * out some by their header's id.
   */
  missingBodies(max: number, isWanted?: (headerId: number) => boolean): MissingBody[]
  /**
   * The same of another branch up to `headerId`, if it has more work than the connected chain: whoever made the best
   * headers may keep the bodies to himself, and the chain has to go on without them.
   */
  missingBodiesTowards(headerId: number, max: number, isWanted?: (headerId: number) => boolean): MissingBody[]
}

export interface MissingBody {
  /** As headerId gives it. */
  readonly id: number
  readonly height: number
  readonly hash: Hash256
}

export function blockQueries(state: ChainState): BlockQueries {
  const { tree, active, best, store, headerAt } = state

  // "Receiver: first locator hash that is on the active chain; if none: genesis" (chain.md 5.5)
  function commonHeight(locator: readonly Hash256[]): number {
    for (const hash of locator) {
      const index = tree.indexOf(hash)
      if (index !== undefined && active.has(index)) return tree.height(index)
    }
    return 0
  }

  function* connectedFrom(height: number): Generator<number> {
    for (let next = active.at(height); next !== undefined; next = active.at(++height)) yield next
  }

  function blocksAfter(locator: readonly Hash256[], stop: Hash256, max: number): Hash256[] {
    const hashes: Hash256[] = []
    const stopIndex = tree.indexOf(stop)
    for (const index of connectedFrom(commonHeight(locator) + 1)) {
      if (index === stopIndex || hashes.length >= max) break
      hashes.push(tree.hash(index))
    }
    return hashes
  }

  function headersAfter(locator: readonly Hash256[], stop: Hash256, max: number): BlockHeader[] {
    const stopIndex = isZeroHash(stop) ? undefined : tree.indexOf(stop)
    if (locator.length === 0 && (stopIndex === undefined || !active.has(stopIndex))) return []
    const start = locator.length === 0 && stopIndex !== undefined ? tree.height(stopIndex) : commonHeight(locator) + 1
    const headers: BlockHeader[] = []
    for (const index of connectedFrom(start)) {
      if (headers.length >= max) break
      headers.push(headerAt(index))
      if (index === stopIndex && locator.length > 0) break
    }
    return headers
  }

  function missingBodies(max: number, isWanted = (_headerId: number) => true): MissingBody[] {
    const missing: MissingBody[] = []
    let linked = tree.height(best.fork(active.tip))
    // Of a branch that does not have more work than ours yet, what is there already may be longer than the window.
    for (let id = best.at(linked + 1); id !== undefined && tree.isLinked(id); id = best.at(linked + 1)) linked++
    for (let height = linked + 1; height <= linked + MAX_BODIES_AHEAD && missing.length < max; height++) {
      const id = best.at(height)
      if (id === undefined) break
      if (!tree.hasBody(id) && isWanted(id)) missing.push({ id, height, hash: tree.hash(id) })
    }
    return missing
  }

  function missingBodiesTowards(headerId: number, max: number, isWanted = (_headerId: number) => true): MissingBody[] {
    if (tree.isFailed(headerId) || best.has(headerId) || tree.work(headerId) <= tree.work(active.tip)) return []
    const missing: MissingBody[] = []
    let step: number | undefined = headerId
    for (let steps = 0; step !== undefined && !best.has(step) && !tree.isLinked(step); step = tree.parent(step)) {
      // Far above the connected chain the best headers are what counts.
      if (++steps > MAX_BODIES_AHEAD) return []
      if (!tree.hasBody(step) && isWanted(step)) {
        missing.push({ id: step, height: tree.height(step), hash: tree.hash(step) })
      }
    }
    return missing.reverse().slice(0, max)
  }

  return {
    hasHeader: (hash) => tree.indexOf(hash) !== undefined,
    headerId: (hash) => tree.indexOf(hash),
    heightOf: (hash) => {
      const index = tree.indexOf(hash)
      return index === undefined ? undefined : tree.height(index)
    },
    heightOfId: (headerId) => tree.height(headerId),
    isAncestor: (headerId, descendantId) => best.ancestor(descendantId, tree.height(headerId)) === headerId,
    hasBlock: (hash) => {
      const index = tree.indexOf(hash)
      return index !== undefined && tree.hasBody(index)
    },
    isConnected: (hash) => {
      const index = tree.indexOf(hash)
      return index !== undefined && active.has(index)
    },
    block: (hash) => {
      const index = tree.indexOf(hash)
      return index === undefined || tree.isFailed(index) ? undefined : store.blocks.raw(index)
    },
    hashAt: (height) => {
      const index = active.at(height)
      return index === undefined ? undefined : tree.hash(index)
    },
    locator: () => locatorOf(state, active),
    headerLocator: () => locatorOf(state, best),
    blocksAfter,
    headersAfter,
    missingBodies,
    missingBodiesTowards,
  }
}

function locatorOf({ tree }: ChainState, path: HeaderPath): Hash256[] {
  return locatorHeights(path.height).map((height) => tree.hash(path.at(height) ?? 0))
}
