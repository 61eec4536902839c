import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import { bytesToHex, hexToBytes } from '../bytes.ts'
import { hash256, ZERO_HASH } from '../hash.ts'
import { isSignedBy, messageDigest } from '../signature.ts'
import { encodeCp, parseCp, softCheckpointText } from './cp.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const vector = vectors.softcheckpoint
const payload = bytes(vector.cp_payload_user_mf1)
const blockHash = hash256(bytes(vector.blockhash_raw)) ?? ZERO_HASH

describeCodec('cp', { parse: parseCp, encode: encodeCp, samples: [payload] })

test('a vote is signed over its height and block', () => {
  const text = softCheckpointText(vector.height, blockHash)
  expect(bytesToHex(text)).toBe(vector.signed_string)
  expect(bytesToHex(messageDigest(text))).toBe(vector.sig_hash_bytes)
  const key = bytes(vectors.keys[0]?.pub_compressed ?? '')
  expect(isSignedBy(messageDigest(text), bytes(vector.sig_by_key1), key)).toBe(true)
  expect(parseCp(payload)).toEqual({
    height: vector.height,
    blockHash,
    username: 'mf1',
    signature: bytes(vector.sig_by_key1),
  })
})

test('a vote by what is no username is refused', () => {
  const broken = Uint8Array.from(payload)
  broken[37] = 0x4d
  expect(parseCp(broken)).toBeUndefined()
})
