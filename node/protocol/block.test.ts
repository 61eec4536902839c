import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../test/vectors/recordings-chain.json' with { type: 'json' }
import {
  type Block,
  buildBlock,
  encodeBlock,
  encodeHeader,
  merkleBranch,
  merkleRoot,
  merkleRootFromBranch,
  mineHeader,
  parseBlock,
  parseHeader,
} from './block.ts'
import { bytesToHex, hexToBytes } from './bytes.ts'
import { checkProofOfWork } from './compact-target.ts'
import { formatHash, type Hash256, hash256, scryptHash, sha256d, ZERO_HASH } from './hash.ts'
import { networkParams } from './params.ts'
import { buildPromoted, promotedMessage, registrationKey, transactionUsername } from './transaction.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const hashOf = (hex: string): Hash256 => hash256(bytes(hex)) ?? ZERO_HASH

function parsed(hex: string): Block {
  const block = parseBlock(bytes(hex))
  if (block === undefined) throw new Error('does not parse')
  return block
}

describeCodec('headers', {
  parse: parseHeader,
  encode: encodeHeader,
  samples: [vectors.genesis.main.header_hex, vectors.genesis.testnet.header_hex].map(bytes),
})

describeCodec('blocks', {
  parse: parseBlock,
  encode: (block) => encodeBlock(block.header, block.transactions),
  samples: [
    vectors.genesis.main.block_hex,
    vectors.real_mainnet_block_71772.block_hex,
    ...vectors.reference_run.blocks.slice(0, 4).map((block) => block.block_hex),
  ].map(bytes),
})

test('the real block 71772 of main net is what the reference said of it', () => {
  const vector = vectors.real_mainnet_block_71772
  const published = vector.published_getblock_json
  const block = parsed(vector.block_hex)
  expect(bytesToHex(block.raw)).toBe(vector.block_hex)
  expect({
    hash: formatHash(block.header.hash),
    merkleroot: formatHash(merkleRoot(block.transactions.map((tx) => tx.txid))),
    tx: block.transactions.map((tx) => formatHash(tx.txid)),
    height: block.header.height,
    time: block.header.time,
    nonce: block.header.nonce,
    bits: block.header.bits.toString(16),
    previousblockhash: formatHash(block.header.prevHash),
    size: block.sizeBytes,
    version: block.header.version,
  }).toEqual({
    hash: published.hash,
    merkleroot: published.merkleroot,
    tx: published.tx,
    height: published.height,
    time: published.time,
    nonce: published.nonce,
    bits: published.bits,
    previousblockhash: published.previousblockhash,
    size: published.size,
    version: published.version,
  })
  expect(formatHash(scryptHash(block.header.raw))).toBe(vector.pow_hash)
  expect(checkProofOfWork(scryptHash(block.header.raw), block.header.bits)).toBe(true)
  const [promoted, registration] = block.transactions
  const message = promoted && promotedMessage(promoted)
  expect(message?.text).toBe(vector.spam.message)
  expect(message?.user).toBe(vector.spam.user)
  expect(message?.signature).toEqual(bytes(vector.spam.sig))
  expect(registration && transactionUsername(registration)).toBe(vector.registration.username)
  expect(registration && registrationKey(registration.pubKey)).toEqual(bytes(vector.registration.pubKey))
})

test('every recorded block is what the reference said of it', () => {
  for (const { hex, json } of recorded) {
    const block = parsed(hex)
    expect(bytesToHex(block.raw)).toBe(hex)
    expect(formatHash(block.header.hash)).toBe(json.hash)
    expect(block.sizeBytes).toBe(json.size)
    expect(block.header.height).toBe(json.height)
    expect(formatHash(merkleRoot(block.transactions.map((tx) => tx.txid)))).toBe(json.merkleroot)
    expect(block.transactions.map((tx) => formatHash(tx.txid))).toEqual(json.tx)
    expect(block.transactions.slice(1).map(transactionUsername)).toEqual(json.usernames)
    const message = block.transactions[0] && promotedMessage(block.transactions[0])
    expect(message?.text).toBe(json.spamMessage)
    expect(message?.user).toBe(json.spamUser)
  }
})

describe('merkle trees', () => {
  test.each(vectors.merkle)('of $leaves_raw.length leaves', ({ leaves_raw, root_raw }) => {
    expect(bytesToHex(merkleRoot(leaves_raw.map(hashOf)))).toBe(root_raw)
  })

  test('every branch leads to the root', () => {
    for (let count = 1; count <= 9; count++) {
      const txids = Array.from({ length: count }, (_, index) => sha256d(Uint8Array.of(index)))
      for (const [index, txid] of txids.entries()) {
        expect(merkleRootFromBranch(txid, merkleBranch(txids, index), index)).toEqual(merkleRoot(txids))
      }
    }
  })
})

test('a header has exactly 84 bytes', () => {
  expect(parseHeader(bytes(`${vectors.genesis.main.header_hex}00`))).toBeUndefined()
})

test('a block of more transactions than any may have is refused before they are read', () => {
  expect(parseBlock(bytes(`${vectors.genesis.main.header_hex}fe51c30000`))).toBeUndefined()
})

test('a built block has the work, the root and the height', () => {
  const genesis = parseHeader(networkParams('regtest', { checkpoints: false }).genesisHeader)
  if (genesis === undefined) throw new Error('no genesis')
  const tx = buildPromoted({ user: 'nobody', text: 'x', salt: bytes('00000000'), extraNonce: 1 })
  const block = buildBlock({ prev: genesis, txs: [tx], time: genesis.time + 600, bits: 0x207fffff })
  expect(parseBlock(block.raw)).toEqual(block)
  expect(block.header.height).toBe(1)
  expect(block.header.prevHash).toEqual(genesis.hash)
  expect(block.header.merkleRoot).toEqual(tx.txid)
  expect(checkProofOfWork(scryptHash(block.header.raw), block.header.bits)).toBe(true)
  expect(mineHeader(block.header)).toEqual(block.header)
})

test('quirk: sizes longer than needed are read anywhere in a block, and it is kept in its canonical form (B32)', () => {
  const canonical = bytes(vectors.private_main_block1.block_hex)
  const block = parseBlock(canonical)
  const [first, second] = block?.transactions ?? []
  if (block === undefined || first === undefined || second === undefined) throw new Error('not a block of two')
  const header = canonical.subarray(0, 84)
  // The number of transactions in three bytes; the length of a name of the second transaction in five.
  const count = Uint8Array.of(0xfd, 2, 0)
  const nameAt = 4 + 1
  const longName = Uint8Array.from([
    ...second.raw.subarray(0, nameAt),
    ...[0xfe, second.raw[nameAt] ?? 0, 0, 0, 0],
    ...second.raw.subarray(nameAt + 1),
  ])
  const spoilt = Uint8Array.from([...header, ...count, ...first.raw, ...longName, 0xff])
  const again = parseBlock(spoilt)
  expect(again?.raw).toEqual(block.raw)
  expect(again?.sizeBytes).toBe(canonical.length)
  expect(again?.transactions[1]?.txid).toEqual(second.txid)
  expect(again?.transactions[0]?.raw).toEqual(first.raw)
})

test('a block holds on to bytes of its own, not to the buffer that it came in', () => {
  const raw = bytes(vectors.genesis.main.block_hex)
  const message = new Uint8Array(1_000_000)
  message.set(raw, 1000)
  const block = parseBlock(message.subarray(1000, 1000 + raw.length))
  message.fill(0)
  expect(block?.raw).toEqual(raw)
  expect(block?.raw.buffer.byteLength).toBe(raw.length)
  expect(block?.header.prevHash.buffer).toBe(block?.raw.buffer)
})
