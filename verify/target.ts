import { littleEndian } from './bytes.ts'

/** "PoW limit 2^255−1" (chain.md 1.1). */
const LIMIT = (1n << 255n) - 1n

/** "retarget interval 2016 blocks", "target timespan 1 209 600 s", "actual timespan limited to [302400, 4838400] s" (1.3). */
export const PERIOD_BLOCKS = 2016
const TIMESPAN_S = 1_209_600n
const MIN_TIMESPAN_S = 302_400n
const MAX_TIMESPAN_S = 4_838_400n

/** "size = bits>>24; word = bits & 7fffff; negative if bits & 800000" (chain.md 2.5); undefined where no hash can reach it. */
export function targetOf(bits: number): bigint | undefined {
  if ((bits & 0x00800000) !== 0) return undefined
  const shift = 8n * (BigInt(bits >>> 24) - 3n)
  const word = BigInt(bits & 0x007fffff)
  const target = shift >= 0n ? word << shift : word >> -shift
  return target > 0n && target <= LIMIT ? target : undefined
}

/** "fail if hash(as LE integer) > target; equality passes" (chain.md 2.5). */
export function meetsTarget(hash: Uint8Array, bits: number): boolean {
  const target = targetOf(bits)
  return target !== undefined && littleEndian(hash) <= target
}

/** "floor(2^256 / (target+1))" (chain.md 2.5): hashes that had to be tried, on average. */
export function workOf(bits: number): bigint {
  const target = targetOf(bits)
  return target === undefined ? 0n : (1n << 256n) / (target + 1n)
}

/** The bits of a new period (chain.md 3.6): `spanS` seconds lie between its first and its last block. */
export function nextBits(lastBits: number, spanS: number): number {
  let span = BigInt(spanS)
  if (span < MIN_TIMESPAN_S) span = MIN_TIMESPAN_S
  if (span > MAX_TIMESPAN_S) span = MAX_TIMESPAN_S
  // "integer division; if new > 2^255-1: new = 2^255-1"
  const next = ((targetOf(lastBits) ?? 0n) * span) / TIMESPAN_S
  return bitsOf(next > LIMIT ? LIMIT : next)
}

/** No period is easier than four times the one before: the clamp of the timespan. */
export function isNextPossible(lastBits: number, bits: number): boolean {
  const [last, target] = [targetOf(lastBits), targetOf(bits)]
  return last !== undefined && target !== undefined && target <= 4n * last
}

/** "take top 3 bytes; if 0x800000 set shift right 8 and size+1" (chain.md 2.5). */
function bitsOf(target: bigint): number {
  let size = 0
  for (let rest = target; rest > 0n; rest >>= 8n) size++
  let word = Number(size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3)))
  if (word >= 0x800000) {
    word >>= 8
    size++
  }
  return size * 0x1000000 + word
}
