import { type Block, encodeBlock, merkleRoot, parseBlock } from '../node/protocol/block.ts'
import { utf8Encode } from '../node/protocol/bytes.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { scryptHash, sha256 } from '../node/protocol/hash.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { buildPromoted, solveRegistration } from '../node/protocol/transaction.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { CHAIN_PARAMS } from './chain-file.ts'

export interface Author {
  name: Username
  privateKey: Uint8Array
}

const NAMES_PER_BLOCK = 50
const NO_BYTES = new Uint8Array(0)
const PROMOTED = ['Buy more water!', 'Twist and shout.', 'A message from a miner.', 'Δωρεάν μηνύματα', '自由的网络']

export function author(rank: number): Author {
  const name = parseUsername(`user${rank}`)
  if (name === undefined) throw new Error('the name of an author is none')
  return { name, privateKey: sha256(utf8Encode(`key of author ${rank}`)) }
}

/** The height at which an author is registered. */
export function registrationHeight(rank: number): number {
  return 1 + Math.floor(rank / NAMES_PER_BLOCK)
}

/** `count` blocks of regtest on its genesis, `seconds` apart, which register `authors` in the first of them. */
export function* mineChain(count: number, authors: number, seconds: number): Generator<Block> {
  let parent = parsed(CHAIN_PARAMS.genesisBlock)
  for (let height = 1; height <= count; height++) {
    const first = (height - 1) * NAMES_PER_BLOCK
    const ranks = Array.from({ length: Math.max(0, Math.min(NAMES_PER_BLOCK, authors - first)) }, (_, i) => first + i)
    parent = mine(parent, ranks, seconds)
    yield parent
  }
}

function mine({ header: parent }: Block, ranks: readonly number[], seconds: number): Block {
  const height = parent.height + 1
  const text = PROMOTED[height % PROMOTED.length] ?? ''
  const promoted = buildPromoted({ user: 'nobody', text, salt: NO_BYTES, extraNonce: height })
  const transactions = [promoted, ...ranks.map(registration)]
  const fields = {
    version: 2,
    height,
    prevHash: parent.hash,
    merkleRoot: merkleRoot(transactions.map((tx) => tx.txid)),
    time: parent.time + seconds,
    bits: parent.bits,
  }
  for (let nonce = 0; ; nonce++) {
    const block = parsed(encodeBlock({ ...fields, nonce }, transactions))
    if (checkProofOfWork(scryptHash(block.header.raw), block.header.bits)) return block
  }
}

function registration(rank: number) {
  const { name, privateKey } = author(rank)
  const tx = solveRegistration({ username: name, publicKey: publicKeyOf(privateKey) }, CHAIN_PARAMS.txBits)
  if (tx === undefined) throw new Error('a registration was not solved')
  return tx
}

function parsed(bytes: Uint8Array): Block {
  const block = parseBlock(bytes)
  if (block === undefined) throw new Error('a block that was made is none')
  return block
}
