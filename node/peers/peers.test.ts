import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildBlock } from '../protocol/block.ts'
import { rawBytes } from '../protocol/bytes.ts'
import { ZERO_HASH } from '../protocol/hash.ts'
import { encodeAddr } from '../protocol/messages/addr.ts'
import { encodeSignedAlert } from '../protocol/messages/alert.ts'
import { encodeDhtGetRequest } from '../protocol/messages/dhtproxy.ts'
import { encodeFilteradd, encodeFilterload } from '../protocol/messages/filter.ts'
import { encodeGetblocks } from '../protocol/messages/getblocks.ts'
import { parseHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, parseInv } from '../protocol/messages/inv.ts'
import { UNKNOWN_ADDRESS } from '../protocol/messages/net-address.ts'
import { encodePing, parsePing } from '../protocol/messages/ping.ts'
import { networkParams } from '../protocol/params.ts'
import { buildPromoted } from '../protocol/transaction.ts'
import { openTestNode, recordedBlocks, registration, regtestBlocks, until } from './test-node.ts'
import { dialNode, dialSocket, openTestServer, testVersion } from './test-peer.ts'

test('registrations are relayed from node to node and served to who asks', async () => {
  const first = await openTestNode('regtest')
  const second = await openTestNode('regtest', [first.peers.port])
  const third = await openTestNode('regtest', [second.peers.port])
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
  const node = await openTestNode('regtest')
  await node.chain.acceptBlocks(blocks)
  const peer = await dialNode(node.params, node.peers.port)
  expect(parseInv(await peer.next('inv'))).toEqual([{ type: INV_BLOCK, hash: blocks[599]?.header.hash }])
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
  const word = new TextEncoder().encode('alice')
  peer.send('dhtgetreq', encodeDhtGetRequest({ username: word, resource: word, isMulti: false, isStop: false }))
  await peer.next('nodhtproxy')
})

test('forged blocks are refused with their codes, and their sender is scored and closed', async () => {
  const [good] = regtestBlocks(1)
  if (good === undefined) throw new Error('no block')
  const node = await openTestNode('regtest')
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
    [forged.raw, 'spam-signed-by-unknown-user'],
    [multiple.raw, 'more-than-one-coinbase'],
    [otherBody, 'hashmerkleroot-mismatch'],
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
  const node = await openTestNode('main')
  const peer = await dialNode(node.params, node.peers.port)
  peer.send('block', raw)
  await until(() => node.peers.peers()[0]?.score === 50)
  peer.send('block', raw)
  await peer.closed
  expect(node.peers.refused()).toEqual({ 'proof-of-work-failed': 2 })
})

test('no bytes in any message upset the node', async () => {
  const node = await openTestNode('regtest')
  const commands = ['addr', 'alert', 'block', 'cp', 'getaddr', 'getblocks', 'filterclear', 'nodhtproxy']
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

test('no bytes in a message that costs more than being left out upset the node', async () => {
  const node = await openTestNode('regtest')
  const payloads = fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 100, seed: 7 })
  for (const command of ['dhtgetreq', 'dhtputreq', 'dhtgetreply', 'filteradd', 'filterload']) {
    const peer = await dialNode(node.params, node.peers.port)
    for (const payload of payloads) peer.send(command, payload)
    peer.close()
  }
  await until(() => node.peers.peers().length === 0)
  const honest = await dialNode(node.params, node.peers.port)
  honest.send('ping', encodePing(5n))
  await honest.next('pong')
})

test.each([
  ['version', testVersion(0), 1],
  ['addr', encodeAddr(Array.from({ length: 1001 }, () => ({ ...UNKNOWN_ADDRESS, time: 1 }))), 20],
  ['inv', new Uint8Array(2_000_000), 20],
  ['inv', Uint8Array.of(0xfe, 0x51, 0xc3, 0, 0), 20],
  ['getdata', Uint8Array.of(0xfe, 0x51, 0xc3, 0, 0), 20],
  ['tx', buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: 1 }).raw, 100],
  ['alert', encodeSignedAlert({ message: rawBytes(new Uint8Array(60)), signature: Uint8Array.of(1) }), 10],
  ['filterload', encodeFilterload({ data: new Uint8Array(36_001), hashFunctions: 1, tweak: 0, flags: 0 }), 100],
  ['filterload', encodeFilterload({ data: new Uint8Array(1), hashFunctions: 51, tweak: 0, flags: 0 }), 100],
  ['filteradd', encodeFilteradd(new Uint8Array(521)), 100],
  ['filteradd', encodeFilteradd(new Uint8Array(5)), 100],
  ['dhtgetreq', Uint8Array.of(200), 20],
  ['dhtputreq', Uint8Array.of(200), 20],
  ['dhtgetreply', Uint8Array.of(19), 20],
])('%s costs what it costs at the reference', async (command, payload, score) => {
  const node = await openTestNode('regtest')
  const peer = await dialNode(node.params, node.peers.port)
  peer.send(command, payload)
  await until(() => (node.peers.peers()[0]?.score ?? node.peers.offenders()[0]?.score) === score)
})

test('a message before the version costs 1, and is not answered', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialSocket(node.params, node.peers.port)
  peer.send('ping', encodePing(5n))
  peer.send('version', testVersion(0))
  await peer.next('verack')
  expect(node.peers.peers()[0]?.score).toBe(1)
  expect(peer.heard.slice(0, 2).map(({ command }) => command)).toEqual(['version', 'verack'])
  expect(peer.heard.map(({ command }) => command)).not.toContain('pong')
})

test('what is lacking is told in parts of 1000', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialNode(node.params, node.peers.port)
  peer.send('getdata', encodeInv(Array.from({ length: 2500 }, () => ({ type: INV_TRANSACTION, hash: ZERO_HASH }))))
  for (const size of [1000, 1000, 500]) expect(parseInv(await peer.next('notfound'))).toHaveLength(size)
})

test('version 10300 was 300 once', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialSocket(node.params, node.peers.port)
  peer.send('version', testVersion(0, { version: 10_300 }))
  await peer.next('verack')
  expect(node.peers.peers()[0]?.version).toBe(300)
})

test('a ping is answered above version 60000 alone', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialSocket(node.params, node.peers.port)
  peer.send('version', testVersion(0, { version: 60_000 }))
  peer.send('ping', encodePing(5n))
  peer.send('getheaders', encodeGetblocks({ version: 70_003, locator: [node.params.genesisHash], stop: ZERO_HASH }))
  await peer.next('headers')
  expect(peer.heard.map(({ command }) => command)).not.toContain('pong')
})

test('a node that dials itself hangs up', async () => {
  const probe = await openTestServer(networkParams('regtest', { checkpoints: false }), 0, () => undefined)
  probe.close()
  const own = { host: '127.0.0.1', port: probe.port }
  const node = await openTestNode('regtest', [], { port: probe.port, connect: [own] })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(node.peers.peers()).toEqual([])
})

test('another network, and an old version, are hung up on', async () => {
  const node = await openTestNode('regtest')
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
  const client = await openTestNode('regtest', [probe.port])
  await new Promise((resolve) => setTimeout(resolve, 300))
  const server = await openTestNode('regtest', [], { port: probe.port })
  await until(() => client.peers.peers().length === 1 && server.peers.peers().length === 1)
})

test('a taken port is named in one sentence', async () => {
  const node = await openTestNode('regtest')
  await expect(openTestNode('regtest', [], { port: node.peers.port })).rejects.toThrow(
    `Cannot listen for peers on 127.0.0.1 port ${node.peers.port}: it is in use.`,
  )
})
