import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Block, encodeBlock, encodeHeader, merkleRoot, parseBlock } from '../node/protocol/block.ts'
import { utf8Encode } from '../node/protocol/bytes.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { scryptHashAside, sha256 } from '../node/protocol/hash.ts'
import { networkParams } from '../node/protocol/params.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { buildPromoted, solveRegistration, type Transaction } from '../node/protocol/transaction.ts'
import { parseUsername } from '../node/protocol/username.ts'
import type { Progress } from './measure.ts'

/** The network of the generated chains. */
export const CHAIN_PARAMS = networkParams('regtest', { checkpoints: false })
/** Nonces whose work is hashed at once; every second one has it. */
const NONCES_AT_ONCE = 2
const BLOCKS_PER_LINE = 10_000
const NO_BYTES = new Uint8Array(0)

/**
 * A regtest chain in a file, made once: the same bytes for the same length. Blocks are 601 to 605 s apart, so that no
 * retarget makes them harder, and each registers a name of its own.
 */
export async function makeChainFile(path: string, blocks: number, progress: Progress): Promise<void> {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.unfinished`
  const file = openSync(unfinished, 'w')
  try {
    let prev = parsed(CHAIN_PARAMS.genesisBlock)
    while (prev.header.height < blocks) {
      prev = await nextBlock(prev)
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, prev.raw.length, true)
      writeSync(file, length)
      writeSync(file, prev.raw)
      if (prev.header.height % BLOCKS_PER_LINE === 0) progress(`sync: ${prev.header.height} blocks mined`)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}

/** The blocks of such a file, from height 1 up. */
export function* chainFileBlocks(path: string): Generator<Block> {
  const bytes = new Uint8Array(readFileSync(path))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 4 + view.getUint32(offset, true)
    yield parsed(bytes.subarray(offset + 4, end))
    offset = end
  }
}

async function nextBlock({ header: prev }: Block): Promise<Block> {
  const height = prev.height + 1
  const promoted = buildPromoted({ user: 'nobody', text: `block ${height}`, salt: NO_BYTES, extraNonce: height })
  const transactions = [promoted, registration(height)]
  const fields = {
    version: 2,
    height,
    prevHash: prev.hash,
    merkleRoot: merkleRoot(transactions.map((tx) => tx.txid)),
    time: prev.time + 601 + (height % 5),
    bits: prev.bits,
  }
  for (let start = 0; ; start += NONCES_AT_ONCE) {
    const headers = Array.from({ length: NONCES_AT_ONCE }, (_, step) => ({ ...fields, nonce: start + step }))
    const hashes = await Promise.all(headers.map((header) => scryptHashAside(encodeHeader(header))))
    const header = headers.find((_, step) => {
      const hash = hashes[step]
      return hash !== undefined && checkProofOfWork(hash, fields.bits)
    })
    if (header !== undefined) return parsed(encodeBlock(header, transactions))
  }
}

function registration(height: number): Transaction {
  const username = parseUsername(`user_${height}`)
  const publicKey = publicKeyOf(sha256(utf8Encode(`key of user ${height}`)))
  const tx = username && solveRegistration({ username, publicKey }, CHAIN_PARAMS.txBits)
  if (tx === undefined) throw new Error('a registration was not solved')
  return tx
}

function parsed(bytes: Uint8Array): Block {
  const block = parseBlock(bytes)
  if (block === undefined) throw new Error('the chain file is damaged')
  return block
}
