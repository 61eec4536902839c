import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import { parseBlock } from '../block.ts'
import { hexToBytes } from '../bytes.ts'
import { encodeMerkleblock, type Merkleblock, parseMerkleblock } from './merkleblock.ts'

const block = parseBlock(hexToBytes(vectors.real_mainnet_block_71772.block_hex) ?? new Uint8Array(0))
if (block === undefined) throw new Error('the vector does not parse')
const sample: Merkleblock = {
  header: block.header,
  transactionCount: 2,
  hashes: block.transactions.map((tx) => tx.txid),
  flags: Uint8Array.of(7),
}

describeCodec('merkleblock', {
  parse: parseMerkleblock,
  encode: encodeMerkleblock,
  samples: [encodeMerkleblock(sample)],
})

test('more transactions than a block may have are refused', () => {
  expect(parseMerkleblock(encodeMerkleblock(sample))).toEqual(sample)
  expect(parseMerkleblock(encodeMerkleblock({ ...sample, transactionCount: 50_001 }))).toBeUndefined()
})
