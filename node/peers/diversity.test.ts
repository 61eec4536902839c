import { expect, test } from 'vitest'
import { ZERO_HASH } from '../protocol/hash.ts'
import { encodeInv, INV_BLOCK } from '../protocol/messages/inv.ts'
import { MAX_BUFFERED_BYTES, MAX_INBOUND, MAX_INBOUND_PER_GROUP, MAX_INBOUND_PER_SITE } from './limits.ts'
import { openTestNode, regtestBlocks, until } from './test-node.ts'
import { dialNode, dialSocket, type TestPeer } from './test-peer.ts'

const anywhere = { isLoopbackPublic: true, allowAddress: () => true }

test('one machine and one neighbourhood have so many inbound places and no more', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const dialled = (from: string): Promise<TestPeer> => dialSocket(node.params, node.peers.port, from)
  for (let round = 0; round < MAX_INBOUND_PER_SITE; round++) await dialNode(node.params, node.peers.port, '127.1.0.1')
  await (await dialled('127.1.0.1')).closed
  for (let round = MAX_INBOUND_PER_SITE; round < MAX_INBOUND_PER_GROUP; round++) {
    await dialNode(node.params, node.peers.port, `127.1.1.${round}`)
  }
  await (await dialled('127.1.2.1')).closed
  await dialNode(node.params, node.peers.port, '127.2.0.1')
  expect(node.peers.peers()).toHaveLength(MAX_INBOUND_PER_GROUP + 1)
})

test('on a loopback network everybody may share one address', async () => {
  const node = await openTestNode('regtest')
  const count = MAX_INBOUND_PER_GROUP + 5
  for (let round = 0; round < count; round++) await dialNode(node.params, node.peers.port)
  expect(node.peers.peers()).toHaveLength(count)
})

test('a crowd that takes all places gives way to a newcomer, and who was here before it stays', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const honest = await dialNode(node.params, node.peers.port, '127.200.0.1')
  const gone = new Set<number>()
  for (let index = 1; index < MAX_INBOUND; index++) {
    const stranger = await dialSocket(node.params, node.peers.port, `127.${index % 8}.${index}.2`)
    void stranger.closed.then(() => gone.add(index))
  }
  for (let index = 0; index < 3; index++) await dialNode(node.params, node.peers.port, `127.${201 + index}.0.1`)
  await until(() => gone.size > 0)
  honest.send('ping', new Uint8Array(8))
  await honest.next('pong')
  // The youngest of them, whose place the newcomers needed.
  expect([...gone].sort()).toEqual([MAX_INBOUND - 3, MAX_INBOUND - 2, MAX_INBOUND - 1])
  expect(node.peers.peers().map(({ host }) => host)).toEqual([
    '127.200.0.1',
    '127.201.0.1',
    '127.202.0.1',
    '127.203.0.1',
  ])
})

test('a crowd that asks for everything and reads nothing is thinned out, and the others are served', async () => {
  const node = await openTestNode('regtest')
  const blocks = regtestBlocks(200)
  await node.chain.acceptBlocks(blocks)
  const honest = await dialNode(node.params, node.peers.port)
  const items = Array.from({ length: 50_000 }, (_, index) => blocks[index % 200]?.header.hash ?? ZERO_HASH)
  const question = encodeInv(items.map((hash) => ({ type: INV_BLOCK, hash })))
  const crowd = await Promise.all(Array.from({ length: 50 }, () => dialNode(node.params, node.peers.port)))
  for (const peer of crowd) {
    peer.pause()
    peer.send('getdata', question)
  }
  const most = Math.ceil(MAX_BUFFERED_BYTES / question.length)
  await until(() => node.peers.peers().length <= most + 1)
  honest.send('ping', new Uint8Array(8))
  await honest.next('pong')
  expect(node.peers.peers().length).toBeGreaterThan(most / 2)
})

test('a banned machine is not let in again', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const peer = await dialNode(node.params, node.peers.port, '127.9.0.1')
  peer.send('filteradd', new Uint8Array(1000))
  await peer.closed
  await (await dialSocket(node.params, node.peers.port, '127.9.0.1')).closed
  await dialNode(node.params, node.peers.port, '127.9.0.2')
})
