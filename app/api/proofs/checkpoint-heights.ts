import { type NetworkName, networkParams } from '../../../node/protocol/params.ts'
import { PERIOD_BLOCKS } from '../../../verify/target.ts'

/**
 * The published list: "one every 2016 blocks, up to the tip", and those that twister-core names, so that proofs near them
 * can be checked with what the verifier brings along. A regtest has its genesis block alone.
 */
export function checkpointHeights(network: NetworkName, tipHeight: number): number[] {
  if (network === 'regtest') return [0]
  const every = Array.from({ length: Math.floor(tipHeight / PERIOD_BLOCKS) + 1 }, (_, period) => period * PERIOD_BLOCKS)
  const named = [...networkParams(network, { checkpoints: true }).checkpoints.keys()]
  return [...new Set([...every, ...named])].filter((height) => height <= tipHeight).sort((a, b) => a - b)
}

/** The nearest of them: of two the one above, which proves a block by its hash alone. */
export function nearestCheckpoint(heights: readonly number[], height: number): number {
  let nearest = heights[0] ?? 0
  for (const one of heights) if (Math.abs(one - height) <= Math.abs(nearest - height)) nearest = one
  return nearest
}
