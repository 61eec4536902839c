import { isEqual } from './bytes.ts'
import { concatBytes, sha256d } from './hash.ts'
import { couldStandAt, parseTransaction } from './transaction.ts'

/** Two hashes side by side are 64 bytes: a transaction of that length could pass for them, and they for one. */
export const PAIR_BYTES = 64

/**
 * The root that a transaction and its partners lead to: "level up = dsha(left‖right), odd last element paired with itself"
 * (chain.md 2.4). A string says why there is none: the tree could be read in another way.
 */
export function merkleRootOf(
  txid: Uint8Array,
  index: number,
  branch: readonly Uint8Array[],
  txBits: number,
): Uint8Array | string {
  if (index >= 2 ** branch.length) return `a branch of ${branch.length} reaches no place ${index}`
  let node = txid
  for (const [depth, partner] of branch.entries()) {
    const place = Math.floor(index / 2 ** depth)
    const isRight = place % 2 === 1
    // "odd last element paired with itself": what is right of itself is a copy, at a place that does not exist.
    if (isRight && isEqual(node, partner)) return `place ${index} is that of a copy of the last transaction`
    const pair = isRight ? concatBytes(partner, node) : concatBytes(node, partner)
    // A real transaction of 64 bytes, whose halves pass for hashes, would carry a branch that is longer than the tree.
    const tx = parseTransaction(pair)
    if (tx !== undefined && couldStandAt(tx, Math.floor(place / 2), txBits)) {
      return `two hashes at depth ${depth} could be a transaction`
    }
    node = sha256d(pair)
  }
  return node
}

/** The root of a whole tree. */
export function merkleRootOfAll(txids: readonly Uint8Array[]): Uint8Array {
  let level = [...txids]
  while (level.length > 1) {
    const parents: Uint8Array[] = []
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at] ?? new Uint8Array(0)
      parents.push(sha256d(concatBytes(left, level[at + 1] ?? left)))
    }
    level = parents
  }
  return level[0] ?? new Uint8Array(32)
}
