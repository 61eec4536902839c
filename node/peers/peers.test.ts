import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildBlock } from '../protocol/block.ts'
import { ZERO_HASH } from '../protocol/hash.ts'
import { encodeGetblocks } from '../protocol/messages/getblocks.ts'
import { parseHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION, parseInv } from '../protocol/messages/inv.ts'
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
  peer.send('dhtgetreq')
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
  const node = await openTestNode('main')
  const peer = await dialNode(node.params, node.peers.port)
  peer.send('block', raw)
  await until(() => node.peers.peers()[0]?.score === 50)
  peer.send('block', raw)
  await peer.closed
  expect(node.peers.refused()).toEqual({ 'high-hash': 2 })
})

test('no bytes in any message upset the node', async () => {
  const node = await openTestNode('regtest')
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
