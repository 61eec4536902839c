import {
  type Block,
  type BlockHeader,
  encodeHeader,
  type HeaderFields,
  merkleBranch,
  merkleRoot,
  mineHeader,
  parseBlock,
  parseHeader,
} from '../node/protocol/block.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { formatHash, scryptHash, sha256 } from '../node/protocol/hash.ts'
import { networkParams } from '../node/protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../node/protocol/signature.ts'
import { solveRegistration, type Transaction } from '../node/protocol/transaction.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { hexOf } from './bytes.ts'
import { cannotShow, PROOF_KIND, PROOF_VERSION, type ProofJson, type RegistrationJson } from './proof-format.ts'

// Blocks that no node would make, with proofs that stand on them: made with the node's code, so that what is refused is
// refused by two implementations that know nothing of each other.

const regtest = networkParams('regtest', { checkpoints: false })

export function genesis(): Block {
  const block = parseBlock(regtest.genesisBlock)
  if (block === undefined) throw new Error('the genesis block is none')
  return block
}

export function privateKeyOf(seed: string): Uint8Array {
  return sha256(Buffer.from(seed))
}

export function registrationOf(name: string, seed: string, oldSeed?: string): Transaction {
  const username = parseUsername(name)
  const publicKey = publicKeyOf(privateKeyOf(seed))
  const oldPrivateKeySignature =
    oldSeed === undefined ? undefined : signDigest(messageDigest(publicKey), privateKeyOf(oldSeed))
  const tx = username && solveRegistration({ username, publicKey, oldPrivateKeySignature }, regtest.txBits)
  if (tx === undefined) throw new Error('no registration')
  return tx
}

export interface TestBlock {
  header: BlockHeader
  transactions: readonly Transaction[]
}

/** On top of another, with its work; the first transaction is whatever is given. */
export function blockOn(
  { header }: Pick<TestBlock, 'header'>,
  transactions: readonly Transaction[],
  other: Partial<HeaderFields> = {},
): TestBlock {
  const fields = {
    version: 2,
    height: header.height + 1,
    prevHash: header.hash,
    merkleRoot: merkleRoot(transactions.map(({ txid }) => txid)),
    time: header.time + 600,
    bits: header.bits,
    ...other,
  }
  return { header: mineHeader(fields), transactions }
}

/** Whatever work it has. */
export function headerOf(fields: HeaderFields): BlockHeader {
  const header = parseHeader(encodeHeader(fields))
  if (header === undefined) throw new Error('no header')
  return header
}

/** Of the same fields, without its work. */
export function idleHeader(fields: HeaderFields): BlockHeader {
  for (let nonce = 0; ; nonce++) {
    const header = headerOf({ ...fields, nonce })
    if (!checkProofOfWork(scryptHash(header.raw), header.bits)) return header
  }
}

export interface Standing {
  /** Consecutive; the first is the checkpoint. */
  headers: readonly BlockHeader[]
  block: TestBlock
  /** Another leaf and another way up than the honest one. */
  index?: number
  leaf?: Transaction
  branch?: readonly Uint8Array[]
}

/** As the API would make it, of whatever is claimed. */
export function registrationJson(
  standing: Standing,
  kind: RegistrationJson['kind'] = 'registration',
): RegistrationJson {
  const { headers, block, index = 1 } = standing
  const txids = block.transactions.map(({ txid }) => txid)
  const leaf = standing.leaf ?? block.transactions[index]
  const [first, last] = [headers[0], headers.at(-1)]
  if (leaf === undefined || first === undefined || last === undefined) throw new Error('nothing to prove')
  const placeOf = ({ height, hash }: BlockHeader) => ({ height, hash: formatHash(hash) })
  return {
    kind,
    height: block.header.height,
    blockHash: formatHash(block.header.hash),
    txid: formatHash(leaf.txid),
    transaction: hexOf(leaf.raw),
    index,
    branch: (standing.branch ?? merkleBranch(txids, index)).map(hexOf),
    checkpoint: placeOf(first),
    headers: headers.map(({ raw }) => hexOf(raw)),
    confirmedBy: placeOf(last),
  }
}

export function userProof(
  n: string,
  publicKey: Uint8Array,
  registration: RegistrationJson,
  replaced?: RegistrationJson,
): ProofJson {
  const key = { n, publicKey: hexOf(publicKey), registration, replaced }
  const head = { kind: PROOF_KIND, version: PROOF_VERSION, network: 'regtest', of: 'user', n } as const
  return { ...head, key, cannotShow: cannotShow({ of: 'user', key }) }
}
