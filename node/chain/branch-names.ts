import type { Block } from '../protocol/block.ts'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import { transactionUsername } from '../protocol/transaction.ts'
import type { Username } from '../protocol/username.ts'

/**
 * The names as they are after some block of a branch that is not connected: those of the fork, and what the branch's
 * blocks up to there registered. "state after block B = state after parent(B) + registrations of B, and 3.7 is evaluated
 * against the state after parent(B)" (chain.md 4.2); so a branch is judged before anything is undone or written.
 */
export interface BranchNames extends NameView {
  /** Moves the view to after `block`, the child of where it stands. */
  connect(block: Block): void
}

/** `tip` are the names of the connected chain, of which all records above the fork are not seen. */
export function branchNames(tip: NameView, forkHeight: number): BranchNames {
  const added = new Map<Username, NameRecord[]>()
  let tipHeight = forkHeight
  return {
    get tipHeight() {
      return tipHeight
    },
    history: (name) => {
      const records = tip.history(name)
      const shared = tip.tipHeight === forkHeight ? records : records.filter((record) => record.height <= forkHeight)
      const own = added.get(name)
      return own === undefined ? shared : [...shared, ...own]
    },
    connect: (block) => {
      tipHeight++
      for (const [name, record] of blockRegistrations(block, tipHeight)) {
        added.set(name, [...(added.get(name) ?? []), record])
      }
    },
  }
}

/** What a block registers: one record for each transaction after the promoted message (chain.md 3.7). */
export function blockRegistrations(block: Block, height: number): [Username, NameRecord][] {
  // "The genesis block is special-cased: its transaction is not indexed" (chain.md 1.2); it has but the one.
  return block.transactions.slice(1).map((tx, position) => {
    const name = transactionUsername(tx)
    if (name === undefined) throw new Error('a checked block registers no name')
    const { txid, pubKey } = tx
    const record = { height, blockHash: block.header.hash, txid, pubKeyScript: pubKey, index: position + 1 }
    return [name, record]
  })
}
