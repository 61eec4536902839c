import type { BlockHeader } from '../protocol/block.ts'
import { workOf } from '../protocol/compact-target.ts'
import { checkAgainstCheckpoint, checkHeaderInContext } from '../protocol/rules/check-header.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import type { ChainState } from './chain-state.ts'
import { MAX_NEAR_SIDE_HEADERS, MAX_SIDE_HEADERS, NEAR_TIP_BLOCKS } from './limits.ts'

/**
 * Adds a header whose work was checked to the tree, and moves the best header chain if it has more work: "the node never
 * switches when the best candidate's work equals the current tip's work ⇒ first-seen wins on ties" (chain.md 4.1).
 * Call inside a store write.
 */
export function acceptHeader(state: ChainState, header: BlockHeader, now: number): Verdict {
  const { tree, best, store } = state
  const known = tree.indexOf(header.hash)
  if (known !== undefined) return tree.isFailed(known) ? ignore('known-invalid') : accept
  const verdict = checkNewHeader(state, header, now)
  if (verdict.kind !== 'accept') return verdict
  const index = tree.add(header.hash, tree.indexOf(header.prevHash), header.bits)
  store.headers.put({ index, raw: header.raw, hash: header.hash })
  if (!tree.isFailed(index) && tree.work(index) > tree.work(best.tip)) best.setTip(index)
  return accept
}

function checkNewHeader(state: ChainState, header: BlockHeader, now: number): Verdict {
  const { tree, best, headerView, params } = state
  const parent = tree.indexOf(header.prevHash)
  if (parent === undefined) return ignore('prev-block-not-found')
  // The reference takes descendants of failed blocks into its index (chain.md 3.5 A2); they are never of use.
  if (tree.isFailed(parent)) return ignore('prev-block-not-found', 'the parent is invalid')
  // Q3, Q4: "if checkpoints are enabled, some checkpoint block is in the index, and prev ≠ current tip" (chain.md 3.4)
  if (parent !== best.tip) {
    const checkpoint = highestCheckpoint(state)
    const verdict = checkpoint === undefined ? accept : checkAgainstCheckpoint(header, checkpoint)
    if (verdict.kind !== 'accept') return verdict
  }
  return checkHeaderInContext(header, headerView, params, now)
}

/**
 * Whether `count` headers on top of `parent` are of a branch that has far less work than the best, and there is no room
 * for such branches any more. A branch near the best one costs about as much work to make, so it is taken; but where work
 * is cheap, on a short or a test network, that bounds nothing, and only what would be the best itself is taken in the end.
 */
export function isWorthless(
  { tree, best, headerAt }: Pick<ChainState, 'tree' | 'best' | 'headerAt'>,
  parent: number,
  count: number,
): boolean {
  const sideHeaders = tree.size - 1 - best.height
  if (sideHeaders < MAX_SIDE_HEADERS || parent === best.tip) return false
  const claimed = tree.work(parent) + BigInt(count) * workOf(headerAt(parent).bits)
  if (claimed > tree.work(best.tip)) return false
  const nearTip = best.at(Math.max(0, best.height - NEAR_TIP_BLOCKS)) ?? 0
  return sideHeaders >= MAX_NEAR_SIDE_HEADERS || tree.work(parent) < tree.work(nearTip)
}

/** "the highest checkpoint block present (on any branch)" (chain.md 3.4 Q3). */
function highestCheckpoint({ params, tree, headerAt }: ChainState): BlockHeader | undefined {
  for (const [, hash] of [...params.checkpoints].reverse()) {
    const index = tree.indexOf(hash)
    if (index !== undefined) return headerAt(index)
  }
  return undefined
}
