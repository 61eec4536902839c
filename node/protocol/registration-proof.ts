import { type Block, encodeHeader, HEADER_BYTES, merkleBranch, merkleRootFromBranch, parseHeader } from './block.ts'
import { bytesEqual } from './bytes.ts'
import { type Hash256, hash256 } from './hash.ts'
import type { NetworkParams } from './params.ts'
import { checkHeader } from './rules/check-header.ts'
import { parseTransaction, registrationKey, transactionUsername } from './transaction.ts'
import type { Username } from './username.ts'

/** Anybody can compute from it that a block with its work holds the registration: no chain is needed for that. */
export interface RegistrationProof {
  kind: 'registration'
  username: string
  height: number
  /** Base64, as all bytes here; 84 bytes. */
  header: string
  transaction: string
  /** Place of the transaction in the block. */
  index: number
  /** The partners from the transaction up to the merkle root. */
  branch: string[]
}

const MAX_BRANCH = 32

export function registrationProof(block: Block, index: number, username: string): RegistrationProof | undefined {
  const transaction = block.transactions[index]
  if (transaction === undefined) return undefined
  const txids = block.transactions.map(({ txid }) => txid)
  return {
    kind: 'registration',
    username,
    height: block.header.height,
    header: base64(encodeHeader(block.header)),
    transaction: base64(transaction.raw),
    index,
    branch: merkleBranch(txids, index).map(base64),
  }
}

export interface ProvedRegistration {
  username: Username
  blockHash: Hash256
  publicKey: Uint8Array | undefined
}

/** The code of what is wrong with it, or what it proves: foreign JSON, of which nothing is believed. */
export function checkRegistrationProof(json: object, params: NetworkParams): ProvedRegistration | string {
  const { username, header: headerText, transaction: text, index, branch } = json as Partial<RegistrationProof>
  const header = parseHeader(bytesOf(headerText, HEADER_BYTES) ?? new Uint8Array(0))
  const tx = parseTransaction(bytesOf(text, MAX_TRANSACTION_BYTES) ?? new Uint8Array(0))
  if (header === undefined || tx === undefined || !Array.isArray(branch) || branch.length > MAX_BRANCH)
    return 'bad-registration-proof'
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 1 || index >= 2 ** branch.length)
    return 'bad-registration-proof'
  const partners = branch.map((partner: unknown) => hash256(bytesOf(partner, 32) ?? new Uint8Array(0)))
  if (!partners.every((partner) => partner !== undefined)) return 'bad-registration-proof'
  const name = transactionUsername(tx)
  if (name === undefined || name !== username) return 'bad-registration-proof'
  const root = merkleRootFromBranch(tx.txid, partners, index)
  if (!bytesEqual(root, header.merkleRoot)) return 'merkle-root-mismatch'
  const work = checkHeader(header, params)
  if (work.kind !== 'accept') return work.code
  return { username: name, blockHash: header.hash, publicKey: registrationKey(tx.pubKey) }
}

const MAX_TRANSACTION_BYTES = 100_000

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function bytesOf(value: unknown, maxBytes: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > (maxBytes * 4) / 3 + 4) return undefined
  return new Uint8Array(Buffer.from(value, 'base64'))
}
