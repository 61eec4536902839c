import type { Mempool } from '../chain/mempool.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import type { Transaction } from '../protocol/transaction.ts'
import { MAX_RELAYED_TRANSACTIONS, RELAYED_TRANSACTION_S } from './limits.ts'

/**
 * What a getdata for a registration is answered with: "stored 15 minutes in a relay map … served from relay map or
 * mempool" (chain.md 5.8), so that who was told of it gets it even if a block has taken it meanwhile.
 */
export class RelayedTransactions {
  readonly #mempool: Mempool
  readonly #relayed = new Map<string, { readonly tx: Transaction; readonly until: number }>()

  constructor(mempool: Mempool) {
    this.#mempool = mempool
  }

  /** `now` in Unix seconds. */
  add(tx: Transaction, now: number): void {
    const key = hashKey(tx.txid)
    this.#relayed.delete(key)
    this.#relayed.set(key, { tx, until: now + RELAYED_TRANSACTION_S })
    for (const [oldest, { until }] of this.#relayed) {
      if (until > now && this.#relayed.size <= MAX_RELAYED_TRANSACTIONS) break
      this.#relayed.delete(oldest)
    }
  }

  get(txid: Hash256, now: number): Transaction | undefined {
    const relayed = this.#relayed.get(hashKey(txid))
    return relayed !== undefined && relayed.until > now ? relayed.tx : this.#mempool.get(txid)
  }
}
