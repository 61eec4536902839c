import { ByteWriter, bytesToBigInt } from './bytes.ts'
import { parseIp } from './compact-peer.ts'
import type { Target } from './dht-target.ts'
import { sha1 } from './hash.ts'
import { ALLOWED_FAST_PIECES, MAX_HASHCASH_BITS, MAX_HASHCASH_NONCE_BYTES } from './limits.ts'

const MAX_SHA1 = 2n ** 160n - 1n

/** "SHA1(infohash ‖ u32BE(k) ‖ nonce) < (2^160 − 1) >> nbits, big-endian compare" (§4.9, peer_connection.cpp:2054-2082). */
export function isHashcashNonce(infohash: Target, k: number, nonce: Uint8Array, nbits: number): boolean {
  if (nonce.length < 1 || nonce.length > MAX_HASHCASH_NONCE_BYTES) return false
  const digest = sha1(new ByteWriter().bytes(infohash).u32be(k).bytes(nonce).finish())
  return bytesToBigInt(digest) < MAX_SHA1 >> BigInt(nbits)
}

/**
 * The first nonce of 4 bytes at or after `from`, among `tries` of them; undefined if none fits, or if the peer asks for
 * more bits than we would ever spend on it. Callers slice the work by `tries`, the reference blocks its network thread.
 */
export function solveHashcash(
  infohash: Target,
  k: number,
  nbits: number,
  from: number,
  tries: number,
): Uint8Array | undefined {
  if (nbits > MAX_HASHCASH_BITS) return undefined
  for (let value = from; value < Math.min(from + tries, 2 ** 32); value++) {
    const nonce = new ByteWriter().u32be(value).finish()
    if (isHashcashNonce(infohash, k, nonce, nbits)) return nonce
  }
  return undefined
}

// A set of 10 among 11 pieces takes about 30 draws of 5 indices at most; this is far beyond.
const MAX_DRAWS = 1000

/**
 * Pieces that a peer at `ip` may ask for while choked: "10 indices, BEP 6 algorithm but with all 4 address bytes:
 * x = SHA1(ip4 ‖ infohash) iterated, index = u32 BE mod num_pieces" (§4.4). All pieces when there are no more than 10.
 */
export function allowedFastSet(ip: string, infohash: Target, numPieces: number): number[] {
  const address = parseIp(ip)
  if (address?.length !== 4) return []
  if (numPieces <= ALLOWED_FAST_PIECES) return Array.from({ length: numPieces }, (_, k) => k)
  const pieces = new Set<number>()
  let x: Uint8Array = new ByteWriter().bytes(address).bytes(infohash).finish()
  for (let draw = 0; draw < MAX_DRAWS && pieces.size < ALLOWED_FAST_PIECES; draw++) {
    x = sha1(x)
    const view = new DataView(x.buffer, x.byteOffset, x.byteLength)
    for (let offset = 0; offset < 20 && pieces.size < ALLOWED_FAST_PIECES; offset += 4) {
      pieces.add(view.getUint32(offset) % numPieces)
    }
  }
  return [...pieces]
}
