import type { MissingBody } from '../chain/block-queries.ts'
import type { Chain } from '../chain/chain.ts'
import type { Hash256 } from '../protocol/hash.ts'
import type { Peer } from './peer.ts'

/** Remembers that the peer has this block, and so all below it. */
export function noteBlock(chain: Chain, peer: Peer, hash: Hash256): void {
  const headerId = chain.headerId(hash)
  const height = chain.heightOf(hash)
  if (headerId === undefined || height === undefined) return
  const { bestKnown } = peer.sync
  if (bestKnown === undefined || height >= chain.heightOfId(bestKnown)) peer.sync.bestKnown = headerId
}

/**
 * The peer had nothing to add to our headers: so its tip is one of them, for a server answers from the first block of the
 * locator "that is on the active chain" up to its tip (chain.md 5.5, 5.6).
 */
export function noteNothingNew(chain: Chain, peer: Peer): void {
  const best = chain.bestHeader
  const tip = chain.headerView.ancestorAt(best.hash, Math.min(best.height, peer.version?.startHeight ?? 0))
  if (tip !== undefined) noteBlock(chain, peer, tip.hash)
}

/** Up to where every chain is the same: the highest checkpoint that our headers have reached; 0 without checkpoints. */
export function sharedHeight({ params, bestHeader }: Chain): number {
  return Math.max(0, ...[...params.checkpoints.keys()].filter((height) => height <= bestHeader.height))
}

/**
 * Whether the peer can be expected to have the block. A start height alone does not tell the branch, and of a peer on
 * another branch it must not be asked: the reference leaves a getdata for a block that it lacks unanswered, and silence
 * looks like a stall.
 */
export function mayHave(
  chain: Chain,
  peer: Peer,
  { id, height }: Pick<MissingBody, 'id' | 'height'>,
  shared: number,
): boolean {
  if (height <= shared && (peer.version?.startHeight ?? -1) >= shared) return true
  return peer.sync.bestKnown !== undefined && chain.isAncestor(id, peer.sync.bestKnown)
}

/** The highest block the peer is known to have; -1 if none. */
export function knownHeight(chain: Chain, peer: Peer): number {
  const startHeight = peer.version?.startHeight ?? -1
  return peer.sync.bestKnown === undefined ? startHeight : Math.max(startHeight, chain.heightOfId(peer.sync.bestKnown))
}
