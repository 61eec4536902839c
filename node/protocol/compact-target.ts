import { bytesToBigInt, reverseBytes } from './bytes.ts'
import type { Hash256 } from './hash.ts'

/** "PoW limit 2^255−1 = 7fff…ff → compact 207fffff", the same on every network (chain.md 1.1). */
export const POW_LIMIT: bigint = 2n ** 255n - 1n

/** "target timespan 14·24·3600 = 1 209 600 s" and "retarget interval 2016 blocks" (chain.md 1.3, main.cpp:897-899). */
export const TARGET_TIMESPAN_S = 1_209_600
export const RETARGET_INTERVAL = 2016

/**
 * "size = bits>>24; word = bits & 7fffff; negative if bits & 800000; value = size<=3 ? word >> 8(3−size) :
 * word << 8(size−3)" (chain.md 2.5, bignum.h:290-331).
 */
export function parseCompactTarget(bits: number): bigint {
  const sizeBytes = bits >>> 24
  const word = BigInt(bits & 0x7fffff)
  const value = sizeBytes <= 3 ? word >> BigInt(8 * (3 - sizeBytes)) : word << BigInt(8 * (sizeBytes - 3))
  return (bits & 0x800000) === 0 ? value : -value
}

/** "take top 3 bytes; if 0x800000 set shift right 8 and size+1" (chain.md 2.5); the target is not negative. */
export function encodeCompactTarget(target: bigint): number {
  let sizeBytes = target === 0n ? 0 : Math.ceil(target.toString(16).length / 2)
  let word = Number(sizeBytes <= 3 ? target << BigInt(8 * (3 - sizeBytes)) : target >> BigInt(8 * (sizeBytes - 3)))
  if ((word & 0x800000) !== 0) {
    word >>>= 8
    sizeBytes++
  }
  return ((sizeBytes << 24) | word) >>> 0
}

/** "Work of a block = floor(2^256 / (target+1)), 0 if target <= 0" (chain.md 2.5, main.h:740-747). */
export function workOf(bits: number): bigint {
  const target = parseCompactTarget(bits)
  return target <= 0n ? 0n : 2n ** 256n / (target + 1n)
}

/**
 * "fail if target <= 0 or target > 2^255−1; fail if hash(as LE integer) > target; equality passes" (chain.md 2.5,
 * main.cpp:989-1005).
 */
export function checkProofOfWork(hash: Hash256, bits: number): boolean {
  const target = parseCompactTarget(bits)
  if (target <= 0n || target > POW_LIMIT) return false
  return hashToInteger(hash) <= target
}

/** A hash as the little-endian integer that targets are compared with. */
export function hashToInteger(hash: Hash256): bigint {
  return bytesToBigInt(reverseBytes(hash))
}

/**
 * Bits of a new period: "t = clamp(last.nTime − first.nTime, 302400, 4838400); new = target(last.nBits) * t / 1209600",
 * at most the limit (chain.md 3.6, main.cpp:927-987).
 */
export function nextTarget(lastBits: number, actualTimespanSeconds: number, powLimit: bigint): number {
  const timespan = Math.min(Math.max(actualTimespanSeconds, TARGET_TIMESPAN_S / 4), TARGET_TIMESPAN_S * 4)
  const target = (parseCompactTarget(lastBits) * BigInt(timespan)) / BigInt(TARGET_TIMESPAN_S)
  return encodeCompactTarget(target > powLimit ? powLimit : target)
}

/**
 * The easiest target possible some time after a checkpoint, ComputeMinWork: "while t>0 and result<limit: result ×=4,
 * t −= 4·1209600; cap at limit" (chain.md 3.4, main.cpp:905-925).
 */
export function easiestTargetAfter(baseBits: number, elapsedSeconds: number): bigint {
  let target = parseCompactTarget(baseBits)
  for (let rest = elapsedSeconds; rest > 0 && target < POW_LIMIT; rest -= 4 * TARGET_TIMESPAN_S) target *= 4n
  return parseCompactTarget(encodeCompactTarget(target > POW_LIMIT ? POW_LIMIT : target))
}
