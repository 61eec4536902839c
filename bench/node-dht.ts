import { createSocket, type Socket } from 'node:dgram'
import { utf8Encode } from '../node/protocol/bytes.ts'
import type { DhtItem } from '../node/protocol/dht-item.ts'
import { encodeDhtQuery, encodeDhtReply, parseDhtMessage } from '../node/protocol/dht-message.ts'
import { targetHash } from '../node/protocol/dht-target.ts'
import { type NodeId, parseNodeId } from '../node/protocol/node-id.ts'
import { itemOf } from '../node/store/test-authors.ts'
import { percentiles, startChild } from './child.ts'
import { DHT_USERS, openDhtNode, untilContacts } from './dht-nodes.ts'
import type { Measure } from './measure.ts'

const NETWORK_NODES = 20
const GETS = 200
/** Who is asked in one look-up, and how many at once (dht-swarm-posts.md 2.5). */
const NEAREST = 8
const AT_ONCE = 5
/** What goes faster to one address is held back, to stay below the reference's flood ban. */
const PAUSE_MS = 15

interface Quantiles {
  readonly p50: number
  readonly p95: number
}

interface Network {
  readonly net: number
  readonly count: number
  readonly folder: string
}

/**
 * Milliseconds of getData and putData between two nodes of ours, and in a network of twenty: one that writes, one that
 * reads, and a process for the others, each node with its own address and store. The bound is an echo over plain UDP
 * sockets: datagrams of the same sizes, as many and in the same order as a look-up sends them.
 */
export const measureDht: Measure = async ({ folder }, progress) => {
  progress('signing values')
  const values = DHT_USERS.map((name) => itemOf(name, { n: name, r: 'profile', t: 's' }, { fullname: name, bio: name }))
  progress('two nodes on the wire')
  const wire = await measureNetwork({ net: 81, count: 2, folder }, values)
  progress(`a network of ${NETWORK_NODES}`)
  const network = await measureNetwork({ net: 82, count: NETWORK_NODES, folder }, values)
  return { unit: 'ms', reply_bytes: datagramSizes(values).reply, wire, network: { nodes: NETWORK_NODES, ...network } }
}

async function measureNetwork({ net, count, folder }: Network, values: readonly DhtItem[]): Promise<object> {
  const writer = await openDhtNode(`127.${net}.1.1`, folder)
  const reader = count > 2 ? await openDhtNode(`127.${net}.2.1`, folder) : writer
  const mine = writer === reader ? [writer] : [writer, reader]
  const contacts = Math.min(NEAREST, count - 1)
  const place = [`127.${net}`, count - mine.length, contacts, writer.host, writer.dht.port].map(String)
  if (reader !== writer) reader.dht.addContact(writer.host, writer.dht.port)
  const others = startChild('dht-process.ts', [folder, ...place])
  try {
    const [other] = (await others.said()) as { host: string; port: number }[]
    await untilContacts(mine, contacts)
    const put = await timed(values, values.length, async (item) => {
      if ((await writer.dht.put(item)) < contacts) throw new Error('not all took a value')
    })
    const get = await timed(values, GETS, async (item) => {
      if ((await reader.dht.get(item.resource)).length === 0) throw new Error('a value was not found')
    })
    const nothing = await timed(values, GETS / 2, async ({ sigUser }) => {
      await reader.dht.get({ n: sigUser, r: 'avatar', t: 's' })
    })
    const raw = other === undefined ? undefined : await measureRaw(other, values)
    return { put, get, get_of_nothing: nothing, raw_get: raw, bound: await measureEcho(net, contacts, values) }
  } finally {
    await others.end()
    for (const node of mine) await node.close()
  }
}

/** A query by hand, as another implementation sends it: how long until one of our nodes answers. */
async function measureRaw(node: { host: string; port: number }, values: readonly DhtItem[]): Promise<Quantiles> {
  const id = benchId()
  const socket = await bound('127.80.0.1')
  let answered: () => void = () => {}
  socket.on('message', (datagram, from) => {
    const message = parseDhtMessage(datagram)
    // Who never answers itself is not believed to be where it says, and gets little.
    if (message?.kind !== 'query') answered()
    else socket.send(encodeDhtReply({ id, transactionId: message.transactionId }), from.port, from.address)
  })
  let sent = 0
  const quantiles = await timed(values, GETS, async ({ resource }) => {
    const call = { method: 'getData', resource, target: targetHash(resource) } as const
    const transactionId = Uint8Array.of(sent >> 8, sent++ & 0xff)
    await new Promise<void>((resolve) => {
      answered = resolve
      socket.send(encodeDhtQuery({ transactionId, id, call }), node.port, node.host)
    })
  })
  await closed(socket)
  return quantiles
}

/** The same datagrams between sockets that do nothing: a look-up's `asked` exchanges, then as many to put. */
async function measureEcho(net: number, asked: number, values: readonly DhtItem[]): Promise<object> {
  const sizes = datagramSizes(values)
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
  const get = await timed(values, GETS, lookup, 0)
  const lookupAndPut = async () => {
    await lookup()
    await exchange(echoes)
  }
  const put = await timed(values, GETS, lookupAndPut, 0)
  await Promise.all([client, ...echoes].map(closed))
  return { udp_echo_get: get, udp_echo_put: put }
}

/** One after the other, with each value in its turn. */
async function timed(
  values: readonly DhtItem[],
  count: number,
  act: (item: DhtItem) => Promise<void>,
  pauseMs = PAUSE_MS,
): Promise<Quantiles> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const item = values[index % values.length]
    if (item === undefined) throw new Error('no values')
    const startMs = performance.now()
    await act(item)
    times.push(performance.now() - startMs)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return percentiles(times)
}

function benchId(): NodeId {
  const id = parseNodeId(new Uint8Array(20).fill(7))
  if (id === undefined) throw new Error('no id')
  return id
}

function datagramSizes(values: readonly DhtItem[]): { query: number; reply: number } {
  const [item] = values
  const id = benchId()
  if (item === undefined) throw new Error('no values')
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
