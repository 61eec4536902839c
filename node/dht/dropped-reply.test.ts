import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { encodeDhtReply, parseDhtMessage } from '../protocol/dht-message.ts'
import { type Resource, targetHash } from '../protocol/dht-target.ts'
import { parseNodeId } from '../protocol/node-id.ts'
import { openTestStore } from '../store/test-authors.ts'
import type { Endpoint } from './contact.ts'
import { Identity } from './identity.ts'
import { QUERY_TIMEOUT_MS } from './limits.ts'
import { Network } from './network.ts'

const heavy: Resource = { n: 'live', r: 'hashtag', t: 'm' }
const light: Resource = { n: 'quiet', r: 'hashtag', t: 'm' }

let sockets: Socket[] = []
let network: Network
let node: Endpoint

async function openSocket(host: string): Promise<Socket> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  return socket
}

/** A node over its limit of bytes: it answers everything but the question for many values. */
async function openBusyNode(): Promise<Endpoint> {
  const socket = await openSocket('127.29.0.2')
  const id = parseNodeId(new Uint8Array(20).fill(7))
  socket.on('message', (datagram, from) => {
    const query = parseDhtMessage(datagram)
    if (id === undefined || query?.kind !== 'query') return
    if (query.call.method === 'getData' && query.call.resource.n === heavy.n) return
    socket.send(encodeDhtReply({ id, transactionId: query.transactionId, nodes: [] }), from.port, from.address)
  })
  return { host: '127.29.0.2', port: socket.address().port }
}

const ask = (resource: Resource) => network.getData({ method: 'getData', resource, target: targetHash(resource) })

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const store = await openTestStore()
  network = new Network({
    socket: await openSocket('127.29.0.1'),
    identity: new Identity(store.meta, '127.29.0.1'),
    allowAddress: (ip) => ip.startsWith('127.'),
    isDiversityOn: false,
    onQuery: () => {},
    onFilled: () => {},
  })
  await store.close()
  node = await openBusyNode()
  await network.ping(node)
})

afterEach(async () => {
  vi.useRealTimers()
  network.close()
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))))
  sockets = []
})

it('asks a contact again that dropped one reply and gave others since', async () => {
  const dropped = ask(heavy)
  vi.advanceTimersByTime(QUERY_TIMEOUT_MS / 2)
  await network.ping(node)
  vi.advanceTimersByTime(QUERY_TIMEOUT_MS)
  await dropped
  expect(await ask(light)).toHaveLength(1)
})

it('leaves out a contact that has not answered anything since', async () => {
  const dropped = ask(heavy)
  vi.advanceTimersByTime(QUERY_TIMEOUT_MS + 1)
  await dropped
  expect(await ask(light)).toEqual([])
})
