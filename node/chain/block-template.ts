import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Block, encodeBlock, encodeHeader, type HeaderFields, merkleRoot, parseBlock } from '../protocol/block.ts'
import { checkProofOfWork } from '../protocol/compact-target.ts'
import { scryptHash } from '../protocol/hash.ts'
import { medianTimePast, requiredBits } from '../protocol/header-view.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { ChainState } from './chain-state.ts'
import { WORK_CHECKS_PER_TURN } from './limits.ts'

export interface BlockTemplate {
  readonly header: Omit<HeaderFields, 'nonce'>
  /** The promoted message first. */
  readonly transactions: readonly Transaction[]
}

/** "Header: version 2, prev = tip, height+1, nTime = max(MTP+1, adjusted now), nBits per 3.6" (chain.md 7.1). */
export function blockTemplate(state: ChainState, transactions: readonly Transaction[], now: number): BlockTemplate {
  const { tree, active, headerView, params } = state
  const prevHash = tree.hash(active.tip)
  const bits = requiredBits(headerView, prevHash, params)
  if (bits === undefined) throw new Error('the tip has no header')
  const header = {
    version: 2,
    height: active.height + 1,
    prevHash,
    merkleRoot: merkleRoot(transactions.map((tx) => tx.txid)),
    time: Math.max((medianTimePast(headerView, prevHash) ?? 0) + 1, Math.floor(now)),
    bits,
  }
  return { header, transactions }
}

/** Searches a nonce, "nNonce counts up from 1" (chain.md 7.2). Undefined when aborted, or when all were tried. */
export async function mine({ header, transactions }: BlockTemplate, signal?: AbortSignal): Promise<Block | undefined> {
  for (let nonce = 1; nonce <= 0xffffffff && signal?.aborted !== true; nonce++) {
    if (checkProofOfWork(scryptHash(encodeHeader({ ...header, nonce })), header.bits)) {
      return parseBlock(encodeBlock({ ...header, nonce }, transactions))
    }
    if (nonce % WORK_CHECKS_PER_TURN === 0) await nextTurn()
  }
  return undefined
}
