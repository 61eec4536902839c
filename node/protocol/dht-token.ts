import { ByteWriter, utf8Encode } from './bytes.ts'
import type { Target } from './dht-target.ts'
import { sha1 } from './hash.ts'

/**
 * "4 bytes = first 4 of SHA1(text form of source IP (no port) ‖ secret (native int32, 4 bytes) ‖ 20-byte
 * target/infohash)" (§2.7, node.cpp:136-191). Opaque to others; the secret is rotated by the caller.
 */
export function dhtToken(ip: string, secret: Uint8Array, target: Target): Uint8Array {
  return sha1(new ByteWriter().bytes(utf8Encode(ip)).bytes(secret).bytes(target).finish()).subarray(0, 4)
}
