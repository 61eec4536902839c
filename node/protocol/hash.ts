import { hash, scrypt, scryptSync } from 'node:crypto'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { bytesEqual, bytesToHex, hexToBytes, reverseBytes } from './bytes.ts'

/** 32 bytes in natural order, as they stand on the wire; displayed reversed. */
export type Hash256 = Uint8Array & { readonly __brand: 'Hash256' }

export const ZERO_HASH: Hash256 = new Uint8Array(32) as Hash256

export function sha256(bytes: Uint8Array): Uint8Array {
  return plain(hash('sha256', bytes, 'buffer'))
}

/** SHA256(SHA256(x)), the "dsha" of the specification. */
export function sha256d(bytes: Uint8Array): Hash256 {
  return sha256(sha256(bytes)) as Hash256
}

export function sha1(bytes: Uint8Array): Uint8Array {
  return plain(hash('sha1', bytes, 'buffer'))
}

/** RIPEMD160(SHA256(x)). */
export function hash160(bytes: Uint8Array): Uint8Array {
  // OpenSSL 3 may come without ripemd160, so this one is not node:crypto's.
  return ripemd160(sha256(bytes))
}

/**
 * The proof-of-work hash: "scrypt(password = the 84 bytes, salt = the same 84 bytes, N=1024, r=1, p=1, dkLen=32)"
 * (chain.md 2.4, scrypt.cpp:249-280).
 */
export function scryptHash(header: Uint8Array): Hash256 {
  return plain(scryptSync(header, header, 32, { N: 1024, r: 1, p: 1 })) as Hash256
}

/** scryptHash on another thread: of those under way at the same time, as many run at once as there are threads. */
export function scryptHashAside(header: Uint8Array): Promise<Hash256> {
  return new Promise((resolve, reject) => {
    scrypt(header, header, 32, { N: 1024, r: 1, p: 1 }, (error, bytes) => {
      if (error === null) resolve(plain(bytes) as Hash256)
      else reject(error)
    })
  })
}

/** Display order: hex of the reversed bytes (uint256.h GetHex). */
export function formatHash(value: Hash256): string {
  return bytesToHex(reverseBytes(value))
}

/** Parses display order. */
export function parseHash(display: string): Hash256 | undefined {
  const bytes = display.length === 64 ? hexToBytes(display) : undefined
  return bytes === undefined ? undefined : (bytes.reverse() as Hash256)
}

/** Brands 32 bytes in natural order. */
export function hash256(bytes: Uint8Array): Hash256 | undefined {
  return bytes.length === 32 ? (bytes as Hash256) : undefined
}

/** A string to use as key of a Map or a Set. */
export function hashKey(value: Hash256): string {
  return bytesToHex(value)
}

export function isZeroHash(value: Hash256): boolean {
  return bytesEqual(value, ZERO_HASH)
}

function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
