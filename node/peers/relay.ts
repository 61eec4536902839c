import { LRUCache } from 'lru-cache'
import type { Chain } from '../chain/chain.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, type InvItem } from '../protocol/messages/inv.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { PeersContext } from './context.ts'
import { MAX_REFUSED_TRANSACTIONS, MAX_TRANSACTIONS_ASKED } from './limits.ts'
import type { Peer } from './peer.ts'

/** "inv to every peer with best height > (peer start height − 2000)" (chain.md 5.8). */
const RELAY_MARGIN_BLOCKS = 2000

/** As for a peer that is worth syncing from: "its start height > our best − 144" (chain.md 5.6). */
const CATCHING_UP_BLOCKS = 144

/** Tells peers what is new here, and takes the transactions that are new there. */
export interface Relay {
  /**
   * Tells a new peer of our tip if it is below it: "a reference node that already has a sync peer starts downloading from
   * us only when it sees an inv from us with an unknown block" (chain.md 5.6), which otherwise takes until the next block.
   */
  announceTip(peer: Peer): void
  announceBlock(hash: Hash256): void
  announceTransaction(txid: Hash256): void
  /** Asks for the transactions of an inv that we lack. */
  takeInventory(peer: Peer, items: readonly InvItem[]): void
  takeTransaction(peer: Peer, tx: Transaction): void
}

export function makeRelay(context: PeersContext): Relay {
  const { chain } = context
  const refused = new LRUCache<string, true>({ max: MAX_REFUSED_TRANSACTIONS })

  function announce(peer: Peer, type: number, hash: Hash256): void {
    const key = hashKey(hash)
    if (peer.known.has(key)) return
    peer.known.set(key, true)
    peer.connection.send('inv', encodeInv([{ type, hash }]))
  }

  function announceTip(peer: Peer): void {
    const { height, hash } = chain.tip
    if (isSynced(chain) && peer.version !== undefined && peer.version.startHeight < height)
      announce(peer, INV_BLOCK, hash)
  }

  function announceBlock(hash: Hash256): void {
    for (const peer of context.peers) {
      if (peer.version === undefined) continue
      if (chain.tip.height > peer.version.startHeight - RELAY_MARGIN_BLOCKS) announce(peer, INV_BLOCK, hash)
    }
  }

  function announceTransaction(txid: Hash256): void {
    for (const peer of context.peers) if (peer.wantsTransactions) announce(peer, INV_TRANSACTION, txid)
  }

  function takeInventory(peer: Peer, items: readonly InvItem[]): void {
    const wanted: InvItem[] = []
    for (const item of items) {
      const key = hashKey(item.hash)
      peer.known.set(key, true)
      if (item.type !== INV_TRANSACTION || chain.mempool.has(item.hash) || refused.has(key)) continue
      if (peer.transactionsAsked.size >= MAX_TRANSACTIONS_ASKED || peer.transactionsAsked.has(key)) continue
      peer.transactionsAsked.add(key)
      wanted.push(item)
    }
    if (wanted.length > 0) peer.connection.send('getdata', encodeInv(wanted))
  }

  function takeTransaction(peer: Peer, tx: Transaction): void {
    const key = hashKey(tx.txid)
    peer.transactionsAsked.delete(key)
    peer.known.set(key, true)
    const verdict = chain.mempool.add(tx, context.clock.now())
    context.judge(peer, verdict)
    if (verdict.kind === 'accept') {
      peer.lastTransactionAt = performance.now()
      announceTransaction(tx.txid)
    } else if (!chain.mempool.has(tx.txid)) refused.set(key, true)
  }

  return { announceTip, announceBlock, announceTransaction, takeInventory, takeTransaction }
}

/**
 * While catching up every block is old news to the others. A few headers ahead are no catching up: somebody may never
 * hand out their blocks.
 */
export function isSynced({ bestHeader, tip }: Chain): boolean {
  return bestHeader.height - tip.height < CATCHING_UP_BLOCKS
}
