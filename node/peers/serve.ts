import { bytesEqual } from '../protocol/bytes.ts'
import { isZeroHash } from '../protocol/hash.ts'
import { MAX_HEADERS_ENTRIES, MAX_INV_ENTRIES } from '../protocol/limits.ts'
import type { BlockRequest } from '../protocol/messages/getblocks.ts'
import { encodeHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, type InvItem } from '../protocol/messages/inv.ts'
import type { PeersContext } from './context.ts'
import { GETBLOCKS_ENTRIES, MAX_INV_ENTRIES_SENT } from './limits.ts'
import type { Peer } from './peer.ts'

/**
 * Answers getblocks. "stop after 500 and remember the 500th hash as the peer's continue hash" (chain.md 5.6). Unlike the
 * reference "keep answering repeated getblocks": no known-inventory filter here.
 */
export function serveGetblocks({ chain }: PeersContext, peer: Peer, request: BlockRequest): void {
  const hashes = chain.blocksAfter(request.locator, request.stop, GETBLOCKS_ENTRIES)
  if (hashes.length === 0) return
  if (hashes.length === GETBLOCKS_ENTRIES) peer.continueHash = hashes.at(-1)
  peer.connection.send('inv', encodeInv(hashes.map((hash) => ({ type: INV_BLOCK, hash }))))
}

/** "2000 per reply" (chain.md 5.6); an empty answer is an answer too. */
export function serveGetheaders({ chain }: PeersContext, peer: Peer, request: BlockRequest): void {
  if (request.locator.length === 0 && isZeroHash(request.stop)) return
  const headers = chain.headersAfter(request.locator, request.stop, MAX_HEADERS_ENTRIES)
  peer.connection.send('headers', encodeHeaders(headers))
}

export async function serveGetdata(context: PeersContext, peer: Peer, items: Iterable<InvItem>): Promise<void> {
  const missing: InvItem[] = []
  for (const item of items) {
    if (peer.connection.isClosed) return
    // Without a filter of the peer's, a filtered block is not served, as in the reference.
    if (item.type === INV_BLOCK) serveBlock(context.chain, peer, item)
    if (item.type === INV_TRANSACTION) {
      const tx = context.transaction(item.hash)
      if (tx === undefined) missing.push(item)
      else peer.connection.send('tx', tx.raw)
    }
    // Who asks for much is told in parts: what is missing must not pile up while the rest is sent.
    if (missing.length >= MAX_INV_ENTRIES_SENT) peer.connection.send('notfound', encodeInv(missing.splice(0)))
    await peer.connection.drained()
  }
  // "notfound: only for tx types we cannot serve" (chain.md 5.4)
  if (missing.length > 0) peer.connection.send('notfound', encodeInv(missing))
}

/** "reply one inv (<=50000), nothing if empty" (chain.md 5.4). */
export function serveMempool({ chain }: PeersContext, peer: Peer): void {
  const items = chain.mempool
    .txids()
    .slice(0, MAX_INV_ENTRIES)
    .map((hash) => ({ type: INV_TRANSACTION, hash }))
  if (items.length > 0) peer.connection.send('inv', encodeInv(items))
}

function serveBlock(chain: PeersContext['chain'], peer: Peer, item: InvItem): void {
  const raw = chain.block(item.hash)
  if (raw === undefined) return
  peer.connection.send('block', raw)
  // "Right after serving the block whose hash equals the continue hash it sends inv([current tip]) unconditionally. A
  // server that omits this stalls a reference client after 500 blocks." (chain.md 5.6)
  if (peer.continueHash === undefined || !bytesEqual(peer.continueHash, item.hash)) return
  peer.continueHash = undefined
  peer.connection.send('inv', encodeInv([{ type: INV_BLOCK, hash: chain.tip.hash }]))
}
