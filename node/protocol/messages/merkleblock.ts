import { type BlockHeader, readHeader } from '../block.ts'
import { ByteWriter, EndOfData, parseWith } from '../bytes.ts'
import type { Hash256 } from '../hash.ts'
import { MAX_BLOCK_TRANSACTIONS } from '../limits.ts'

/** A block as sent to a peer with a filter; "tx 0 always matched" (chain.md 5.4). */
export interface Merkleblock {
  readonly header: BlockHeader
  readonly transactionCount: number
  readonly hashes: readonly Hash256[]
  /** Bits of the partial merkle tree, eight a byte, lowest first. */
  readonly flags: Uint8Array
}

/** "84-byte header ‖ u32 ntx ‖ vector<u256> ‖ vb(flag bits)" (chain.md 5.4, main.cpp:2641-2657). */
export function parseMerkleblock(payload: Uint8Array): Merkleblock | undefined {
  return parseWith(payload, (reader) => {
    const header = readHeader(reader)
    const transactionCount = reader.u32()
    if (transactionCount > MAX_BLOCK_TRANSACTIONS) throw new EndOfData('over the limit')
    const hashes = reader.vector(MAX_BLOCK_TRANSACTIONS, 32, () => reader.take(32) as Hash256)
    return { header, transactionCount, hashes, flags: reader.varBytes(MAX_BLOCK_TRANSACTIONS) }
  })
}

export function encodeMerkleblock(block: Merkleblock): Uint8Array {
  const writer = new ByteWriter().bytes(block.header.raw).u32(block.transactionCount).compactSize(block.hashes.length)
  for (const hash of block.hashes) writer.bytes(hash)
  return writer.varBytes(block.flags).finish()
}
