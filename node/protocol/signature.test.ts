import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import {
  isNativeSecp256k1,
  isSignedBy,
  keyIdOf,
  messageDigest,
  publicKeyOf,
  recoverExactly,
  recoverKeyId,
  recoverPublicKey,
  signDigest,
} from './signature.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const hexOrNothing = (value: Uint8Array | undefined): string | undefined => value && bytesToHex(value)

const privateKey = bytes(vectors.keys[0]?.priv ?? '')

describe('signatures of the reference', () => {
  test('the native library is in use', () => {
    expect(isNativeSecp256k1).toBe(true)
  })

  test.each(vectors.keys)('key $address_main_regtest has its public key and key id', (key) => {
    expect(bytesToHex(publicKeyOf(bytes(key.priv)))).toBe(key.pub_compressed)
    expect(bytesToHex(keyIdOf(bytes(key.pub_compressed)))).toBe(key.hash160)
  })

  test('a signed message has its digest, recovers to its key and is signed again alike', () => {
    const { message, hash_bytes, sig, pub } = vectors.message_signature
    const digest = messageDigest(utf8Encode(message))
    expect(bytesToHex(digest)).toBe(hash_bytes)
    expect(isSignedBy(digest, bytes(sig), bytes(pub))).toBe(true)
    expect(isSignedBy(digest, signDigest(digest, privateKey), bytes(pub))).toBe(true)
  })

  test.each(vectors.edge_signatures.cases)('edge signature $name: recovers $recovers', (edge) => {
    const digest = bytes(vectors.edge_signatures.hash_bytes)
    for (const recover of [recoverPublicKey, recoverExactly]) {
      const key = recover(digest, bytes(edge.sig))
      expect(key !== undefined).toBe(edge.recovers)
      if (edge.recovered_key) expect(hexOrNothing(key)).toBe(edge.recovered_key)
    }
    if (edge.recovers) expect(hexOrNothing(recoverKeyId(digest, bytes(edge.sig)))).toBe(edge.key_id)
  })

  test('a key of invalid syntax has the key id of no bytes', () => {
    for (const hex of ['', '00', '02', `05${'11'.repeat(32)}`, `04${'11'.repeat(32)}`]) {
      expect(bytesToHex(keyIdOf(bytes(hex)))).toBe(vectors.edge_signatures.hash160_of_empty)
    }
  })
})

describe('recovery', () => {
  const byte32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

  test('native and exact arithmetic agree on good signatures of both forms', () => {
    fc.assert(
      fc.property(byte32, fc.boolean(), (digest, compressed) => {
        const signature = signDigest(digest, privateKey, compressed)
        const key = recoverPublicKey(digest, signature)
        expect(hexOrNothing(key)).toBe(bytesToHex(publicKeyOf(privateKey, compressed)))
        expect(hexOrNothing(recoverExactly(digest, signature))).toBe(hexOrNothing(key))
      }),
      { numRuns: 40 },
    )
  })

  test('native and exact arithmetic agree on arbitrary bytes', () => {
    fc.assert(
      fc.property(byte32, fc.integer({ min: 0, max: 40 }), byte32, byte32, (digest, first, r, s) => {
        const signature = Uint8Array.from([first, ...r, ...s])
        expect(hexOrNothing(recoverPublicKey(digest, signature))).toBe(hexOrNothing(recoverExactly(digest, signature)))
      }),
      { numRuns: 150 },
    )
  })

  test('a signature of any other length is refused', () => {
    const digest = messageDigest(utf8Encode('x'))
    const signature = signDigest(digest, privateKey)
    expect(recoverPublicKey(digest, signature.subarray(0, 64))).toBeUndefined()
    expect(recoverPublicKey(digest, Uint8Array.from([...signature, 0]))).toBeUndefined()
    expect(recoverPublicKey(digest, new Uint8Array(0))).toBeUndefined()
  })

  test('the compression flag must agree with the form of the key', () => {
    const digest = messageDigest(utf8Encode('x'))
    const signature = signDigest(digest, privateKey, false)
    expect(isSignedBy(digest, signature, publicKeyOf(privateKey, false))).toBe(true)
    expect(isSignedBy(digest, signature, publicKeyOf(privateKey, true))).toBe(false)
  })
})
