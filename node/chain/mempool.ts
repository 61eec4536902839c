import { compareBytes } from '../protocol/bytes.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { checkLooseTransaction } from '../protocol/rules/check-transaction.ts'
import { isPromoted, parseTransaction, type Transaction, transactionUsername } from '../protocol/transaction.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import {
  MAX_MEMPOOL_BLOCKS,
  MAX_MEMPOOL_BYTES,
  MAX_MINED_BLOCK_BYTES,
  MAX_RELAYED_BYTES,
  TEMPLATE_RESERVED_BYTES,
} from './limits.ts'

/** Registrations that wait for a block. Memory only, like the reference's (chain.md 6). */
export interface Mempool {
  /** `now` in Unix seconds limits the rate of what comes from the network; leave it out for what is our own. */
  add(tx: Transaction, now?: number): Verdict
  has(txid: Hash256): boolean
  get(txid: Hash256): Transaction | undefined
  txids(): Hash256[]
  /** What a new block would hold after its promoted message, in order (chain.md 7.1). */
  forTemplate(): Transaction[]
  /** Brings the pool in line with a move of the tip. */
  update(disconnected: readonly Transaction[], connected: readonly Transaction[]): void
}

export function openMempool(names: NameView, params: NetworkParams): Mempool {
  const pool = new Map<string, { readonly tx: Transaction; readonly height: number }>()
  let sizeBytes = 0
  let relayedBytes = 0
  let relayedAt = 0

  function add(tx: Transaction, now?: number): Verdict {
    const verdict = checkLooseTransaction(tx, names, params)
    if (verdict.kind !== 'accept') return verdict
    // "same txid already present → refused, no score"
    if (pool.has(hashKey(tx.txid))) return ignore('already-in-pool')
    if (now !== undefined && !takesRate(tx, now)) return ignore('rate-limited')
    if (sizeBytes + tx.raw.length > MAX_MEMPOOL_BYTES) return ignore('pool-is-full')
    pool.set(hashKey(tx.txid), { tx: copyOf(tx), height: names.tipHeight })
    sizeBytes += tx.raw.length
    return accept
  }

  // "a counter decaying by (1−1/600) per second; refuse when >= 150000 bytes, else add the tx size" (chain.md 6)
  function takesRate(tx: Transaction, now: number): boolean {
    relayedBytes *= (1 - 1 / 600) ** Math.max(0, now - relayedAt)
    relayedAt = now
    if (relayedBytes >= MAX_RELAYED_BYTES) return false
    relayedBytes += tx.raw.length
    return true
  }

  function remove(tx: Transaction): void {
    if (pool.delete(hashKey(tx.txid))) sizeBytes -= tx.raw.length
  }

  function update(disconnected: readonly Transaction[], connected: readonly Transaction[]): void {
    for (const tx of disconnected) if (!isPromoted(tx)) add(tx)
    const registered = new Set(connected.map(transactionUsername))
    for (const tx of connected) remove(tx)
    // "ADVICE: drop conflicting txs when a name gets registered"
    for (const { tx, height } of [...pool.values()]) {
      if (names.tipHeight - height > MAX_MEMPOOL_BLOCKS) remove(tx)
      if (!registered.has(transactionUsername(tx))) continue
      if (checkLooseTransaction(tx, names, params).kind !== 'accept') remove(tx)
    }
  }

  function all(): Transaction[] {
    return Array.from(pool.values(), ({ tx }) => tx)
  }

  // "mempool in ascending txid order: skip names already registered unless valid replacement; skip second tx of the same
  // name; skip if running size (starting at 1000) + tx size >= max size (12500 default)" (chain.md 7.1)
  function forTemplate(): Transaction[] {
    const chosen: Transaction[] = []
    const taken = new Set<string>()
    let blockBytes = TEMPLATE_RESERVED_BYTES
    for (const tx of all().sort((a, b) => compareTxids(a.txid, b.txid))) {
      const name = transactionUsername(tx)
      if (name === undefined || taken.has(name) || blockBytes + tx.raw.length >= MAX_MINED_BLOCK_BYTES) continue
      if (checkLooseTransaction(tx, names, params).kind !== 'accept') continue
      taken.add(name)
      chosen.push(tx)
      blockBytes += tx.raw.length
    }
    return chosen
  }

  return {
    add,
    has: (txid) => pool.has(hashKey(txid)),
    get: (txid) => pool.get(hashKey(txid))?.tx,
    txids: () => all().map((tx) => tx.txid),
    forTemplate,
    update,
  }
}

/** The bytes of a message are part of all that came with it, which must not stay for their sake. */
function copyOf(tx: Transaction): Transaction {
  return parseTransaction(Uint8Array.from(tx.raw)) ?? tx
}

/** Order of txids as little-endian integers. */
function compareTxids(a: Hash256, b: Hash256): number {
  return compareBytes(Uint8Array.from(a).reverse(), Uint8Array.from(b).reverse())
}
