import { createSocket, type Socket } from 'node:dgram'
import { type Dht, openDht } from '../node/dht/dht.ts'
import { utf8Encode } from '../node/protocol/bytes.ts'
import { clockFrom } from '../node/protocol/clock.ts'
import type { DhtItem } from '../node/protocol/dht-item.ts'
import { encodeDhtQuery, encodeDhtReply, parseDhtMessage } from '../node/protocol/dht-message.ts'
import { targetHash } from '../node/protocol/dht-target.ts'
import { parseNodeId } from '../node/protocol/node-id.ts'
import { itemOf, namesOf, openTestStore, silent, until } from '../node/store/test-authors.ts'
import type { Measure } from './measure.ts'

const NOW = 1_795_358_500
const NETWORK_NODES = 20
const VALUES = 100
const GETS = 400
const RAW_GETS = 1_000
/** Who is asked in one look-up, and how many at once (dht-swarm-posts.md 2.5). */
const NEAREST = 8
const AT_ONCE = 5
const users = Array.from({ length: VALUES }, (_, index) => `user${index}`)
const names = namesOf(...users)

interface Quantiles {
  p50_ms: number
  p95_ms: number
}

interface BenchNode {
  dht: Dht
  host: string
  close: () => Promise<void>
}

/**
 * Latency of getData and putData between two nodes of ours and in a network of twenty, all in this process, each with its
 * own address and store. The bound is an echo over plain UDP sockets: datagrams of the same sizes, as many and in the
 * same order as a look-up sends them.
 */
export const measureDht: Measure = async (_options, progress) => {
  progress('signing values')
  const values = users.map((name) => itemOf(name, { n: name, r: 'profile', t: 's' }, { fullname: name, bio: name }))
  const sizes = datagramSizes(values)
  progress('two nodes on the wire')
  const wire = await measureNetwork(81, 2, values, 1)
  progress(`a network of ${NETWORK_NODES}`)
  const network = await measureNetwork(82, NETWORK_NODES, values, NEAREST)
  return { value_bytes: sizes.reply, wire, network: { nodes: NETWORK_NODES, ...network } }
}

async function measureNetwork(net: number, count: number, values: readonly DhtItem[], asked: number): Promise<object> {
  const nodes = await openNetwork(net, count)
  const nodeAt = (index: number): Dht => (nodes[index % nodes.length] ?? nodes[0])?.dht as Dht
  // What goes too fast to one address is held back, to stay below the reference's flood ban.
  const pauseMs = count > NEAREST ? 2 : 15
  const put = await timed(
    values.length,
    async (index) => {
      if ((await nodeAt(index).put(values[index] as DhtItem)) === 0) throw new Error('nobody took a value')
    },
    pauseMs,
  )
  let missing = 0
  const get = await timed(
    GETS,
    async (index) => {
      const item = values[(index * 7) % values.length] as DhtItem
      // Asked by one that did not write it.
      const found = await nodeAt(index * 7 + 1).get(item.resource)
      if (found.length === 0) missing++
    },
    pauseMs,
  )
  const absent = await timed(
    GETS / 4,
    async (index) => {
      await nodeAt(index).get({ n: `user${index % VALUES}`, r: 'avatar', t: 's' })
    },
    pauseMs,
  )
  const raw = await measureRaw(nodes, values)
  for (const node of nodes) await node.close()
  const bound = await measureEcho(net, asked, datagramSizes(values))
  return { put, get, get_of_nothing: absent, missing, raw_get: raw, bound }
}

/** A query by hand, as another implementation sends it: how long until one of our nodes answers. */
async function measureRaw(nodes: readonly BenchNode[], values: readonly DhtItem[]): Promise<Quantiles> {
  const [node] = nodes
  const id = parseNodeId(new Uint8Array(20).fill(7))
  if (node === undefined || id === undefined) throw new Error('no node')
  const socket = await bound('127.80.0.1')
  let answered: () => void = () => {}
  socket.on('message', (datagram, from) => {
    const message = parseDhtMessage(datagram)
    // Who never answers itself is not believed to be where it says, and gets little.
    if (message?.kind !== 'query') answered()
    else socket.send(encodeDhtReply({ id, transactionId: message.transactionId }), from.port, from.address)
  })
  // Slower than what one address may send.
  const quantiles = await timed(
    RAW_GETS,
    async (index) => {
      const { resource } = values[index % values.length] as DhtItem
      const call = { method: 'getData', resource, target: targetHash(resource) } as const
      const query = encodeDhtQuery({ transactionId: Uint8Array.of(index >> 8, index & 0xff), id, call })
      await new Promise<void>((resolve) => {
        answered = resolve
        socket.send(query, node.dht.port, node.host)
      })
    },
    8,
  )
  await closed(socket)
  return quantiles
}

/** The same datagrams between sockets that do nothing: a look-up's `asked` exchanges, then as many to put. */
async function measureEcho(net: number, asked: number, sizes: { query: number; reply: number }): Promise<object> {
  const echoes = await Promise.all(Array.from({ length: asked }, (_, index) => bound(`127.${net}.1.${index + 1}`)))
  const client = await bound(`127.${net}.2.1`)
  const query = new Uint8Array(sizes.query)
  const reply = new Uint8Array(sizes.reply)
  for (const echo of echoes) echo.on('message', (_, from) => echo.send(reply, from.port, from.address))
  let left = 0
  let done: () => void = () => {}
  client.on('message', () => {
    left--
    if (left === 0) done()
  })
  const exchange = (sockets: readonly Socket[]) =>
    new Promise<void>((resolve) => {
      left = sockets.length
      done = resolve
      for (const echo of sockets) client.send(query, echo.address().port, echo.address().address)
    })
  const lookup = async () => {
    for (let start = 0; start < asked; start += AT_ONCE) await exchange(echoes.slice(start, start + AT_ONCE))
  }
  const get = await timed(GETS, lookup)
  const put = await timed(GETS, async () => {
    await lookup()
    await exchange(echoes)
  })
  await Promise.all([client, ...echoes].map(closed))
  return { udp_echo_get: get, udp_echo_put: put }
}

async function openNetwork(net: number, count: number): Promise<BenchNode[]> {
  const nodes: BenchNode[] = []
  for (let index = 1; index <= count; index++) {
    const node = await openNode(`127.${net}.${index}.1`)
    const [first] = nodes
    if (first !== undefined) node.dht.addContact(first.host, first.dht.port)
    nodes.push(node)
  }
  await until(() => nodes.every((node) => node.dht.stats().contacts >= Math.min(NEAREST, count - 1)), 30_000)
  return nodes
}

async function openNode(host: string): Promise<BenchNode> {
  const store = await openTestStore()
  const clock = clockFrom(NOW)
  const options = { store, nameView: names, clock, log: silent, bind: host, port: 0, isDiversityOn: false }
  const dht = await openDht({ ...options, allowAddress: (ip) => ip.startsWith('127.') })
  return { dht, host, close: () => dht.close().then(() => store.close()) }
}

async function timed(count: number, act: (index: number) => Promise<void>, pauseMs = 0): Promise<Quantiles> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const startMs = performance.now()
    await act(index)
    times.push(performance.now() - startMs)
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round((times[Math.floor(share * (times.length - 1))] ?? 0) * 1000) / 1000
  return { p50_ms: at(0.5), p95_ms: at(0.95) }
}

function datagramSizes(values: readonly DhtItem[]): { query: number; reply: number } {
  const [item] = values
  const id = parseNodeId(new Uint8Array(20).fill(7))
  if (item === undefined || id === undefined) throw new Error('no values')
  const transactionId = Uint8Array.of(1, 2)
  const { p, sigP, sigUser, resource } = item
  const call = { method: 'getData', resource, target: targetHash(resource) } as const
  const nodes = Array.from({ length: NEAREST }, () => ({ id, ip: '127.0.0.1', port: 1 }))
  const data = [{ p, sigP, sigUser: utf8Encode(sigUser) }]
  return {
    query: encodeDhtQuery({ transactionId, id, call }).length,
    reply: encodeDhtReply({ transactionId, id, token: new Uint8Array(4), nodes, data }).length,
  }
}

async function bound(host: string): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  return socket
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
