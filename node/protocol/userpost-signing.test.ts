import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { bytesToHex, countCodePoints, hexToBytes, utf8Decode, utf8Encode } from './bytes.ts'
import { formatHash, sha256d } from './hash.ts'
import { isSignedBy, keyIdOf, messageDigest, publicKeyOf, recoverPublicKey, signDigest } from './signature.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)

test('the serialised magic has the digest that the web client’s test vector names', () => {
  const { serialized_hex, dsha_of_serialized_magic, dsha_GetHex } = vectors.magic
  const digest = sha256d(bytes(serialized_hex))
  expect([bytesToHex(digest), formatHash(digest)]).toEqual([dsha_of_serialized_magic, dsha_GetHex])
  expect(dsha_GetHex).toBe(vectors.official_testvector.hashMagic)
})

describe.each(Object.entries(vectors.keys))('%s', (_, { priv, pub_compressed, hash160 }) => {
  test('has its public key and key id', () => {
    expect(bytesToHex(publicKeyOf(bytes(priv)))).toBe(pub_compressed)
    expect(bytesToHex(keyIdOf(bytes(pub_compressed)))).toBe(hash160)
  })
})

test.each(vectors.signing)('$label', ({ message_hex, preimage_hex, digest, digest_GetHex, ...vector }) => {
  const computed = messageDigest(bytes(message_hex))
  expect(bytesToHex(computed)).toBe(digest)
  expect(formatHash(computed)).toBe(digest_GetHex)
  expect(bytesToHex(sha256d(bytes(preimage_hex)))).toBe(digest)
  const { priv, pub_compressed } = vectors.keys.synthetic_alice
  expect(bytesToHex(signDigest(computed, bytes(priv)))).toBe(vector.sig_by_synthetic_alice_rfc6979_lowS)
  expect(isSignedBy(computed, bytes(vector.sig_by_synthetic_alice_rfc6979_lowS), bytes(pub_compressed))).toBe(true)
})

test('the project’s own sample, whose hash is shown reversed', () => {
  const { plaintext, hash, sign, pubkey } = vectors.official_testvector
  const digest = messageDigest(utf8Encode(plaintext))
  expect(formatHash(digest)).toBe(hash)
  expect(isSignedBy(digest, bytes(sign), bytes(pubkey))).toBe(true)
})

test('the post of the public network recovers to its author’s key', () => {
  const { userpost_bencoded_hex, digest, sig_userpost, pubkey } = vectors.mainnet_post
  const computed = messageDigest(bytes(userpost_bencoded_hex))
  expect(bytesToHex(computed)).toBe(digest)
  const recovered = recoverPublicKey(computed, bytes(sig_userpost))
  expect(recovered && bytesToHex(recovered)).toBe(pubkey)
})

test.each(vectors.posts_synthetic)('digest of: $label', ({ userpost_bencoded_hex, digest }) => {
  expect(bytesToHex(messageDigest(bytes(userpost_bencoded_hex)))).toBe(digest)
})

test.each(vectors.utf8_count)('$hex has $num_characters characters', ({ hex, num_characters }) => {
  const text = utf8Decode(bytes(hex))
  expect(text === undefined ? -1 : countCodePoints(text)).toBe(num_characters)
})
