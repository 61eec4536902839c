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
 * Whether the peer can be expected to have the block. Of a peer on another branch it must not be asked: the reference
 * leaves a getdata for a block that it lacks unanswered, and silence looks like a stall.
 */
export function mayHave(chain: Chain, peer: Peer, { id, height }: MissingBody): boolean {
  if (height <= (peer.version?.startHeight ?? -1)) return true
  return peer.sync.bestKnown !== undefined && chain.isAncestor(id, peer.sync.bestKnown)
}

/** The highest block the peer is known to have; -1 if none. */
export function knownHeight(chain: Chain, peer: Peer): number {
  const startHeight = peer.version?.startHeight ?? -1
  return peer.sync.bestKnown === undefined ? startHeight : Math.max(startHeight, chain.heightOfId(peer.sync.bestKnown))
}
