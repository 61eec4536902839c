import { hashesAt, headersBetween, type KeyRecord, keyRecords } from '../../../db/queries/proof.ts'
import { hexOf, type Reader, type ReadTransaction } from '../../../db/queries/reader.ts'
import { type Block, merkleBranch, parseBlock } from '../../../node/protocol/block.ts'
import { formatHash } from '../../../node/protocol/hash.ts'
import { registrationKey } from '../../../node/protocol/transaction.ts'
import { MAX_HEADERS } from '../../../verify/limits.ts'
import type { KeyJson, RegistrationJson } from '../../../verify/proof-format.ts'
import { nearestCheckpoint } from './checkpoint-heights.ts'
import { NoProof } from './no-proof.ts'

/** The chain that a proof stands on, as of one moment. */
export interface ProofChain {
  /** Of which the fragments of queries are made. */
  sql: Reader
  tx: ReadTransaction
  tipHeight: number
  /** Of the published checkpoints, rising. */
  checkpointHeights: readonly number[]
}

/** Blocks above a registration that a checkpoint below does not reach: a day of them. */
const CONFIRMATIONS = 144

/** The key that a name held at a height, and what proves it. */
export async function keyProof(chain: ProofChain, n: string, height: number): Promise<KeyJson> {
  const [record, replaced] = await keyRecords(chain.sql, chain.tx, n, height)
  if (record === undefined) throw new NoProof(`no key of ${n} was registered up to height ${height}`)
  if (record.kind === 'replacement' && replaced === undefined) throw damaged(record.height)
  const { transactions } = blockOf(record)
  const publicKey = registrationKey(transactions[record.txIndex]?.pubKey ?? new Uint8Array(0))
  if (publicKey === undefined) throw new NoProof(`the registration of ${n} holds no key`)
  return {
    n,
    publicKey: hexOf(publicKey),
    registration: await registrationProof(chain, record),
    replaced: replaced && (await registrationProof(chain, replaced)),
  }
}

async function registrationProof(chain: ProofChain, record: KeyRecord): Promise<RegistrationJson> {
  const { height, kind, txIndex } = record
  const { header, transactions } = blockOf(record)
  const transaction = transactions[txIndex]
  if (transaction === undefined) throw damaged(height)
  const txids = transactions.map(({ txid }) => txid)
  return {
    kind,
    height,
    blockHash: formatHash(header.hash),
    txid: formatHash(transaction.txid),
    transaction: hexOf(transaction.raw),
    index: txIndex,
    branch: merkleBranch(txids, txIndex).map(hexOf),
    ...(await headersToCheckpoint(chain, height)),
  }
}

async function headersToCheckpoint(
  { tx, tipHeight, checkpointHeights }: ProofChain,
  height: number,
): Promise<Pick<RegistrationJson, 'checkpoint' | 'headers' | 'confirmedBy'>> {
  const checkpointHeight = nearestCheckpoint(checkpointHeights, height)
  const isAbove = checkpointHeight >= height
  const [from, to] = isAbove
    ? [height, checkpointHeight]
    : [checkpointHeight, Math.min(height + CONFIRMATIONS, tipHeight)]
  if (to - from >= MAX_HEADERS) {
    throw new NoProof(`from height ${height} to the nearest checkpoint there are more than ${MAX_HEADERS} headers`)
  }
  const [headers, hashes] = await Promise.all([
    headersBetween(tx, from, to),
    hashesAt(tx, [...new Set([checkpointHeight, to])]),
  ])
  const [checkpoint, confirmedBy] = [checkpointHeight, to].map((at) => hashes.find((one) => one.height === at))
  if (checkpoint === undefined || confirmedBy === undefined) throw damaged(height)
  return { checkpoint, headers: headers.map(hexOf), ...(isAbove ? {} : { confirmedBy }) }
}

function blockOf({ block, height }: KeyRecord): Block {
  const parsed = parseBlock(block)
  if (parsed === undefined) throw damaged(height)
  return parsed
}

function damaged(height: number): NoProof {
  return new NoProof(`the block at height ${height} does not stand here as it must`)
}
