import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { getPublicKey, hashes, Point, sign, verify } from '@noble/secp256k1'
import { ByteWriter, bytesEqual, bytesToBigInt, concatBytes, utf8Encode } from './bytes.ts'
import { type Hash256, hash160, sha256, sha256d } from './hash.ts'

/** 33 or 65 bytes that are syntactically a key; being on the curve is not part of it. */
export type PublicKey = Uint8Array & { readonly __brand: 'PublicKey' }

/** The part of secp256k1-node that is used; each call throws when libsecp256k1 refuses. */
interface NativeSecp256k1 {
  ecdsaRecover(signature64: Uint8Array, recoveryId: number, digest: Uint8Array, compressed: boolean): Uint8Array
  ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number }
  publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array
}

const native = loadNative()

/** False on platforms libsecp256k1 was not built for: everything then runs on noble, correct but far slower. */
export const isNativeSecp256k1: boolean = native !== undefined

const MESSAGE_MAGIC = utf8Encode('twister Signed Message:\n')
const NO_BYTES = new Uint8Array(0)
const { p: FIELD_PRIME, n: GROUP_ORDER } = Point.CURVE()

/** `dsha( vs("twister Signed Message:\n") ‖ vs(message) )` (chain.md 2.6, twister.cpp:1081-1083). */
export function messageDigest(message: Uint8Array): Hash256 {
  return sha256d(new ByteWriter().varBytes(MESSAGE_MAGIC).varBytes(message).finish())
}

/** "first byte 02/03 & 33 bytes, or 04/06/07 & 65 bytes; anything else = invalid. Only syntactic" (key.h:49-76). */
export function parsePublicKey(bytes: Uint8Array): PublicKey | undefined {
  const first = bytes[0]
  const length = first === 2 || first === 3 ? 33 : first === 4 || first === 6 || first === 7 ? 65 : 0
  return length > 0 && bytes.length === length ? (bytes as PublicKey) : undefined
}

/** "hash160(bytes) if syntactically valid, else hash160(empty)" (chain.md 2.6, key.h:131-133). */
export function keyIdOf(publicKeyBytes: Uint8Array): Uint8Array {
  return hash160(parsePublicKey(publicKeyBytes) ?? NO_BYTES)
}

/** The key id a compact signature recovers to, undefined if recovery fails. */
export function recoverKeyId(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const key = recoverPublicKey(digest, signature)
  return key && keyIdOf(key)
}

/** "A signature matches when key id(recovered) == key id(expected)" (chain.md 2.6). */
export function isSignedBy(digest: Uint8Array, signature: Uint8Array, publicKeyBytes: Uint8Array): boolean {
  const keyId = recoverKeyId(digest, signature)
  return keyId !== undefined && bytesEqual(keyId, keyIdOf(publicKeyBytes))
}

/**
 * Recovers the key of a 65-byte compact signature: its bytes, no bytes if it is the point at infinity, undefined if
 * recovery fails. The native library goes first; what it refuses is decided by recoverExactly.
 */
export function recoverPublicKey(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const header = parseSignatureHeader(signature)
  if (header === undefined || digest.length !== 32) return undefined
  if (native === undefined) return recoverExactly(digest, signature)
  try {
    return native.ecdsaRecover(signature.subarray(1), header.recoveryId, digest, header.compressed)
  } catch {
    return recoverExactly(digest, signature)
  }
}

// quirk: recovery "by this exact arithmetic, stock libraries are stricter" (chain.md 2.6, B37; key.cpp:61-144): "High s,
// s >= n, s = 0, r >= n are all accepted", and a key at infinity equals every syntactically invalid registered key.
export function recoverExactly(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const header = parseSignatureHeader(signature)
  if (header === undefined || digest.length !== 32) return undefined
  const r = bytesToBigInt(signature.subarray(1, 33))
  const s = bytesToBigInt(signature.subarray(33, 65))
  // "x = r + n·(recid>>1); fail if x >= p"
  const x = r + GROUP_ORDER * BigInt(header.recoveryId >> 1)
  if (x >= FIELD_PRIME) return undefined
  // "fail if r ≡ 0 mod n"
  if (r % GROUP_ORDER === 0n) return undefined
  // "R = point with that x and y-parity recid&1; fail if x is not on the curve"
  const point = pointAt(x, (header.recoveryId & 1) === 1)
  if (point === undefined) return undefined
  // "Q = (s·r⁻¹ mod n)·R + (−e·r⁻¹ mod n)·G"
  const inverse = inverseModOrder(r)
  const factorR = modOrder(s * inverse)
  const factorG = modOrder(-bytesToBigInt(digest) * inverse)
  const key = times(point, factorR).add(times(Point.BASE, factorG))
  // "If Q is infinity the result is an invalid key."
  return key.is0() ? NO_BYTES : key.toBytes(header.compressed)
}

/** Whether a DER signature, as alerts have, is this key's (chain.md 5.11). */
export function isDerSignedBy(digest: Uint8Array, der: Uint8Array, publicKey: Uint8Array): boolean {
  const compact = parseDer(der)
  if (compact === undefined) return false
  try {
    return verify(compact, digest, publicKey, { prehash: false, lowS: false })
  } catch {
    return false
  }
}

/** Signs a digest: `[27 + recid + (4 if compressed)] ‖ r(32 BE) ‖ s(32 BE)` (key.cpp:810-822). */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array, compressed = true): Uint8Array {
  const headerBase = 27 + (compressed ? 4 : 0)
  if (native !== undefined) {
    const { signature, recid } = native.ecdsaSign(digest, privateKey)
    return concatBytes(Uint8Array.of(headerBase + recid), signature)
  }
  const recovered = sign(digest, privateKey, { prehash: false, format: 'recovered', extraEntropy: false })
  return concatBytes(Uint8Array.of(headerBase + (recovered[0] ?? 0)), recovered.subarray(1))
}

export function publicKeyOf(privateKey: Uint8Array, compressed = true): PublicKey {
  const key = native?.publicKeyCreate(privateKey, compressed) ?? getPublicKey(privateKey, compressed)
  return key as PublicKey
}

function loadNative(): NativeSecp256k1 | undefined {
  try {
    // `secp256k1` itself would fall back to elliptic, which is a second, unneeded implementation; bindings.js does not.
    return createRequire(import.meta.url)('secp256k1/bindings.js')
  } catch {
    // noble signs with the hashes it is given.
    hashes.sha256 = (message) => new Uint8Array(sha256(message))
    hashes.hmacSha256 = (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest())
    return undefined
  }
}

// "length must be 65; t = b0−27; recid = t & ~4 must be 0,1,2 (3 is refused; so b0 in {27,28,29,31,32,33})" (B8).
function parseSignatureHeader(signature: Uint8Array): { recoveryId: number; compressed: boolean } | undefined {
  const first = signature[0]
  if (signature.length !== 65 || first === undefined || first < 27) return undefined
  const recoveryId = (first - 27) & ~4
  return recoveryId > 2 ? undefined : { recoveryId, compressed: ((first - 27) & 4) !== 0 }
}

/** `30 len 02 len r 02 len s`, each number big-endian with a zero in front if its first bit is set: 64 bytes r ‖ s. */
function parseDer(der: Uint8Array): Uint8Array | undefined {
  const numbers: Uint8Array[] = []
  let offset = 2
  if (der[0] !== 0x30) return undefined
  while (offset + 2 <= der.length && numbers.length < 2) {
    if (der[offset] !== 2) return undefined
    const start = offset + 2
    offset = start + (der[offset + 1] ?? 0)
    if (offset > der.length) return undefined
    const digits = der.subarray(start, offset)
    numbers.push(digits.subarray(digits.findIndex((byte) => byte !== 0)))
  }
  const [r, s] = numbers
  if (r === undefined || s === undefined || r.length > 32 || s.length > 32) return undefined
  return concatBytes(new Uint8Array(32 - r.length), r, new Uint8Array(32 - s.length), s)
}

function pointAt(x: bigint, isOdd: boolean): Point | undefined {
  try {
    return Point.fromHex((isOdd ? '03' : '02') + x.toString(16).padStart(64, '0'))
  } catch {
    return undefined
  }
}

// The library's multiply refuses the factor 0, which is legitimate here. All values are public: no constant time needed.
function times(point: Point, factor: bigint): Point {
  return factor === 0n ? Point.ZERO : point.multiply(factor, false)
}

function modOrder(value: bigint): bigint {
  const rest = value % GROUP_ORDER
  return rest < 0n ? rest + GROUP_ORDER : rest
}

function inverseModOrder(value: bigint): bigint {
  let [a, b, u, v] = [modOrder(value), GROUP_ORDER, 1n, 0n]
  while (a !== 0n) {
    const quotient = b / a
    ;[a, b, u, v] = [b - quotient * a, a, v - quotient * u, u]
  }
  return modOrder(v)
}
