import { ripemd160 } from '@noble/hashes/legacy.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { hexOf } from './bytes.ts'

export { concatBytes, sha256 }

/** "dsha(x) = SHA256(SHA256(x))" (chain.md, conventions). */
export function sha256d(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes))
}

/** "RIPEMD160(SHA256(x))" (chain.md 1.7). */
export function hash160(bytes: Uint8Array): Uint8Array {
  return ripemd160(sha256(bytes))
}

/** "scrypt(password = the 84 bytes, salt = the same 84 bytes, N=1024, r=1, p=1, dkLen=32)" (chain.md 2.4). */
export function workHash(header: Uint8Array): Uint8Array {
  return scrypt(header, header, { N: 1024, r: 1, p: 1, dkLen: 32 })
}

/** "displayed as hex of the reversed bytes" (chain.md, conventions). */
export function displayed(hash: Uint8Array): string {
  return hexOf(Uint8Array.from(hash).reverse())
}

const MAGIC = new TextEncoder().encode('twister Signed Message:\n')

/** "dsha( vs("twister Signed Message:\n") ‖ vs(message) )" (chain.md 2.6): what a signature of these bytes is over. */
export function messageDigest(message: Uint8Array): Uint8Array {
  return sha256d(concatBytes(compactSize(MAGIC.length), MAGIC, compactSize(message.length), message))
}

/** "n<253: 1 byte; <=ffff: fd+u16; <=ffffffff: fe+u32" (chain.md 2.1). */
function compactSize(size: number): Uint8Array {
  if (size < 0xfd) return Uint8Array.of(size)
  if (size <= 0xffff) return Uint8Array.of(0xfd, size & 0xff, size >> 8)
  return Uint8Array.of(0xfe, size & 0xff, (size >> 8) & 0xff, (size >> 16) & 0xff, size >>> 24)
}
