import { type Block, merkleRoot } from '../protocol/block.ts'
import { bytesEqual } from '../protocol/bytes.ts'
import { type Hash256, hashKey } from '../protocol/hash.ts'
import { checkBlockBody } from '../protocol/rules/check-block.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import { acceptHeader } from './accept-header.ts'
import type { ChainState } from './chain-state.ts'
import { type Arrival, failBlock, moveTip, type TipChange } from './connect.ts'

/** A block that was accepted when it came, because it waited for an ancestor's body, and failed in the end. */
export interface LateRefusal {
  readonly hash: Hash256
  readonly verdict: Verdict
}

/** What a block did besides being judged: the moves of the tip, and the fall of others that waited for it. */
export interface BlockEffects {
  readonly changes: TipChange[]
  readonly lateRefusals: LateRefusal[]
}

/**
 * Takes a block whose header's work was checked: stores its body and connects what can be connected now. The verdict is
 * about this block alone. Call inside a store write.
 */
export function acceptBlock(
  state: ChainState,
  block: Block,
  now: number,
  arrival: Arrival,
  effects: BlockEffects,
): Verdict {
  const header = acceptHeader(state, block.header, now)
  if (header.kind !== 'accept') return header
  const index = state.tree.indexOf(block.header.hash)
  if (index === undefined) throw new Error('an accepted header is not in the tree')
  // Q1: "not already in block index" (chain.md 3.4)
  if (state.tree.hasBody(index)) return ignore('duplicate')
  const verdict = checkBlockBody(block, state.params)
  if (verdict.kind !== 'accept') {
    if (verdict.kind === 'reject' && isBodyOf(block)) failBlock(state, index, 0)
    return verdict
  }
  storeBody(state, index, block)
  return linkBodies(state, index, block, arrival, effects)
}

/**
 * Whether the header commits to exactly this body. Another body under a good header says nothing about the block: "No
 * mutation (CVE-2012-2459) guard except the duplicate-transaction check" (chain.md 2.4).
 */
function isBodyOf(block: Block): boolean {
  const txids = block.transactions.map((tx) => tx.txid)
  return new Set(txids.map(hashKey)).size === txids.length && bytesEqual(merkleRoot(txids), block.header.merkleRoot)
}

function storeBody({ store, tree, waiting, keepWaiting }: ChainState, index: number, block: Block): void {
  store.blocks.put(index, block.raw)
  store.headers.putStatus({ index, isFailed: false, transactionCount: block.transactions.length })
  tree.setBody(index)
  const parent = tree.parent(index)
  if (parent === undefined || tree.isLinked(parent)) return
  waiting.set(parent, [...(waiting.get(parent) ?? []), index])
  keepWaiting(index, block)
}

/** Links the body and those that waited for it, parents first, and moves the tip to each that has more work. */
function linkBodies(state: ChainState, index: number, block: Block, arrival: Arrival, effects: BlockEffects): Verdict {
  const { tree, waiting, active } = state
  const parent = tree.parent(index)
  if (parent !== undefined && !tree.isLinked(parent)) return accept
  const bodyAt = (wanted: number): Block => (wanted === index ? block : state.blockAt(wanted))
  let verdict: Verdict = accept
  const ready = [index]
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    if (tree.isFailed(next)) continue
    tree.setLinked(next)
    ready.push(...(waiting.get(next) ?? []))
    waiting.delete(next)
    if (tree.work(next) <= tree.work(active.tip)) continue
    const move = moveTip(state, next, bodyAt, arrival)
    if (move.change !== undefined) effects.changes.push(move.change)
    if (move.verdict.kind === 'accept') continue
    if (next === index) verdict = move.verdict
    else effects.lateRefusals.push({ hash: tree.hash(next), verdict: move.verdict })
  }
  return verdict
}
