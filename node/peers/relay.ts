import { LRUCache } from 'lru-cache'
import type { Chain } from '../chain/chain.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, type InvItem } from '../protocol/messages/inv.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { PeersContext } from './context.ts'
import {
  MAX_INV_ENTRIES_SENT,
  MAX_REFUSED_TRANSACTIONS,
  MAX_TRANSACTIONS_TO_TELL,
  REBROADCAST_CHECK_MS,
  RELAY_INTERVAL_MS,
} from './limits.ts'
import type { Peer } from './peer.ts'
import { Rebroadcast } from './rebroadcast.ts'
import type { RelayedTransactions } from './relayed-transactions.ts'
import { TransactionRequests } from './transaction-requests.ts'

/** "inv to every peer with best height > (peer start height − 2000, or 55450 if unknown)" (chain.md 5.8). */
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
  /** Takes the answer of a peer that lacks what it was asked for. */
  takeNotFound(peer: Peer, items: readonly InvItem[]): void
  peerGone(peer: Peer): void
  close(): void
}

export function openRelay(context: PeersContext, relayed: RelayedTransactions): Relay {
  const { chain, clock } = context
  const refused = new LRUCache<string, true>({ max: MAX_REFUSED_TRANSACTIONS })
  const requests = new TransactionRequests<Peer>((peer, hash) => ask(peer, [hash]))
  const rebroadcast = new Rebroadcast()

  function announceTip(peer: Peer): void {
    const { height, hash } = chain.tip
    if (isSynced(chain) && peer.version !== undefined && peer.version.startHeight < height) tellBlock(peer, hash)
  }

  // "Block invs are sent at the next loop, never trickled."
  function announceBlock(hash: Hash256): void {
    const unknown = Math.max(0, ...context.params.checkpoints.keys())
    for (const peer of context.peers) {
      if (peer.version === undefined) continue
      const { startHeight } = peer.version
      if (chain.tip.height > (startHeight === -1 ? unknown : startHeight - RELAY_MARGIN_BLOCKS)) tellBlock(peer, hash)
    }
  }

  function tellBlock(peer: Peer, hash: Hash256): void {
    const key = hashKey(hash)
    if (peer.known.has(key)) return
    peer.known.set(key, true)
    peer.connection.send('inv', encodeInv([{ type: INV_BLOCK, hash }]))
  }

  function announceTransaction(txid: Hash256): void {
    const tx = chain.mempool.get(txid)
    if (tx !== undefined) relayed.add(tx, clock.now())
    for (const peer of context.peers) if (!peer.known.has(hashKey(txid))) tellLater(peer, txid)
  }

  function tellLater(peer: Peer, txid: Hash256): void {
    const { wantsTransactions, transactionsToTell } = peer
    if (wantsTransactions && transactionsToTell.size < MAX_TRANSACTIONS_TO_TELL) {
      transactionsToTell.set(hashKey(txid), txid)
    }
  }

  function takeInventory(peer: Peer, items: readonly InvItem[]): void {
    const now = performance.now()
    const wanted: Hash256[] = []
    for (const { type, hash } of items) {
      const key = hashKey(hash)
      peer.known.set(key, true)
      if (type !== INV_TRANSACTION || chain.mempool.has(hash) || refused.has(key)) continue
      if (requests.announced(peer, hash, now)) wanted.push(hash)
    }
    if (wanted.length > 0) ask(peer, wanted)
  }

  function ask(peer: Peer, hashes: readonly Hash256[]): void {
    sendInBatches(peer, 'getdata', hashes)
  }

  function takeTransaction(peer: Peer, tx: Transaction): void {
    const key = hashKey(tx.txid)
    requests.arrived(tx.txid)
    peer.known.set(key, true)
    const verdict = chain.mempool.add(tx, clock.now())
    context.judge(peer, verdict)
    if (verdict.kind === 'accept') {
      peer.lastTransactionAt = performance.now()
      announceTransaction(tx.txid)
    } else if (isForGood(verdict.code) && !chain.mempool.has(tx.txid)) refused.set(key, true)
  }

  function tellAll(): void {
    requests.askAgain(performance.now())
    for (const peer of context.peers) tellTransactions(peer)
  }

  // Known or not: the peers may have forgotten.
  function tellAgain(): void {
    for (const txid of rebroadcast.due(chain.mempool.txids(), chain.tip.height, clock.now())) {
      for (const peer of context.peers) tellLater(peer, txid)
    }
  }

  // "inv messages carry <=1000 entries"; not trickled as the reference does it, but gathered for a moment.
  function tellTransactions(peer: Peer): void {
    if (peer.transactionsToTell.size === 0) return
    const hashes = [...peer.transactionsToTell.values()]
    peer.transactionsToTell.clear()
    for (const hash of hashes) peer.known.set(hashKey(hash), true)
    sendInBatches(peer, 'inv', hashes)
  }

  const timers = [setInterval(tellAll, RELAY_INTERVAL_MS), setInterval(tellAgain, REBROADCAST_CHECK_MS)]
  // What was refused may have been so for the names of that time.
  const stopTip = chain.onTip(() => {
    if (refused.size > 0) refused.clear()
  })
  return {
    announceTip,
    announceBlock,
    announceTransaction,
    takeInventory,
    takeTransaction,
    takeNotFound: (peer, items) => {
      for (const { type, hash } of items) if (type === INV_TRANSACTION) requests.lacking(peer, hash)
    },
    peerGone: (peer) => requests.gone(peer),
    close: () => {
      for (const timer of timers) clearInterval(timer)
      stopTip()
    },
  }
}

function sendInBatches({ connection }: Peer, command: 'inv' | 'getdata', txids: readonly Hash256[]): void {
  for (let start = 0; start < txids.length; start += MAX_INV_ENTRIES_SENT) {
    const part = txids.slice(start, start + MAX_INV_ENTRIES_SENT)
    connection.send(command, encodeInv(part.map((hash) => ({ type: INV_TRANSACTION, hash }))))
  }
}

/** Too many or too much at a time is not the transaction's fault: it may be sent again. */
function isForGood(code: string): boolean {
  return code !== 'rate-limited' && code !== 'pool-is-full'
}

/**
 * While catching up every block is old news to the others. A few headers ahead are no catching up: somebody may never
 * hand out their blocks.
 */
export function isSynced({ bestHeader, tip }: Chain): boolean {
  return bestHeader.height - tip.height < CATCHING_UP_BLOCKS
}
