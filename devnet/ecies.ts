import { createCipheriv, createDecipheriv, createECDH, createHash, createHmac } from 'node:crypto'
import { bytesEqual } from '../node/protocol/bytes.ts'
import type { EncryptedPayload } from '../node/protocol/userpost.ts'

const CURVE = 'secp256k1'
const AES_BLOCK_BYTES = 16
const NO_IV = new Uint8Array(AES_BLOCK_BYTES)

/**
 * "ephemeral key E; S = x-coordinate of ECDH; H = SHA-512(S); AES-256-CBC key = H[0..31], IV = 0, zero padding to 16;
 * mac = HMAC-SHA-512(key H[32..63]) over body" (§5.4, key.cpp:324-743).
 */
export function encrypt(plain: Uint8Array, publicKey: Uint8Array, ephemeralKey: Uint8Array): EncryptedPayload {
  const ecdh = createECDH(CURVE)
  ecdh.setPrivateKey(ephemeralKey)
  const keys = derive(ecdh.computeSecret(publicKey))
  const padded = new Uint8Array(Math.ceil(plain.length / AES_BLOCK_BYTES) * AES_BLOCK_BYTES)
  padded.set(plain)
  const cipher = createCipheriv('aes-256-cbc', keys.cipher, NO_IV).setAutoPadding(false)
  const body = joined(cipher.update(padded), cipher.final())
  return {
    body,
    key: new Uint8Array(ecdh.getPublicKey(null, 'compressed')),
    mac: macOf(keys.mac, body),
    orig: plain.length,
  }
}

/** The plaintext, or undefined if the payload is not for this key or was changed. */
export function decrypt(payload: EncryptedPayload, privateKey: Uint8Array): Uint8Array | undefined {
  if (payload.body.length % AES_BLOCK_BYTES !== 0 || payload.orig > payload.body.length) return undefined
  const ecdh = createECDH(CURVE)
  ecdh.setPrivateKey(privateKey)
  const keys = derive(ecdh.computeSecret(payload.key))
  if (!bytesEqual(macOf(keys.mac, payload.body), payload.mac)) return undefined
  const decipher = createDecipheriv('aes-256-cbc', keys.cipher, NO_IV).setAutoPadding(false)
  return joined(decipher.update(payload.body), decipher.final()).subarray(0, payload.orig)
}

function derive(secret: Uint8Array): { cipher: Uint8Array; mac: Uint8Array } {
  const hash = createHash('sha512').update(secret).digest()
  return { cipher: hash.subarray(0, 32), mac: hash.subarray(32) }
}

function macOf(key: Uint8Array, body: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha512', key).update(body).digest())
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
