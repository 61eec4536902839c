import type { Socket } from 'node:dgram'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { recordedDatagrams } from '../../test/recorded-wire.ts'
import { encodeDhtQuery, encodeDhtReply, parseDhtMessage } from '../protocol/dht-message.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { parseNodeId } from '../protocol/node-id.ts'
import { itemOf, until, username } from '../store/test-authors.ts'
import type { Dht } from './dht.ts'
import { FLOOD_BURST } from './limits.ts'
import { TestNetwork } from './test-network.ts'

const profile = { n: 'alice', r: 'profile', t: 's' } as const

const network = new TestNetwork()

let dht: Dht
let attacker: Socket

beforeEach(async () => {
  dht = (await network.openNode('127.28.0.1')).dht
  attacker = await network.openSocket('127.28.0.2')
})

afterEach(() => network.close())

function send(socket: Socket, datagram: Uint8Array): void {
  socket.send(datagram, dht.port, '127.28.0.1')
}

async function isAnswering(): Promise<boolean> {
  const friend = await network.openSocket('127.28.0.9')
  const id = parseNodeId(new Uint8Array(20).fill(5))
  if (id === undefined) return false
  let hasAnswer = false
  friend.on('message', () => {
    hasAnswer = true
  })
  send(friend, encodeDhtQuery({ transactionId: Uint8Array.of(1, 2), id, call: { method: 'ping' } }))
  await until(() => hasAnswer)
  return hasAnswer
}

it('mutated packets of the reference neither stop it nor get into it', async () => {
  const packets = recordedDatagrams('phase1-dht-2nodes')
  const mutation = fc.record({
    packet: fc.constantFrom(...packets),
    flips: fc.array(fc.record({ at: fc.nat(5_000), to: fc.nat(255) }), { maxLength: 6 }),
    cut: fc.option(fc.nat(3_000)),
  })
  const sample = fc.sample(mutation, { numRuns: 600, seed: 7 })
  for (const [index, { packet, flips, cut }] of sample.entries()) {
    const datagram = packet.slice(0, cut ?? packet.length)
    for (const { at, to } of flips) if (datagram.length > 0) datagram[at % datagram.length] = to
    send(attacker, datagram)
    if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  expect(await isAnswering()).toBe(true)
  expect(dht.stats().items).toBe(0)
})

it('a flood from one address is ignored, others are answered', async () => {
  const id = parseNodeId(new Uint8Array(20).fill(6))
  if (id === undefined) throw new Error('no id')
  const ping = encodeDhtQuery({ transactionId: Uint8Array.of(1, 2), id, call: { method: 'ping' } })
  for (let round = 0; round < FLOOD_BURST * 3; round++) {
    send(attacker, ping)
    if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect(await isAnswering()).toBe(true)
  await until(() => (dht.stats().counts['flooded'] ?? 0) > 0)
})

it('an answer from another port, or to another question, is not believed', async () => {
  const item = itemOf('alice', profile, { fullname: 'Alice' })
  const id = parseNodeId(new Uint8Array(20).fill(8))
  const liar = await network.openSocket('127.28.0.2')
  if (id === undefined) throw new Error('no id')
  attacker.on('message', (datagram, from) => {
    const query = parseDhtMessage(datagram)
    if (query?.kind !== 'query') return
    const data = [{ p: item.p, sigP: item.sigP, sigUser: new TextEncoder().encode('alice') }]
    const { transactionId } = query
    liar.send(encodeDhtReply({ id, transactionId, data }), from.port, from.address)
    if (query.call.method === 'ping') attacker.send(encodeDhtReply({ id, transactionId }), from.port, from.address)
    else if (query.call.method === 'getData' && query.call.resource.r === 'profile') {
      // The value of another target, and nodes that are nobody.
      const nodes = [{ id: swarmInfohash(username('bob')), ip: '0.0.0.0', port: 0 }]
      attacker.send(encodeDhtReply({ id, transactionId, data, nodes: nodes as never }), from.port, from.address)
    }
  })
  dht.addContact('127.28.0.2', attacker.address().port)
  await until(() => dht.stats().contacts === 1)
  expect(await dht.get({ ...profile, n: 'bob' })).toEqual([])
  expect(dht.stats().refused.get('wrong-target')).toBe(1)
  expect(dht.stats().counts['unmatched']).toBeGreaterThan(1)
})
