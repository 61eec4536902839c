import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { type Chain, openChain } from '../chain/chain.ts'
import { type Block, buildBlock, parseBlock } from '../protocol/block.ts'
import { hexToBytes } from '../protocol/bytes.ts'
import { type NetworkName, type NetworkParams, networkParams } from '../protocol/params.ts'
import { publicKeyOf } from '../protocol/signature.ts'
import { buildPromoted, solveRegistration, type Transaction } from '../protocol/transaction.ts'
import { parseUsername } from '../protocol/username.ts'
import { openStore, type Store } from '../store/store.ts'
import { openPeers, type Peers, type PeersOptions } from './peers.ts'

const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'silent' })
const clock = { now: () => 1_795_358_900 }
const vectors = join(import.meta.dirname, '../../test/vectors')

/** A chain and its peers on real sockets and a store of their own, closed when the test is finished. */
export interface TestNode {
  chain: Chain
  peers: Peers
  store: Store
  params: NetworkParams
}

export async function openTestNode(
  network: NetworkName,
  connect: number[] = [],
  options: Partial<PeersOptions> = {},
): Promise<TestNode> {
  const path = mkdtempSync(join(tmpdir(), 'windsock-peers-'))
  const params = networkParams(network, { checkpoints: false })
  const store = await openStore({ path, params, log })
  const chain = await openChain({ store, params, clock, log })
  const peers = await openPeers({
    chain,
    params,
    addresses: store.addresses,
    clock,
    log,
    bind: '127.0.0.1',
    port: 0,
    connect: connect.map((port) => ({ host: '127.0.0.1', port })),
    exclusive: true,
    userAgent: '/windsock:0.1.0/',
    ...options,
  })
  onTestFinished(async () => {
    await peers.close()
    await chain.close()
    await store.close()
    rmSync(path, { recursive: true })
  })
  return { chain, peers, store, params }
}

/** The 48 blocks of a chain that the reference made. */
export function recordedBlocks(): Block[] {
  const records: { hex: string }[] = JSON.parse(readFileSync(join(vectors, 'recordings-chain.json'), 'utf8'))
  return records.flatMap(({ hex }) => parseBlock(hexToBytes(hex) ?? new Uint8Array(0)) ?? [])
}

let salt = 0

/** Each call makes other blocks; the registrations are in the first. */
export function regtestBlocks(count: number, registrations: Transaction[] = []): Block[] {
  const genesis = parseBlock(networkParams('regtest', { checkpoints: false }).genesisBlock)
  const blocks: Block[] = []
  for (let height = 1; height <= count; height++) {
    const prev = blocks.at(-1)?.header ?? genesis?.header
    if (prev === undefined) throw new Error('no genesis')
    const promoted = buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: salt++ })
    blocks.push(
      buildBlock({ prev, txs: [promoted, ...registrations.splice(0)], time: prev.time + 603, bits: 0x207fffff }),
    )
  }
  return blocks
}

export function registration(name: string, key = 7): Transaction {
  const username = parseUsername(name)
  const publicKey = publicKeyOf(new Uint8Array(32).fill(key))
  const tx = username && solveRegistration({ username, publicKey }, 0x207fffff)
  if (tx === undefined) throw new Error('not solved')
  return tx
}

export async function until(isTrue: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > end) throw new Error('it does not come true')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
