import { expect, onTestFinished, test } from 'vitest'
import { mine } from '../chain/block-template.ts'
import { hashKey } from '../protocol/hash.ts'
import { encodeHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, parseInv } from '../protocol/messages/inv.ts'
import { networkParams } from '../protocol/params.ts'
import { buildPromoted } from '../protocol/transaction.ts'
import { openTestNode, recordedBlocks, regtestBlocks, until } from './test-node.ts'
import { blockServer, dialNode, openTestServer } from './test-peer.ts'

test('a new node gets the recorded chain from another, headers first', async () => {
  const blocks = recordedBlocks()
  const server = await openTestNode('main')
  await server.chain.acceptBlocks(blocks)
  const client = await openTestNode('main', [server.peers.port])
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
  onTestFinished(server.close)
  const client = await openTestNode('main', [server.port])
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
  onTestFinished(server.close)
  const client = await openTestNode('regtest', [server.port])
  await until(() => client.chain.tip.height === 1200)
})

test('1200 blocks headers first, from two peers, and then each new block', async () => {
  const blocks = regtestBlocks(1200)
  const first = await openTestNode('regtest')
  await first.chain.acceptBlocks(blocks)
  const second = await openTestNode('regtest', [first.peers.port])
  await until(() => second.chain.tip.height === 1200)
  const third = await openTestNode('regtest', [first.peers.port, second.peers.port])
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

test('a peer that promises blocks and does not deliver is dropped for one that does', async () => {
  const blocks = regtestBlocks(300)
  const params = networkParams('regtest', { checkpoints: false })
  const serve = blockServer(blocks, { headers: true })
  const staller = await openTestServer(params, 300, (peer, message) => {
    if (message.command !== 'getdata') serve(peer, message)
  })
  onTestFinished(staller.close)
  const honest = await openTestNode('regtest')
  await honest.chain.acceptBlocks(blocks)
  const client = await openTestNode('regtest', [staller.port, honest.peers.port])
  await until(() => client.chain.tip.height === 300, 25_000)
})

test('peers that say nothing hold up no new block, neither of a peer that we dialled nor of one that dialled us', async () => {
  const params = networkParams('regtest', { checkpoints: false })
  const blocks = regtestBlocks(4)
  const honest = await openTestNode('regtest')
  await honest.chain.acceptBlocks(blocks.slice(0, 2))
  const client = await openTestNode('regtest', [honest.peers.port])
  await until(() => client.chain.tip.height === 2)
  const silent = await Promise.all(Array.from({ length: 12 }, () => dialNode(params, client.peers.port)))
  await Promise.race(silent.map((peer) => peer.next('getheaders')))
  // In turn, each of them would be waited for three seconds.
  await honest.chain.acceptBlocks(blocks.slice(2, 3))
  await until(() => client.chain.tip.height === 3, 6000)
  const announcer = await dialNode(params, client.peers.port)
  const [, , , newest] = blocks
  if (newest === undefined) throw new Error('no block')
  announcer.send('inv', encodeInv([{ type: INV_BLOCK, hash: newest.header.hash }]))
  await announcer.next('getheaders')
  announcer.send('headers', encodeHeaders([newest.header]))
  await announcer.next('getdata')
  announcer.send('block', newest.raw)
  await until(() => client.chain.tip.height === 4, 6000)
})

test('while the queue is full no bodies are asked for', async () => {
  const blocks = recordedBlocks()
  const server = await openTestServer(
    networkParams('main', { checkpoints: false }),
    48,
    blockServer(blocks, { headers: true }),
  )
  onTestFinished(server.close)
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const client = await openTestNode('main', [server.port], { ready: () => gate })
  await until(() => client.peers.peers().length === 1)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(server.peers[0]?.heard.map(({ command }) => command)).not.toContain('getdata')
  open()
  await until(() => client.chain.tip.height === 48)
})

test('no body is asked for again while it waits to be judged', async () => {
  const blocks = recordedBlocks()
  const params = networkParams('main', { checkpoints: false })
  const server = await openTestServer(params, 48, blockServer(blocks, { headers: true }))
  onTestFinished(server.close)
  const client = await openTestNode('main', [server.port])
  await until(() => client.chain.tip.height === 48)
  const asked = (server.peers[0]?.heard ?? [])
    .filter(({ command }) => command === 'getdata')
    .flatMap(({ payload }) => (parseInv(payload) ?? []).map(({ hash }) => hashKey(hash)))
  expect(asked).toHaveLength(48)
})

test('of two branches each is fetched from the peer that has it, without waiting', async () => {
  const low = await openTestNode('regtest')
  await low.chain.acceptBlocks(regtestBlocks(40))
  const high = await openTestNode('regtest')
  await high.chain.acceptBlocks(regtestBlocks(50))
  const client = await openTestNode('regtest', [low.peers.port, high.peers.port])
  await until(() => client.chain.tip.height === 50, 5000)
  expect(client.chain.tip.hash).toEqual(high.chain.tip.hash)
  expect(client.peers.peers()).toHaveLength(2)
})

test('a peer on a lower branch hears of our tip at once, though its sync peer is another', async () => {
  const params = networkParams('regtest', { checkpoints: false })
  const node = await openTestNode('regtest')
  const blocks = regtestBlocks(3)
  await node.chain.acceptBlocks(blocks)
  const peer = await dialNode(params, node.peers.port)
  expect(parseInv(await peer.next('inv'))).toEqual([{ type: INV_BLOCK, hash: blocks[2]?.header.hash }])
})

test('new blocks are announced even while a header with more work has no block', async () => {
  const params = networkParams('regtest', { checkpoints: false })
  const node = await openTestNode('regtest')
  const [first, second] = regtestBlocks(2)
  if (first === undefined || second === undefined) throw new Error('no blocks')
  const peer = await dialNode(params, node.peers.port)
  const headers = regtestBlocks(3).map(({ header }) => header)
  expect(await node.chain.acceptHeaders(headers)).toMatchObject({ accepted: 3 })
  await node.chain.acceptBlocks([first])
  expect(parseInv(await peer.next('inv'))).toEqual([{ type: INV_BLOCK, hash: first.header.hash }])
  await node.chain.acceptBlocks([second])
  expect(parseInv(await peer.next('inv'))).toEqual([{ type: INV_BLOCK, hash: second.header.hash }])
})
