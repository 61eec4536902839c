import { expect, onTestFinished, test } from 'vitest'
import { type AddrEntry, encodeAddr, parseAddr } from '../protocol/messages/addr.ts'
import { parseVersion } from '../protocol/messages/version.ts'
import { networkParams } from '../protocol/params.ts'
import { openTestNode, regtestBlocks, type TestNode, until } from './test-node.ts'
import { dialNode, dialSocket, openTestServer, type TestPeer, testVersion } from './test-peer.ts'

const NOW = 1_795_358_900
const params = networkParams('regtest', { checkpoints: false })
const anywhere = { isLoopbackPublic: true, allowAddress: (ip: string) => ip.startsWith('127.') }

const entry = (host: string, time = NOW): AddrEntry => ({ host, port: 999, time, services: 1n })

/** An answer to a ping comes after what was asked before it. */
async function heardAddresses(peer: TestPeer): Promise<string[]> {
  peer.send('ping', new Uint8Array(8))
  await peer.next('pong')
  return peer.heard
    .filter(({ command }) => command === 'addr')
    .flatMap(({ payload }) => (parseAddr(payload) ?? []).map(({ host, port }) => `${host}:${port}`))
}

async function knownTo(node: TestNode, from: string): Promise<string[]> {
  const asker = await dialNode(node.params, node.peers.port, from)
  asker.send('getaddr')
  return heardAddresses(asker)
}

test('a fresh address is handed on to two others and no more, and told to who asks', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const teller = await dialNode(params, node.peers.port, '127.1.0.1')
  const others = await Promise.all([2, 3, 4, 5].map((group) => dialNode(params, node.peers.port, `127.${group}.0.1`)))
  teller.send('addr', encodeAddr([entry('127.77.0.1'), entry('127.78.0.1', NOW - 700), entry('10.0.0.1')]))
  const told = (): TestPeer[] => others.filter(({ heard }) => heard.some(({ command }) => command === 'addr'))
  await until(() => told().length === 2)
  for (const peer of told()) expect(await heardAddresses(peer)).toEqual(['127.77.0.1:999'])
  expect(await heardAddresses(teller)).toEqual([])
  expect((await knownTo(node, '127.6.0.1')).sort()).toEqual(['127.77.0.1:999', '127.78.0.1:999'])
  expect(told()).toHaveLength(2)
})

test('who told of an address is not one of the two', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const [teller, ...others] = await Promise.all(
    [1, 2, 3].map((group) => dialNode(params, node.peers.port, `127.${group}.0.1`)),
  )
  const told = [71, 72, 73, 74, 75, 76].map((group) => entry(`127.${group}.0.1`))
  teller?.send('addr', encodeAddr(told))
  for (const other of others) expect(parseAddr(await other.next('addr'))).toHaveLength(told.length)
})

test('the answer to our getaddr is not handed on, what comes after it is', async () => {
  const server = await openTestServer(params, 0, () => undefined, { host: '127.41.0.1' })
  onTestFinished(server.close)
  const connect = [{ host: '127.41.0.1', port: server.port }]
  const node = await openTestNode('regtest', [], { ...anywhere, connect })
  const other = await dialNode(params, node.peers.port, '127.2.0.1')
  await until(() => server.peers[0]?.heard.some(({ command }) => command === 'getaddr') === true)
  server.peers[0]?.send('verack')
  server.peers[0]?.send('addr', encodeAddr([entry('127.71.0.1')]))
  server.peers[0]?.send('addr', encodeAddr([entry('127.72.0.1')]))
  expect(parseAddr(await other.next('addr'))).toMatchObject([{ host: '127.72.0.1' }])
  expect(await knownTo(node, '127.6.0.1')).toContain('127.71.0.1:999')
})

test('getaddr is answered once a connection', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const teller = await dialNode(params, node.peers.port, '127.1.0.1')
  teller.send('addr', encodeAddr([entry('127.77.0.1', NOW - 700)]))
  teller.send('getaddr')
  teller.send('getaddr')
  expect(await heardAddresses(teller)).toEqual(['127.77.0.1:999'])
})

test('a peer that was not asked can tell a few addresses and not thousands; too many at once cost 20', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  const teller = await dialNode(params, node.peers.port, '127.1.0.1')
  const many = Array.from({ length: 1000 }, (_, index) => entry(`127.${1 + (index % 200)}.${index >> 3}.1`, NOW - 700))
  for (let round = 0; round < 3; round++) teller.send('addr', encodeAddr(many))
  expect(await knownTo(node, '127.6.0.1')).toHaveLength(10)
  teller.send('addr', encodeAddr([...many, entry('127.1.1.1')]))
  await until(() => node.peers.refused()['message-addr-size'] === 1)
  expect(node.peers.peers().find(({ host }) => host === '127.1.0.1')?.score).toBe(20)
})

test('where we listen is told to those we dial, and not to those that dial us', async () => {
  const server = await openTestServer(params, 0, () => undefined, { host: '127.41.0.1' })
  onTestFinished(server.close)
  const node = await openTestNode('regtest', [], {
    ...anywhere,
    bind: '127.0.0.1',
    connect: [{ host: '127.41.0.1', port: server.port }],
  })
  const dialler = await dialNode(params, node.peers.port, '127.1.0.1')
  await until(() => server.peers[0]?.heard.some(({ command }) => command === 'verack') === true)
  server.peers[0]?.send('verack')
  const payload = await server.peers[0]?.next('addr')
  expect(parseAddr(payload ?? new Uint8Array(0))).toEqual([
    { host: '127.0.0.1', port: node.peers.port, time: NOW, services: 1n },
  ])
  expect(await heardAddresses(dialler)).toEqual([])
})

test('once a day it is told to everybody again', async () => {
  let now = NOW
  const server = await openTestServer(params, 0, () => undefined, { host: '127.41.0.1' })
  onTestFinished(server.close)
  const connect = [{ host: '127.41.0.1', port: server.port }]
  const node = await openTestNode('regtest', [], { ...anywhere, connect, clock: { now: () => now } })
  const dialler = await dialNode(params, node.peers.port, '127.1.0.1')
  const dialled = (): TestPeer | undefined => server.peers[0]
  await until(() => dialled() !== undefined)
  await dialled()?.next('addr')
  now += 24 * 3600
  const again = { host: '127.0.0.1', port: node.peers.port, time: now }
  expect(parseAddr((await dialled()?.next('addr')) ?? new Uint8Array(0))).toMatchObject([again])
  expect(parseAddr(await dialler.next('addr'))).toMatchObject([again])
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(await heardAddresses(dialler)).toHaveLength(1)
})

test('a node that lacks blocks does not tell where it is', async () => {
  let now = NOW
  const node = await openTestNode('regtest', [], { ...anywhere, clock: { now: () => now } })
  const blocks = regtestBlocks(150)
  await node.chain.acceptHeaders(blocks.map(({ header }) => header))
  const peer = await dialNode(params, node.peers.port, '127.1.0.1')
  now += 24 * 3600
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await heardAddresses(peer)).toEqual([])
  await node.chain.acceptBlocks(blocks)
  expect(parseAddr(await peer.next('addr'))).toMatchObject([{ host: '127.0.0.1' }])
})

test('who dials is told by which address it is seen, if others can be told of it', async () => {
  for (const [options, receiver] of [
    [anywhere, { host: '127.1.0.1' }],
    [{}, { host: '0.0.0.0', port: 0, services: 1n }],
  ] as const) {
    const node = await openTestNode('regtest', [], options)
    const peer = await dialSocket(params, node.peers.port, '127.1.0.1')
    peer.send('version', testVersion(0))
    expect(parseVersion(await peer.next('version'))?.receiver).toMatchObject(receiver)
  }
})

test('bound to any address, a node tells where most of those that it dialled see it', async () => {
  const servers = await Promise.all(
    [41, 42, 43].map((group) =>
      openTestServer(params, 0, () => undefined, {
        host: `127.${group}.0.1`,
        version: { receiver: { host: '127.50.0.1', port: 1234, services: 1n } },
      }),
    ),
  )
  for (const server of servers) onTestFinished(server.close)
  const connect = servers.map(({ port }, index) => ({ host: `127.${41 + index}.0.1`, port }))
  const node = await openTestNode('regtest', [], { ...anywhere, bind: '0.0.0.0', connect })
  for (const server of servers) {
    await until(() => server.peers[0] !== undefined)
    const payload = await server.peers[0]?.next('addr')
    expect(parseAddr(payload ?? new Uint8Array(0))).toMatchObject([{ host: '127.50.0.1', port: node.peers.port }])
  }
})

test('nothing is told of a loopback network', async () => {
  const server = await openTestServer(params, 0, () => undefined)
  onTestFinished(server.close)
  const node = await openTestNode('regtest', [server.port], { allowAddress: anywhere.allowAddress })
  await until(() => node.peers.peers().length === 1)
  const peer = await dialNode(params, node.peers.port)
  peer.send('addr', encodeAddr([entry('127.77.0.1'), entry('8.8.8.8')]))
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(server.peers[0]?.heard.map(({ command }) => command)).not.toContain('addr')
  expect(await heardAddresses(peer)).toEqual([])
})

test('who dials us and says where it listens is told to others, of its own address alone', async () => {
  const node = await openTestNode('regtest', [], anywhere)
  for (const [from, host] of [
    ['127.1.0.1', '0.0.0.0'],
    ['127.2.0.1', '127.2.0.1'],
    ['127.3.0.1', '127.99.0.1'],
  ] as const) {
    const peer = await dialSocket(params, node.peers.port, from)
    peer.send('version', testVersion(0, { sender: { host, port: 777, services: 1n } }))
    await peer.next('verack')
  }
  expect((await knownTo(node, '127.6.0.1')).sort()).toEqual(['127.1.0.1:777', '127.2.0.1:777'])
})

test('nodes that know one node find each other', async () => {
  const at = (host: string) => ({ ...anywhere, bind: host })
  const hub = await openTestNode('regtest', [], at('127.31.0.1'))
  const connect = [{ host: '127.31.0.1', port: hub.peers.port }]
  const first = await openTestNode('regtest', [], { ...at('127.32.0.1'), connect })
  await until(() => first.peers.peers().length === 1)
  const second = await openTestNode('regtest', [], { ...at('127.33.0.1'), connect, exclusive: false })
  await until(() => second.peers.peers().some(({ host }) => host === '127.32.0.1'))
})
