import { createSocket, type Socket } from 'node:dgram'
import { expect, onTestFinished, test } from 'vitest'
import { type Dht, openDht } from '../node/dht/dht.ts'
import { bytesToHex } from '../node/protocol/bytes.ts'
import { clockFrom } from '../node/protocol/clock.ts'
import {
  type DhtMessage,
  type DhtReply,
  encodeDhtQuery,
  encodeDhtReply,
  parseDhtMessage,
} from '../node/protocol/dht-message.ts'
import { type Resource, type Target, targetHash } from '../node/protocol/dht-target.ts'
import { type NodeId, parseNodeId } from '../node/protocol/node-id.ts'
import { openTestStore, silent, until } from '../node/store/test-authors.ts'
import { RECORDED_NOW, recordedNames } from './recorded-names.ts'
import { isDhtPacket, type RecordingName, recordedPackets } from './recorded-wire.ts'
import { type RecordedResourceJson, readVectors } from './replay-peer-recordings.ts'

/**
 * Our DHT in the place of every recorded daemon: it is asked what that was asked, in the same order, and has to answer
 * as that did: the same kind of answer, the same words when it refuses, and of the values those that were put to it on
 * the way. What differs: ids, tokens (whoever puts gets one of ours first), nodes and peers that it knows.
 */
const recordings = [
  'phase1-dht-2nodes',
  'phase2-dht-node3',
  'phase3-utp-and-dht-node4',
  'phase3-utp-ignored-tcp-fallback',
  'phase4-probe',
] as const
/** Queries from one address: beyond it our node would slow the asker down. */
const QUERIES_PER_ADDRESS = 40
const OUR_HOST = '127.31.0.1'

interface Exchange {
  readonly query: Uint8Array
  readonly asked: DhtMessage
  readonly answer: DhtMessage
}

const exchanges = new Map(recordings.map((recording) => [recording, exchangesOf(recording)]))
const sessions = recordings.flatMap((recording) =>
  [...(exchanges.get(recording)?.keys() ?? [])].map((daemon) => [recording, daemon] as const),
)
const everything = [...exchanges.values()].flatMap((byDaemon) => [...byDaemon.values()].flat())
const resources = new Map(
  everything.flatMap(({ asked }) =>
    asked.kind === 'query' && asked.call.method === 'getData'
      ? [[bytesToHex(asked.call.target), asked.call.resource] as const]
      : [],
  ),
)

test('no answer of the recordings is left out', () => {
  expect(sessions.length).toBe(16)
  // as many as recording-frames.test.ts counts
  expect(everything.length).toBe(311 + 231 + 69 + 146 + 36 + 6)
})

test.each(sessions)('%s: our node in the place of %s', async (recording, daemon) => {
  const dht = await openNode(OUR_HOST)
  const put = new Set<string>()
  for (const [index, { query, asked, answer }] of (exchanges.get(recording)?.get(daemon) ?? []).entries()) {
    const asker = await openAsker(dht, `127.32.${Math.floor(index / QUERIES_PER_ADDRESS)}.1`)
    const ours = await asker.ask(await withOurToken(asker, query, asked, answer))
    expect(summaryOf(ours), `${index}: ${JSON.stringify(asked)}`).toBe(summaryOf(answer))
    if (asked.kind === 'query' && asked.call.method === 'putData' && answer.kind === 'reply') {
      put.add(bytesToHex(asked.call.p))
    }
    const wanted = valuesOf(answer).filter((p) => put.has(p))
    expect(valuesOf(ours)).toEqual(expect.arrayContaining(wanted))
    asker.close()
  }
  expect(dht.stats().items).toBeLessThanOrEqual(put.size)
})

/** The fullest recorded answer for each resource. */
function recordedReplies(): Map<string, DhtReply> {
  const replies = new Map<string, DhtReply>()
  for (const { asked, answer } of everything) {
    if (asked.kind !== 'query' || asked.call.method !== 'getData' || answer.kind !== 'reply') continue
    const target = bytesToHex(asked.call.target)
    if ((answer.data?.length ?? 0) >= (replies.get(target)?.data?.length ?? 1)) replies.set(target, answer)
  }
  return replies
}

test('our node reads every value that the daemons served', async () => {
  const replies = recordedReplies()
  const socket = await openSocket('127.30.0.1')
  socket.on('message', (datagram, from) => {
    const query = parseDhtMessage(datagram)
    if (query?.kind !== 'query') return
    const target = query.call.method === 'getData' ? bytesToHex(query.call.target) : ''
    const { id, ...answer } = replies.get(target) ?? { id: nodeId(query.id.map((byte) => ~byte)) }
    const { transactionId } = query
    socket.send(encodeDhtReply({ ...answer, id, nodes: [], transactionId }), from.port, from.address)
  })
  const dht = await openNode('127.30.0.2')
  dht.addContact('127.30.0.1', socket.address().port)
  await until(() => dht.stats().contacts === 1)
  const served = readVectors<RecordedResourceJson[]>('recordings-dht.json').flatMap(({ n, r, t, values }) => {
    const resource: Resource = { n, r, t: t === 's' ? 's' : 'm' }
    const reply = replies.get(bytesToHex(targetHash(resource)))
    return reply === undefined || values.length === 0 ? [] : [{ resource, reply }]
  })
  expect(served.length).toBeGreaterThan(10)
  for (const { resource, reply } of served) {
    const found = (await dht.get(resource)).map(({ p }) => bytesToHex(p))
    expect(found.sort(), JSON.stringify(resource)).toEqual(valuesOf(reply).sort())
  }
})

function valuesOf(message: DhtMessage | DhtReply): string[] {
  return (message.kind === 'reply' ? (message.data ?? []) : []).map(({ p }) => bytesToHex(p))
}

function summaryOf(message: DhtMessage): string {
  if (message.kind === 'error') return `error ${message.code} ${message.text}`
  return message.kind === 'reply' ? `reply${message.token === undefined ? '' : ' with a token'}` : message.kind
}

/** As recorded, but with a token of ours where a token was good. */
async function withOurToken(
  asker: Asker,
  query: Uint8Array,
  asked: DhtMessage,
  answer: DhtMessage,
): Promise<Uint8Array> {
  if (asked.kind !== 'query' || (answer.kind === 'error' && answer.text === 'invalid token')) return query
  const { call } = asked
  if (call.method !== 'putData' && call.method !== 'announcePeer') return query
  const token = await asker.tokenFor(call.method === 'putData' ? call.target : call.infohash)
  return encodeDhtQuery({ ...asked, call: { ...call, token } })
}

interface Asker {
  ask(query: Uint8Array): Promise<DhtMessage>
  tokenFor(target: Target): Promise<Uint8Array>
  close(): void
}

async function openAsker(dht: Dht, host: string): Promise<Asker> {
  const socket = await openSocket(host)
  const ask = (query: Uint8Array): Promise<DhtMessage> =>
    new Promise((resolve) => {
      const take = (datagram: Uint8Array) => {
        const message = parseDhtMessage(datagram)
        // our node has questions of its own
        if (message?.kind !== 'reply' && message?.kind !== 'error') return
        socket.off('message', take)
        resolve(message)
      }
      socket.on('message', take)
      socket.send(query, dht.port, OUR_HOST)
    })
  return {
    ask,
    tokenFor: async (target) => {
      const resource = resources.get(bytesToHex(target))
      if (resource === undefined) throw new Error('put where nobody looked')
      const call = { method: 'getData', target, resource, justToken: true } as const
      const answer = await ask(
        encodeDhtQuery({ transactionId: Uint8Array.of(1, 2), id: nodeId(new Uint8Array(20)), call }),
      )
      if (answer.kind !== 'reply' || answer.token === undefined) throw new Error('no token')
      return answer.token
    },
    close: () => socket.close(),
  }
}

async function openSocket(host: string): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  return socket
}

async function openNode(host: string): Promise<Dht> {
  const store = await openTestStore()
  const dht = await openDht({
    store,
    nameView: recordedNames(),
    clock: clockFrom(RECORDED_NOW),
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    isDiversityOn: false,
  })
  onTestFinished(async () => {
    await dht.close()
    await store.close()
  })
  return dht
}

function nodeId(bytes: Uint8Array): NodeId {
  const id = parseNodeId(bytes)
  if (id === undefined) throw new Error('not 20 bytes')
  return id
}

/** Every query of a recording that was answered, by the port of who answered, in the order of the queries. */
function exchangesOf(recording: RecordingName): Map<string, Exchange[]> {
  const byDaemon = new Map<string, Exchange[]>()
  const packets = recordedPackets(recording).filter(isDhtPacket)
  const taken = new Set<number>()
  for (const [index, { route, bytes }] of packets.entries()) {
    const asked = parseDhtMessage(bytes)
    if (asked === undefined || (asked.kind !== 'query' && asked.kind !== 'fault')) continue
    const [from = '', to = ''] = route.split('>')
    const at = packets.findIndex((packet, later) => {
      if (later < index || taken.has(later) || packet.route !== `${to}>${from}`) return false
      const message = parseDhtMessage(packet.bytes)
      const isAnswer = message?.kind === 'reply' || message?.kind === 'error'
      return isAnswer && bytesToHex(message.transactionId) === bytesToHex(asked.transactionId)
    })
    const answer = packets[at] && parseDhtMessage(packets[at].bytes)
    if (answer === undefined) continue
    taken.add(at)
    byDaemon.set(to, [...(byDaemon.get(to) ?? []), { query: bytes, asked, answer }])
  }
  return byDaemon
}
