import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { mine } from '../chain/block-template.ts'
import { type Chain, openChain } from '../chain/chain.ts'
import { type Block, buildBlock, parseBlock } from '../protocol/block.ts'
import { hexToBytes } from '../protocol/bytes.ts'
import { ZERO_HASH } from '../protocol/hash.ts'
import { encodeGetblocks } from '../protocol/messages/getblocks.ts'
import { parseHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, parseInv } from '../protocol/messages/inv.ts'
import { encodePing, parsePing } from '../protocol/messages/ping.ts'
import { type NetworkName, type NetworkParams, networkParams } from '../protocol/params.ts'
import { publicKeyOf } from '../protocol/signature.ts'
import { buildPromoted, solveRegistration, type Transaction } from '../protocol/transaction.ts'
import { parseUsername } from '../protocol/username.ts'
import { openStore, type Store } from '../store/store.ts'
import { openPeers, type Peers, type PeersOptions } from './peers.ts'
import { blockServer, dialNode, dialSocket, openTestServer, testVersion } from './test-peer.ts'

const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'silent' })
const clock = { now: () => 1_795_358_900 }
const vectors = join(import.meta.dirname, '../../test/vectors')
const cleanups: (() => Promise<void> | void)[] = []

interface Node {
  chain: Chain
  peers: Peers
  store: Store
  params: NetworkParams
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function openNode(
  network: NetworkName,
  connect: number[] = [],
  options: Partial<PeersOptions> = {},
): Promise<Node> {
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
  cleanups.push(async () => {
    await peers.close()
    await chain.close()
    await store.close()
    rmSync(path, { recursive: true })
  })
  return { chain, peers, store, params }
}

function recordedBlocks(): Block[] {
  const records: { hex: string }[] = JSON.parse(readFileSync(join(vectors, 'recordings-chain.json'), 'utf8'))
  return records.flatMap(({ hex }) => parseBlock(hexToBytes(hex) ?? new Uint8Array(0)) ?? [])
}

let salt = 0

function regtestBlocks(count: number, registrations: Transaction[] = []): Block[] {
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

function registration(name: string): Transaction {
  const username = parseUsername(name)
  const tx = username && solveRegistration({ username, publicKey: publicKeyOf(new Uint8Array(32).fill(7)) }, 0x207fffff)
  if (tx === undefined) throw new Error('not solved')
  return tx
}

async function until(isTrue: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > end) throw new Error('it does not come true')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a new node gets the recorded chain from another, headers first', async () => {
  const blocks = recordedBlocks()
  const server = await openNode('main')
  await server.chain.acceptBlocks(blocks)
  const client = await openNode('main', [server.peers.port])
  await until(() => client.chain.tip.height === 48)
  expect(client.chain.tip.hash).toEqual(blocks.at(-1)?.header.hash)
  expect(client.chain.registeredNames('', 10)).toEqual(['alice', 'bob', 'carol', 'dave', 'erin'])
  const [status] = client.peers.peers()
  expect(status).toMatchObject({
    direction: 'outbound',
    agent: '/windsock:0.1.0/',
    version: 70_003,
    height: 48,
    score: 0,
  })
  expect(server.peers.peers()[0]?.direction).toBe('inbound')
})

test('a peer that knows only getblocks is synced from', async () => {
  const blocks = recordedBlocks()
  const server = await openTestServer(
    networkParams('main', { checkpoints: false }),
    48,
    blockServer(blocks, { headers: false }),
  )
  cleanups.push(server.close)
  const client = await openNode('main', [server.port])
  await until(() => client.chain.tip.height === 48)
  expect(server.peers[0]?.heard.map(({ command }) => command)).toContain('getblocks')
})

test('1200 blocks by getblocks take three rounds', async () => {
  const blocks = regtestBlocks(1200)
  const server = await openTestServer(
    networkParams('regtest', { checkpoints: false }),
    1200,
    blockServer(blocks, { headers: false }),
  )
  cleanups.push(server.close)
  const client = await openNode('regtest', [server.port])
  await until(() => client.chain.tip.height === 1200)
})

test('1200 blocks headers first, from two peers, and then each new block', async () => {
  const blocks = regtestBlocks(1200)
  const first = await openNode('regtest')
  await first.chain.acceptBlocks(blocks)
  const second = await openNode('regtest', [first.peers.port])
  await until(() => second.chain.tip.height === 1200)
  const third = await openNode('regtest', [first.peers.port, second.peers.port])
  await until(() => third.chain.tip.height === 1200)
  expect(third.peers.progress()).toMatchObject({ headers: 1200, height: 1200, etaS: 0 })
  const template = first.chain.buildTemplate({
    promoted: buildPromoted({ user: 'nobody', text: 'new', salt: new Uint8Array(4), extraNonce: 1 }),
  })
  const mined = await mine(template)
  if (mined === undefined) throw new Error('not mined')
  await first.chain.acceptBlock(mined, { source: 'local' })
  await until(() => second.chain.tip.height === 1201 && third.chain.tip.height === 1201)
})

test('registrations are relayed from node to node and served to who asks', async () => {
  const first = await openNode('regtest')
  const second = await openNode('regtest', [first.peers.port])
  const third = await openNode('regtest', [second.peers.port])
  await until(() => first.peers.peers().length === 1 && second.peers.peers().length === 2)
  const tx = registration('alice')
  first.chain.mempool.add(tx)
  first.peers.announceTransaction(tx.txid)
  await until(() => third.chain.mempool.has(tx.txid))
  const asker = await dialNode(third.params, third.peers.port)
  asker.send('mempool')
  expect(parseInv(await asker.next('inv'))).toMatchObject([{ type: INV_TRANSACTION, hash: tx.txid }])
  asker.send(
    'getdata',
    encodeInv([
      { type: INV_TRANSACTION, hash: tx.txid },
      { type: INV_TRANSACTION, hash: ZERO_HASH },
    ]),
  )
  expect(await asker.next('tx')).toEqual(new Uint8Array(tx.raw))
  expect(parseInv(await asker.next('notfound'))).toMatchObject([{ hash: ZERO_HASH }])
})

test('as a server: 500 at a time with the continue trick, headers, pong, and no DHT proxy', async () => {
  const blocks = regtestBlocks(600)
  const node = await openNode('regtest')
  await node.chain.acceptBlocks(blocks)
  const peer = await dialNode(node.params, node.peers.port)
  const request = { version: 70_003, locator: [node.params.genesisHash], stop: ZERO_HASH }
  for (let round = 0; round < 2; round++) {
    peer.send('getblocks', encodeGetblocks(request))
    const inv = parseInv(await peer.next('inv')) ?? []
    expect(inv).toHaveLength(500)
    peer.send('getdata', encodeInv(inv.slice(-1)))
    expect(await peer.next('block')).toEqual(new Uint8Array(blocks[499]?.raw ?? []))
    expect(parseInv(await peer.next('inv'))).toEqual([{ type: INV_BLOCK, hash: blocks[599]?.header.hash }])
  }
  peer.send('getheaders', encodeGetblocks(request))
  expect(parseHeaders(await peer.next('headers'))).toHaveLength(600)
  peer.send('ping', encodePing(77n))
  expect(parsePing(await peer.next('pong'))).toBe(77n)
  peer.send('dhtgetreq')
  await peer.next('nodhtproxy')
})

test('forged blocks are refused with their codes, and their sender is scored and closed', async () => {
  const [good] = regtestBlocks(1)
  if (good === undefined) throw new Error('no block')
  const node = await openNode('regtest')
  const send = async (raw: Uint8Array) => {
    const peer = await dialNode(node.params, node.peers.port)
    peer.send('block', raw)
    return peer
  }
  const twoPromoted = good.transactions.flatMap((tx) => [tx, tx])
  const bits = good.header.bits
  const signed = buildPromoted({
    user: 'alice',
    text: 'x',
    signature: new Uint8Array(65),
    salt: new Uint8Array(4),
    extraNonce: 0,
  })
  const genesis = node.chain.headerView.header(node.params.genesisHash)
  if (genesis === undefined) throw new Error('no genesis')
  const forged = buildBlock({ prev: genesis, txs: [signed], time: genesis.time + 600, bits })
  const multiple = buildBlock({ prev: genesis, txs: twoPromoted, time: genesis.time + 600, bits })
  const otherBody = new Uint8Array(good.raw)
  otherBody[100] = (otherBody[100] ?? 0) ^ 1
  for (const [raw, code] of [
    [forged.raw, 'spam-unknown-user'],
    [multiple.raw, 'bad-cb-multiple'],
    [otherBody, 'bad-txnmrklroot'],
  ] as const) {
    const peer = await send(raw)
    await peer.closed
    expect(node.peers.refused()).toMatchObject({ [code]: 1 })
    expect(node.peers.offenders().at(-1)).toMatchObject({ host: '127.0.0.1', score: 100, code })
  }
  expect(node.chain.tip.height).toBe(0)
  const honest = await send(good.raw)
  await until(() => node.chain.tip.height === 1)
  honest.close()
})

test('a header without its work costs half of what closes a peer', async () => {
  const [, b1] = recordedBlocks()
  if (b1 === undefined) throw new Error('no block')
  const raw = new Uint8Array(b1.raw)
  raw[83] = (raw[83] ?? 0) ^ 1
  const node = await openNode('main')
  const peer = await dialNode(node.params, node.peers.port)
  peer.send('block', raw)
  await until(() => node.peers.peers()[0]?.score === 50)
  peer.send('block', raw)
  await peer.closed
  expect(node.peers.refused()).toEqual({ 'high-hash': 2 })
})

test('a peer that promises blocks and does not deliver is dropped for one that does', async () => {
  const blocks = regtestBlocks(300)
  const params = networkParams('regtest', { checkpoints: false })
  const serve = blockServer(blocks, { headers: true })
  const staller = await openTestServer(params, 300, (peer, message) => {
    if (message.command !== 'getdata') serve(peer, message)
  })
  cleanups.push(staller.close)
  const honest = await openNode('regtest')
  await honest.chain.acceptBlocks(blocks)
  const client = await openNode('regtest', [staller.port, honest.peers.port])
  await until(() => client.chain.tip.height === 300, 25_000)
})

test('while the queue is full no bodies are asked for', async () => {
  const blocks = recordedBlocks()
  const server = await openTestServer(
    networkParams('main', { checkpoints: false }),
    48,
    blockServer(blocks, { headers: true }),
  )
  cleanups.push(server.close)
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const client = await openNode('main', [server.port], { ready: () => gate })
  await until(() => client.peers.peers().length === 1)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(server.peers[0]?.heard.map(({ command }) => command)).not.toContain('getdata')
  open()
  await until(() => client.chain.tip.height === 48)
})

test('no bytes in any message upset the node', async () => {
  const node = await openNode('regtest')
  const commands = ['addr', 'alert', 'block', 'cp', 'dhtputreq', 'filteradd', 'filterload', 'getaddr', 'getblocks']
  commands.push(
    'getdata',
    'getheaders',
    'headers',
    'inv',
    'mempool',
    'merkleblock',
    'notfound',
    'ping',
    'tx',
    'verack',
    '?',
  )
  const payloads = fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 100, seed: 7 })
  for (const command of commands) {
    const peer = await dialNode(node.params, node.peers.port)
    for (const payload of payloads) peer.send(command, payload)
    peer.send('ping', encodePing(5n))
    while (parsePing(await peer.next('pong')) !== 5n);
    peer.close()
  }
  expect(node.peers.refused()).toEqual({})
})

test('another network, and an old version, are hung up on', async () => {
  const node = await openNode('regtest')
  const foreign = networkParams('main', { checkpoints: false })
  const stranger = await dialSocket(foreign, node.peers.port)
  stranger.send('version', testVersion(0))
  await stranger.closed
  const old = await dialSocket(node.params, node.peers.port)
  const version = testVersion(0)
  version.set([208, 0, 0, 0])
  old.send('version', version)
  await old.closed
  expect(node.peers.peers()).toEqual([])
})

test('a peer that was not there at first is found when it comes', async () => {
  const params = networkParams('regtest', { checkpoints: false })
  const probe = await openTestServer(params, 0, () => undefined)
  probe.close()
  const client = await openNode('regtest', [probe.port])
  await new Promise((resolve) => setTimeout(resolve, 300))
  const server = await openNode('regtest', [], { port: probe.port })
  await until(() => client.peers.peers().length === 1 && server.peers.peers().length === 1)
})

test('a taken port is named in one sentence', async () => {
  const node = await openNode('regtest')
  await expect(openNode('regtest', [], { port: node.peers.port })).rejects.toThrow(
    `Cannot listen for peers on 127.0.0.1 port ${node.peers.port}: it is in use.`,
  )
})
