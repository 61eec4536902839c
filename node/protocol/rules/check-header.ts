import type { BlockHeader } from '../block.ts'
import { bytesEqual } from '../bytes.ts'
import { checkProofOfWork, easiestTargetAfter, parseCompactTarget } from '../compact-target.ts'
import { type Hash256, scryptHash } from '../hash.ts'
import { type HeaderView, medianTimePast, requiredBits } from '../header-view.ts'
import { MAX_FUTURE_DRIFT_S } from '../limits.ts'
import type { NetworkParams } from '../params.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'

/** What a header says by itself: C2, "scrypt PoW vs header nBits: DoS 50" (chain.md 3.3). */
export function checkHeader(header: BlockHeader, params: NetworkParams): Verdict {
  return checkHeaderWork(header, scryptHash(header.raw), params)
}

/** checkHeader for whoever has hashed it already: `workHash` is its scrypt hash. */
export function checkHeaderWork(header: BlockHeader, workHash: Hash256, params: NetworkParams): Verdict {
  // "do not verify PoW of a configured genesis block" (chain.md 7.6).
  if (bytesEqual(header.hash, params.genesisHash)) return accept
  return checkProofOfWork(workHash, header.bits) ? accept : reject('proof-of-work-failed', 50)
}

/**
 * The rules a header obeys on top of its chain (chain.md 3.5 AcceptBlock, main.cpp:1742-1814, and C3), in the
 * reference's order. `nowAdjusted` is unix seconds of the network-adjusted clock (5.9).
 */
export function checkHeaderInContext(
  header: BlockHeader,
  view: HeaderView,
  params: NetworkParams,
  nowAdjusted: number,
): Verdict {
  if (bytesEqual(header.hash, params.genesisHash)) return accept
  // C3: "nTime <= adjusted time + 7200: DoS 0"
  if (header.time > nowAdjusted + MAX_FUTURE_DRIFT_S) return ignore('block-timestamp-too-far-in-the-future')
  // A2: "prev is indexed"; an orphan may become a block later (Q5)
  const prev = view.header(header.prevHash)
  if (prev === undefined) return ignore('prev-block-not-found')
  // A3: "nBits == required bits (3.6): DoS 100"
  const bits = requiredBits(view, header.prevHash, params)
  if (header.bits !== bits) return reject('incorrect-proof-of-work', 100)
  // A4: "nTime > median time past of prev: DoS 0"
  if (header.time <= (medianTimePast(view, header.prevHash) ?? 0)) return reject('block-timestamp-is-too-early', 0)
  // A5: "hard checkpoint at height prev+1 matches: DoS 100"
  const checkpoint = params.checkpoints.get(prev.height + 1)
  if (checkpoint !== undefined && !bytesEqual(checkpoint, header.hash))
    return reject('rejected-by-checkpoint-lock-in', 100)
  // A6: "nVersion >= 2 (always; no supermajority logic is in use)": DoS 0 (B17)
  if (header.version < 2) return reject('rejected-nversion', 0)
  // A7: "header nHeight == prev height + 1: DoS 100"
  if (header.height !== prev.height + 1) return reject('block-height-mismatch', 100)
  return accept
}

/**
 * Q3 and Q4, for a block that does not extend the tip (chain.md 3.4, main.cpp:1839-1924, B33): `checkpoint` is the
 * highest checkpointed header that is known, on any branch. It keeps cheap side branches out.
 */
export function checkAgainstCheckpoint(header: BlockHeader, checkpoint: BlockHeader): Verdict {
  // Q3: "nTime must be >= cp.nTime: DoS 100"
  if (header.time < checkpoint.time) return reject('block-with-timestamp-before-last-checkpoint', 100)
  // Q4: "target(nBits) must be <= ComputeMinWork(cp.nBits, nTime − cp.nTime): DoS 100"
  const easiest = easiestTargetAfter(checkpoint.bits, header.time - checkpoint.time)
  return parseCompactTarget(header.bits) > easiest ? reject('block-with-too-little-proof-of-work', 100) : accept
}
