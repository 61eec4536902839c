import type { OutboxItem } from '../node/outbox/item.ts'
import { type Block, encodeBlock, merkleRoot, parseBlock } from '../node/protocol/block.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { type Hash256, scryptHash, sha256 } from '../node/protocol/hash.ts'
import { networkParams } from '../node/protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../node/protocol/signature.ts'
import { buildPromoted, promotedScript, solveRegistration, type Transaction } from '../node/protocol/transaction.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'

/** Blocks, names and posts on regtest, made by hand: every branch a test needs, the same bytes every time. */
export const tinyParams = networkParams('regtest', { checkpoints: false })
const BLOCK_SECONDS = 600

export function nameOf(text: string): Username {
  const name = parseUsername(text)
  if (name === undefined) throw new Error(`not a username: ${text}`)
  return name
}

/** A private key made from words. */
export function keyOf(seed: string): Uint8Array {
  return sha256(Buffer.from(`key of ${seed}`))
}

export function register(name: string, privateKey: Uint8Array, oldPrivateKey?: Uint8Array): Transaction {
  const publicKey = publicKeyOf(privateKey)
  const oldPrivateKeySignature = oldPrivateKey && signDigest(messageDigest(publicKey), oldPrivateKey)
  const tx = solveRegistration({ username: nameOf(name), publicKey, oldPrivateKeySignature }, tinyParams.txBits)
  if (tx === undefined) throw new Error('no nonce')
  return tx
}

export function genesisBlock(): Block {
  return parsed(tinyParams.genesisBlock)
}

/** Who signs the promoted message of a block, and what it says. */
export interface Promotion {
  user: string
  text: string
  privateKey: Uint8Array | undefined
}

/** A block with its work on top of `parent`; `salt` makes branches differ. */
export function mine(
  parent: Block,
  transactions: readonly Transaction[],
  salt = 0,
  seconds = BLOCK_SECONDS,
  promotion?: Promotion,
): Block {
  const height = parent.header.height + 1
  const { user, text, privateKey } = promotion ?? {
    user: 'nobody',
    text: `block ${height}, branch ${salt}`,
    privateKey: undefined,
  }
  const signature = privateKey && signDigest(messageDigest(promotedScript(text)), privateKey)
  const first = buildPromoted({ user, text, signature, salt: Uint8Array.of(salt, 0, 0, 0), extraNonce: height })
  const all = [first, ...transactions]
  const fields = {
    version: 2,
    height,
    prevHash: parent.header.hash,
    merkleRoot: merkleRoot(all.map((tx) => tx.txid)),
    time: parent.header.time + seconds,
    bits: parent.header.bits,
  }
  for (let nonce = 0; ; nonce++) {
    const block = parsed(encodeBlock({ ...fields, nonce }, all))
    if (checkProofOfWork(scryptHash(block.header.raw), block.header.bits)) return block
  }
}

/** `count` blocks on top of `parent`, the transactions in the first. */
export function mineMany(
  parent: Block,
  count: number,
  salt: number,
  transactions: readonly Transaction[] = [],
): Block[] {
  const blocks: Block[] = []
  for (let i = 0; i < count; i++) blocks.push(mine(blocks.at(-1) ?? parent, i === 0 ? transactions : [], salt))
  return blocks
}

function parsed(raw: Uint8Array): Block {
  const block = parseBlock(raw)
  if (block === undefined) throw new Error('not a block')
  return block
}

const provenance = { firstSeen: 1, source: 'swarm', tipHeight: 1 }

export function blockItem(block: Block): OutboxItem {
  const { hash, height } = block.header
  return { seq: 1, kind: 'block-connected', hash, height, raw: block.raw, firstSeen: 1, source: 'chain' }
}

export function disconnectedItem(block: Block): OutboxItem {
  return { seq: 1, kind: 'block-disconnected', hash: block.header.hash as Hash256, height: block.header.height }
}

export function postItem(fields: UserpostFields, privateKey: Uint8Array): OutboxItem {
  const piece = signUserpost(fields, privateKey)
  return { seq: 1, kind: 'userpost', username: fields.n, k: fields.k, piece, ...provenance }
}

export function profileItem(
  name: string,
  fullname: string,
  seq: number,
  privateKey: Uint8Array,
  height = 1,
): OutboxItem {
  const sigUser = nameOf(name)
  const resource = { n: name, r: 'profile', t: 's' } as const
  const item = encodeDhtItem({ resource, height, time: 1_400_000_000, seq, v: { fullname }, sigUser }, privateKey)
  return { seq: 1, kind: 'dht-item', p: item.p, sigP: item.sigP, sigUser, ...provenance }
}
