import { expect, onTestFinished, test } from 'vitest'
import { crc16 } from '../protocol/nonstd-seed.ts'
import { networkParams } from '../protocol/params.ts'
import type { PeerAddress } from '../store/addresses.ts'
import { openResolver } from './seeds.ts'
import { openTestDns } from './test-dns.ts'
import { openTestNode, until } from './test-node.ts'
import { dialSocket, openTestServer, testVersion } from './test-peer.ts'

const params = networkParams('regtest', { checkpoints: false })
const anywhere = { isLoopbackPublic: true, exclusive: false, allowAddress: (ip: string) => ip.startsWith('127.') }

async function openServer(host: string, network = params) {
  const server = await openTestServer(network, 0, () => undefined, { host })
  onTestFinished(server.close)
  return { host, ...server }
}

function knowing(addresses: readonly { host: string; port: number }[]) {
  const saved = addresses.map(({ host, port }): PeerAddress => {
    return { host, port, source: '', lastSeen: 1, lastTried: 0, lastConnected: 0, failures: 0 }
  })
  return { ...anywhere, addresses: { addresses: () => saved, saveAddresses: () => undefined } }
}

test('of one neighbourhood one node is dialled, and another of it as soon as that one is gone', async () => {
  const neighbours = [await openServer('127.61.0.1'), await openServer('127.61.0.2')]
  const node = await openTestNode('regtest', [], knowing([...neighbours, await openServer('127.62.0.1')]))
  await until(() => node.peers.peers().length === 2)
  const hosts = (): string[] => node.peers.peers().map(({ host }) => host)
  expect(hosts()).toContain('127.62.0.1')
  await new Promise((resolve) => setTimeout(resolve, 900))
  expect(hosts()).toHaveLength(2)
  const first = neighbours.find(({ host }) => hosts().includes(host))
  const second = neighbours.find((server) => server !== first)
  first?.close()
  await until(() => second !== undefined && hosts().includes(second.host), 5000)
})

test('who is connected already is not dialled, until it is gone', async () => {
  const server = await openServer('127.65.0.1')
  const node = await openTestNode('regtest', [], anywhere)
  const inbound = await dialSocket(params, node.peers.port, '127.65.0.1')
  inbound.send('version', testVersion(0, { sender: { host: '127.65.0.1', port: server.port, services: 1n } }))
  await inbound.next('verack')
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(server.peers).toEqual([])
  inbound.close()
  await until(() => server.peers.length === 1)
})

test('whoever hangs up at once is not dialled in a storm', async () => {
  const rude = await openTestServer(params, 0, (peer) => peer.close(), { host: '127.63.0.1' })
  onTestFinished(rude.close)
  const node = await openTestNode('regtest', [], knowing([{ host: '127.63.0.1', port: rude.port }]))
  await until(() => rude.peers.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 1700))
  expect(rude.peers).toHaveLength(1)
  expect(node.peers.peers()).toEqual([])
})

test('a node finds its first peer by a DNS seed', async () => {
  const main = networkParams('main', { checkpoints: false })
  const server = await openServer('127.64.0.1', main)
  const crc = crc16(Uint8Array.of(127, 64, 0, 1))
  const companion = `${crc >> 8}.${crc & 255}.${server.port >> 8}.${server.port & 255}`
  const dns = await openTestDns({ 'nonstd.seed2.twister.net.co': ['127.64.0.1', companion] })
  onTestFinished(dns.close)
  const node = await openTestNode('main', [], { ...anywhere, resolveHost: openResolver([dns.server]) })
  await until(() => node.peers.peers().length === 1)
  expect(node.peers.peers()).toMatchObject([{ host: '127.64.0.1', port: server.port, direction: 'outbound' }])
})

test('a peer of the other IP version is dialled from any address, as ours is of no use to reach it', async () => {
  const server = await openServer('::1')
  const node = await openTestNode('regtest', [], { connect: [{ host: '::1', port: server.port }] })
  await until(() => node.peers.peers().length === 1)
  expect(node.peers.peers()).toMatchObject([{ host: '::1', port: server.port, direction: 'outbound' }])
})
