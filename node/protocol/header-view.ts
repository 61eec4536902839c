import type { BlockHeader } from './block.ts'
import { nextTarget, RETARGET_INTERVAL } from './compact-target.ts'
import type { Hash256 } from './hash.ts'
import type { NetworkParams } from './params.ts'

/** The tree of known headers, as rules see it. */
export interface HeaderView {
  header(hash: Hash256): BlockHeader | undefined
  /** The header at a height on the path from `hash` down to genesis. */
  ancestorAt(hash: Hash256, height: number): BlockHeader | undefined
}

/** "sort nTime of up to 11 blocks ending at prev; element [count/2]" (chain.md 3.5, main.h:767-781). */
export function medianTimePast(view: HeaderView, prevHash: Hash256): number | undefined {
  const times: number[] = []
  for (let header = view.header(prevHash); header !== undefined && times.length < 11; ) {
    times.push(header.time)
    header = view.header(header.prevHash)
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}

/** Bits a block on top of `prevHash` must have (chain.md 3.6, main.cpp:927-987); undefined if it is not known. */
export function requiredBits(view: HeaderView, prevHash: Hash256, params: NetworkParams): number | undefined {
  const last = view.header(prevHash)
  if (last === undefined) return undefined
  // "main, regtest: return last.nBits" — only testnet, which we do not join, has another rule.
  if ((last.height + 1) % RETARGET_INTERVAL !== 0) return last.bits
  // quirk: "ancestor of last, 2015 steps back — not 2016: classic off-by-one" (chain.md B25).
  const first = view.ancestorAt(prevHash, last.height - (RETARGET_INTERVAL - 1))
  return first && nextTarget(last.bits, last.time - first.time, params.powLimit)
}

/**
 * Heights of a block locator: "step = 1 for the first 11 entries, after that doubled after each further entry; stop when
 * stepping below genesis; finally append the genesis hash (even if already there)" (chain.md 5.5, main.cpp:178-193).
 */
export function locatorHeights(height: number): number[] {
  const heights: number[] = []
  let step = 1
  for (let next = height; next >= 0; next -= step) {
    heights.push(next)
    if (heights.length > 11) step *= 2
  }
  return [...heights, 0]
}
