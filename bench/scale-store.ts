import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { type Block, encodeBlock, merkleRoot, parseBlock } from '../node/protocol/block.ts'
import { concatBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { buildPromoted, solveRegistration, type Transaction } from '../node/protocol/transaction.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { openStore, type Store } from '../node/store/store.ts'
import { CHAIN_PARAMS as params } from './chain-file.ts'
import type { Progress } from './measure.ts'

const BLOCKS_PER_WRITE = 5000
const NO_BYTES = new Uint8Array(0)
/** Written last. */
const DONE = 'bench-done'

/**
 * A store as a node leaves it that has connected so many blocks, with as many names, in minutes instead of hours: the
 * headers lack their work, which is checked when a header comes and never again.
 */
export async function makeScaleStore(path: string, blocks: number, progress: Progress): Promise<void> {
  if (existsSync(join(path, DONE))) return
  rmSync(path, { recursive: true, force: true })
  const store = await openStore({ path, params, log: pino({ level: 'silent' }) })
  let tip = parsed(params.genesisBlock)
  store.write(() => putBlock(store, tip))
  while (tip.header.height < blocks) {
    store.write(() => {
      const end = Math.min(blocks, tip.header.height + BLOCKS_PER_WRITE)
      while (tip.header.height < end) {
        tip = nextBlock(tip)
        putBlock(store, tip)
      }
      store.headers.setBest(tip.header.height)
    })
    if (tip.header.height % 100_000 === 0) progress(`scale: ${tip.header.height} blocks written`)
  }
  await store.close()
  writeFileSync(join(path, DONE), '')
}

/** The name that the block of a height registers: spread like the names that people take. */
export function scaleName(height: number): Username {
  const name = parseUsername(
    Buffer.from(sha256(utf8Encode(`name ${height}`)))
      .toString('hex')
      .slice(0, 16),
  )
  if (name === undefined) throw new Error('not a name')
  return name
}

/** What accepting and connecting a block writes. */
function putBlock(store: Store, { header, transactions, raw }: Block): void {
  const { height, hash } = header
  store.headers.put({ index: height, raw: header.raw, hash })
  store.headers.putStatus({ index: height, isFailed: false, transactionCount: transactions.length })
  store.blocks.put(height, raw)
  for (const [position, tx] of transactions.slice(1).entries()) {
    const record = { height, blockHash: hash, txid: tx.txid, pubKeyScript: tx.pubKey, index: position + 1 }
    store.names.put(scaleName(height), record)
  }
  const provenance = { source: 'chain', firstSeen: header.time, tipHeight: height } as const
  store.outboxLog.append([{ kind: 'block-connected', index: height, height, provenance }])
  if (height === 0) store.headers.setBest(0)
}

function nextBlock({ header: prev }: Block): Block {
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
    nonce: 0,
  }
  return parsed(encodeBlock(fields, transactions))
}

function registration(height: number): Transaction {
  const publicKey = concatBytes(Uint8Array.of(2), sha256(utf8Encode(`key ${height}`)))
  const tx = solveRegistration({ username: scaleName(height), publicKey }, params.txBits)
  if (tx === undefined) throw new Error('a registration was not solved')
  return tx
}

function parsed(bytes: Uint8Array): Block {
  const block = parseBlock(bytes)
  if (block === undefined) throw new Error('not a block')
  return block
}
