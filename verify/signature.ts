import { Point } from '@noble/secp256k1'
import { bigEndian, isEqual } from './bytes.ts'
import { hash160 } from './hash.ts'

const { p: FIELD, n: ORDER } = Point.CURVE()

/** "[27 + recid + (4 if compressed)] ‖ r(32 BE) ‖ s(32 BE)" (chain.md 2.6). */
export const SIGNATURE_BYTES = 65

/** "A signature matches when key id(recovered) == key id(expected)" (chain.md 2.6); `publicKey` are the bytes on the chain. */
export function isSignedBy(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const recovered = recoverKey(digest, signature)
  return recovered !== undefined && isEqual(keyIdOf(recovered), keyIdOf(publicKey))
}

/** "hash160(bytes) if syntactically valid, else hash160(empty)": 02/03 with 33 bytes, or 04/06/07 with 65 (chain.md 2.6). */
export function keyIdOf(publicKey: Uint8Array): Uint8Array {
  const isShort = publicKey.length === 33 && (publicKey[0] === 2 || publicKey[0] === 3)
  const isLong = publicKey.length === 65 && (publicKey[0] === 4 || publicKey[0] === 6 || publicKey[0] === 7)
  return hash160(isShort || isLong ? publicKey : new Uint8Array(0))
}

/**
 * The key that made a signature: its bytes, none where it is infinity, undefined where recovery fails.
 */
// quirk: "implement by this exact arithmetic, stock libraries are stricter" (chain.md 2.6, B37): r and s have no range.
export function recoverKey(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  if (digest.length !== 32 || signature.length !== SIGNATURE_BYTES) return undefined
  // "t = b0−27; recid = t & ~4 must be 0,1,2 (3 is refused)"
  const type = (signature[0] ?? 0) - 27
  const recid = type & ~4
  if (type < 0 || recid > 2) return undefined
  const [r, s] = [bigEndian(signature.subarray(1, 33)), bigEndian(signature.subarray(33))]
  // "x = r + n·(recid>>1); fail if x >= p; … fail if r ≡ 0 mod n"
  const x = r + (recid === 2 ? ORDER : 0n)
  const inverse = inverted(r)
  if (x >= FIELD || inverse === undefined) return undefined
  const point = pointAt(x, recid === 1)
  if (point === undefined) return undefined
  // "Q = (s·r⁻¹ mod n)·R + (−e·r⁻¹ mod n)·G"
  const key = point
    .multiplyUnsafe(reduced(s * inverse))
    .add(Point.BASE.multiplyUnsafe(reduced(-bigEndian(digest) * inverse)))
  return key.is0() ? new Uint8Array(0) : key.toBytes((type & 4) !== 0)
}

/** "R = point with that x and y-parity recid&1; fail if x is not on the curve". */
function pointAt(x: bigint, isOdd: boolean): Point | undefined {
  try {
    return Point.fromHex((isOdd ? '03' : '02') + x.toString(16).padStart(64, '0'))
  } catch {
    return undefined
  }
}

function reduced(value: bigint): bigint {
  return ((value % ORDER) + ORDER) % ORDER
}

/** r⁻¹ by Fermat: r^(n−2) mod n, n being prime. Undefined for 0. */
function inverted(value: bigint): bigint | undefined {
  let base = reduced(value)
  if (base === 0n) return undefined
  let result = 1n
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % ORDER
    base = (base * base) % ORDER
  }
  return result
}
