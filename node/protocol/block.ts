import { type ByteReader, ByteWriter, concatBytes, EndOfData, parseWith, type RawBytes, rawBytes } from './bytes.ts'
import { checkProofOfWork } from './compact-target.ts'
import { type Hash256, scryptHash, sha256d, ZERO_HASH } from './hash.ts'
import { MAX_BLOCK_TRANSACTIONS } from './limits.ts'
import { readTransaction, type Transaction } from './transaction.ts'

/** 84 bytes: bitcoin's header with nHeight added (chain.md 2.4, core.h:445-473). */
export const HEADER_BYTES = 84

export interface HeaderFields {
  readonly version: number
  readonly height: number
  readonly prevHash: Hash256
  readonly merkleRoot: Hash256
  readonly time: number
  readonly bits: number
  readonly nonce: number
}

export interface BlockHeader extends HeaderFields {
  readonly raw: RawBytes
  /** "Block hash (identity) = dsha(84 header bytes)"; proof of work is scryptHash(raw). */
  readonly hash: Hash256
}

export interface Block {
  readonly header: BlockHeader
  readonly transactions: readonly Transaction[]
  /** The canonical serialization. */
  readonly raw: RawBytes
  readonly sizeBytes: number
}

/** Exactly 84 bytes. */
export function parseHeader(bytes: Uint8Array): BlockHeader | undefined {
  return bytes.length === HEADER_BYTES ? parseWith(bytes, readHeader) : undefined
}

export function readHeader(reader: ByteReader): BlockHeader {
  const raw = reader.take(HEADER_BYTES)
  const fields = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return {
    version: fields.getInt32(0, true),
    height: fields.getInt32(4, true),
    prevHash: raw.subarray(8, 40) as Hash256,
    merkleRoot: raw.subarray(40, 72) as Hash256,
    time: fields.getUint32(72, true),
    bits: fields.getUint32(76, true),
    nonce: fields.getUint32(80, true),
    raw: rawBytes(raw),
    hash: sha256d(raw),
  }
}

/**
 * "Block = header ‖ CompactSize(ntx) ‖ txs" (core.h:520-524); bytes after it are ignored. The block holds on to a copy of
 * its own: a view would keep alive whatever larger buffer it came in.
 */
export function parseBlock(bytes: Uint8Array): Block | undefined {
  return parseWith(new Uint8Array(bytes), (reader) => {
    const header = readHeader(reader)
    const count = reader.compactSize()
    if (count > MAX_BLOCK_TRANSACTIONS) throw new EndOfData('over the limit')
    const transactions: Transaction[] = []
    for (let index = 0; index < count; index++) transactions.push(readTransaction(reader))
    if (!reader.isCanonical) return assembleBlock(header, transactions)
    return { header, transactions, raw: rawBytes(reader.bytes.subarray(0, reader.offset)), sizeBytes: reader.offset }
  })
}

export function encodeHeader(fields: HeaderFields): Uint8Array {
  return new ByteWriter()
    .i32(fields.version)
    .i32(fields.height)
    .bytes(fields.prevHash)
    .bytes(fields.merkleRoot)
    .u32(fields.time)
    .u32(fields.bits)
    .u32(fields.nonce)
    .finish()
}

export function encodeBlock(header: HeaderFields, transactions: readonly Pick<Transaction, 'raw'>[]): Uint8Array {
  const count = new ByteWriter().compactSize(transactions.length).finish()
  return concatBytes(encodeHeader(header), count, ...transactions.map((tx) => tx.raw))
}

/**
 * "leaves = txids in block order; level up = dsha(left‖right), odd last element paired with itself; single tx ⇒ root =
 * txid" (chain.md 2.4, core.cpp:209-226).
 */
export function merkleRoot(txids: readonly Hash256[]): Hash256 {
  return merkleLevels(txids).at(-1)?.[0] ?? ZERO_HASH
}

/** The partners of one leaf from bottom to top. */
export function merkleBranch(txids: readonly Hash256[], index: number): Hash256[] {
  return merkleLevels(txids)
    .slice(0, -1)
    .flatMap((level, depth) => {
      const position = index >> depth
      return level[position ^ 1] ?? level[position] ?? []
    })
}

/** The root that a leaf and its branch lead to. */
export function merkleRootFromBranch(txid: Hash256, branch: readonly Hash256[], index: number): Hash256 {
  return branch.reduce<Hash256>(
    (node, partner, depth) => (((index >> depth) & 1) === 0 ? hashPair(node, partner) : hashPair(partner, node)),
    txid,
  )
}

/** A mined block on top of another, for devnets and tests; transactions[0] is the promoted message. */
export function buildBlock(parts: {
  readonly prev: Pick<BlockHeader, 'hash' | 'height'>
  readonly txs: readonly Transaction[]
  readonly time: number
  readonly bits: number
}): Block {
  const header = mineHeader({
    version: 2,
    height: parts.prev.height + 1,
    prevHash: parts.prev.hash,
    merkleRoot: merkleRoot(parts.txs.map((tx) => tx.txid)),
    time: parts.time,
    bits: parts.bits,
  })
  return assembleBlock(header, parts.txs)
}

/** Counts nNonce up from 0 until the proof of work fits; meant for regtest's every second try. */
export function mineHeader(fields: Omit<HeaderFields, 'nonce'>): BlockHeader {
  for (let nonce = 0; nonce <= 0xffffffff; nonce++) {
    const raw = encodeHeader({ ...fields, nonce })
    if (checkProofOfWork(scryptHash(raw), fields.bits)) {
      return { ...fields, nonce, raw: rawBytes(raw), hash: sha256d(raw) }
    }
  }
  throw new Error('no nonce has the work; change the time or the extra nonce')
}

function assembleBlock(header: BlockHeader, transactions: readonly Transaction[]): Block {
  const raw = encodeBlock(header, transactions)
  return { header, transactions, raw: rawBytes(raw), sizeBytes: raw.length }
}

function merkleLevels(txids: readonly Hash256[]): (readonly Hash256[])[] {
  const levels: (readonly Hash256[])[] = []
  let level = txids
  while (level.length > 1) {
    levels.push(level)
    level = parentLevel(level)
  }
  return [...levels, level]
}

function parentLevel(level: readonly Hash256[]): Hash256[] {
  const parents: Hash256[] = []
  for (let index = 0; index < level.length; index += 2) {
    const left = level[index] ?? ZERO_HASH
    parents.push(hashPair(left, level[index + 1] ?? left))
  }
  return parents
}

function hashPair(left: Uint8Array, right: Uint8Array): Hash256 {
  return sha256d(concatBytes(left, right))
}
