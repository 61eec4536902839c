import { expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import blocks from '../../test/vectors/recordings-chain.json' with { type: 'json' }
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import {
  formatHash,
  hash160,
  hash256,
  hashKey,
  isZeroHash,
  parseHash,
  scryptHash,
  sha1,
  sha256,
  sha256d,
  ZERO_HASH,
} from './hash.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)

test.each([vectors.genesis.main, vectors.genesis.testnet, vectors.genesis.regtest])(
  'genesis $hash has its identity and its proof-of-work hash',
  (genesis) => {
    expect(formatHash(sha256d(bytes(genesis.header_hex)))).toBe(genesis.hash)
    expect(formatHash(scryptHash(bytes(genesis.header_hex)))).toBe(genesis.pow_hash)
  },
)

test('every recorded block has the proof-of-work hash that the reference logged', () => {
  for (const block of blocks) expect(formatHash(scryptHash(bytes(block.hex.slice(0, 168))))).toBe(block.pow_hash)
})

test('the display order of a hash is the reverse of its bytes', () => {
  const display = vectors.genesis.main.hash
  const hash = parseHash(display) ?? ZERO_HASH
  expect(formatHash(hash)).toBe(display)
  expect(hashKey(hash)).toBe(bytesToHex(hash))
  expect(hash[31]).toBe(0x99)
})

test('what is not 32 bytes is no hash', () => {
  expect(parseHash('99')).toBeUndefined()
  expect(parseHash('zz'.repeat(32))).toBeUndefined()
  expect(hash256(new Uint8Array(31))).toBeUndefined()
  expect(hash256(new Uint8Array(32))).toEqual(ZERO_HASH)
  expect(isZeroHash(ZERO_HASH)).toBe(true)
  expect(isZeroHash(sha256d(ZERO_HASH))).toBe(false)
})

test('the plain hashes have their published values', () => {
  const abc = utf8Encode('abc')
  expect(bytesToHex(sha1(abc))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  expect(bytesToHex(sha256(abc))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(bytesToHex(hash160(new Uint8Array(0)))).toBe(vectors.edge_signatures.hash160_of_empty)
})
