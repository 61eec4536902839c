import { afterEach, describe, expect, it } from 'vitest'
import { rawBencode } from '../protocol/bencode.ts'
import { utf8Encode } from '../protocol/bytes.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import { encodeDhtReply, parseDhtMessage } from '../protocol/dht-message.ts'
import { itemOf, statusOf, until, username } from '../store/test-authors.ts'
import { randomId, TestNetwork, type TestNode, untilContacts } from './test-network.ts'

const alice = username('alice')
const profile = { n: 'alice', r: 'profile', t: 's' } as const
const mention = { n: 'alice', r: 'mention', t: 'm' } as const

const network = new TestNetwork()

afterEach(() => network.close())

async function openNode(host: string, contacts: TestNode[] = []): Promise<TestNode> {
  const node = await network.openNode(host)
  for (const contact of contacts) node.dht.addContact(contact.host, contact.dht.port)
  if (contacts.length > 0) await untilContacts([node], 1)
  return node
}

/** Answers everything, after a while, with its id and, where the profile is asked for, one value. Returns its port. */
async function openSimpleNode(host: string, item: DhtItem, delayMs: number): Promise<number> {
  const socket = await network.openSocket(host)
  const id = randomId()
  socket.on('message', (datagram, from) => {
    const query = parseDhtMessage(datagram)
    if (query?.kind !== 'query') return
    const isAsked = query.call.method === 'getData' && query.call.resource.r === 'profile'
    const data = [{ p: item.p, sigP: item.sigP, sigUser: utf8Encode(item.sigUser) }]
    const reply = encodeDhtReply({ id, transactionId: query.transactionId, ...(isAsked ? { data } : {}) })
    network.sendLater(socket, reply, from, delayMs)
  })
  return socket.address().port
}

/** Nodes 1…count of 127.`net`.0.x, each knowing the first, until all know several. */
async function openNetwork(net: number, count: number): Promise<TestNode[]> {
  const nodes: TestNode[] = []
  for (let index = 1; index <= count; index++) {
    nodes.push(await openNode(`127.${net}.0.${index}`, nodes.slice(0, 1)))
  }
  await until(() => nodes.every((node) => node.dht.stats().contacts >= Math.min(5, count - 1)))
  return nodes
}

describe('dht', () => {
  it('keeps a single at other nodes, and the highest seq wins', async () => {
    const [a, b, c] = await openNetwork(20, 3)
    if (a === undefined || b === undefined || c === undefined) throw new Error('no network')
    expect(await a.dht.put(itemOf('alice', profile, { fullname: 'Alice' }))).toBe(2)
    expect(b.dht.stats().items).toBe(1)
    const [found] = await c.dht.get(profile)
    expect(found?.seq).toBe(1)
    await a.dht.put(itemOf('alice', profile, { fullname: 'Alice II' }, { seq: 2 }))
    await b.dht.put(itemOf('alice', profile, { fullname: 'old' }, { seq: 1 }))
    expect((await c.dht.get(profile)).map((item) => item.seq)).toEqual([2])
    expect(await c.dht.get({ n: 'alice', r: 'avatar', t: 's' })).toEqual([])
  })

  it('unites the values of a multi', async () => {
    const [a, b, c] = await openNetwork(21, 3)
    const post = (name: string) => rawBencode(statusOf(name, 1).vRaw)
    await a?.dht.put(itemOf('bob', mention, post('bob')))
    await b?.dht.put(itemOf('alice', mention, post('alice'), { height: 901 }))
    const found = (await c?.dht.get(mention)) ?? []
    expect(found.map((item) => item.sigUser)).toEqual(['alice', 'bob'])
  })

  it('finds who announced a swarm, through nodes that do not know each other at first', async () => {
    const nodes = await openNetwork(22, 7)
    const [, second, ...others] = nodes
    const found: string[] = []
    await second?.dht.peersOf(alice)
    expect(await second?.dht.announce(alice, 4_567)).toBe(true)
    const peers = await others.at(-1)?.dht.peersOf(alice, (peer) => found.push(peer.host))
    expect(peers).toEqual([{ host: '127.22.0.2', port: 4_567 }])
    expect(found).toEqual(['127.22.0.2'])
  })

  it('refuses a value signed by somebody else, and a forged one', async () => {
    const [a, b] = await openNetwork(23, 2)
    const foreign = { ...itemOf('alice', profile, { fullname: 'x' }), sigUser: username('bob') }
    await a?.dht.put(foreign)
    expect(b?.dht.stats().items).toBe(0)
    expect(await b?.dht.get(profile)).toEqual([])
    expect(b?.dht.stats().refused.get('invalid-signature')).toBe(1)
  })

  it('lives with one contact that answers only with data, no token and no nodes', async () => {
    const item = itemOf('alice', profile, { fullname: 'Alice' })
    const port = await openSimpleNode('127.24.0.1', item, 0)
    const node = await openNode('127.24.0.2')
    node.dht.addContact('127.24.0.1', port)
    await until(() => node.dht.stats().contacts === 1)
    const [found] = await node.dht.get(profile)
    expect(found?.p).toEqual(item.p)
    expect(node.dht.keep(item)).toBe(true)
    expect(node.dht.keep(item)).toBe(false)
    expect(node.store.outbox.lastSequence()).toBe(1)
    expect(await node.dht.announce(alice, 1)).toBe(false)
  })

  it('waits for a slow node, which may hold a newer value than a quick one', async () => {
    const old = itemOf('alice', profile, { fullname: 'old' }, { seq: 1 })
    const newest = itemOf('alice', profile, { fullname: 'new' }, { seq: 2 })
    const quickPort = await openSimpleNode('127.28.0.1', old, 0)
    const slowPort = await openSimpleNode('127.28.0.2', newest, 900)
    const node = await openNode('127.28.0.3')
    node.dht.addContact('127.28.0.1', quickPort)
    node.dht.addContact('127.28.0.2', slowPort)
    await until(() => node.dht.stats().contacts === 2)
    expect((await node.dht.get(profile)).map((item) => item.seq)).toEqual([2])
  })

  it('counts garbage, never answers it, and goes on', async () => {
    const node = await openNode('127.25.0.1')
    const socket = await network.openSocket('127.25.0.2')
    let answers = 0
    socket.on('message', () => answers++)
    for (let round = 0; round < 200; round++) {
      const length = (round * 13) % 600
      socket.send(
        Uint8Array.from({ length }, (_, index) => (index * round) & 0xff),
        node.dht.port,
        '127.25.0.1',
      )
    }
    socket.send(`d${'l'.repeat(5000)}e`, node.dht.port, '127.25.0.1')
    await until(() => (node.dht.stats().counts['received'] ?? 0) >= 195)
    expect(node.dht.stats().counts['malformed']).toBe(node.dht.stats().counts['received'])
    expect(answers).toBe(0)
    const other = await openNode('127.25.0.3', [node])
    expect(other.dht.stats().contacts).toBe(1)
  })

  it('does not move while the chain is not fresh, and resumes by itself', async () => {
    const [a] = await openNetwork(26, 1)
    let isFresh = false
    const b = await network.openNode('127.26.0.9', { isChainFresh: () => isFresh })
    b.dht.addContact('127.26.0.1', a?.dht.port ?? 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(b.dht.stats()).toMatchObject({ contacts: 0, isPaused: true })
    expect(b.dht.stats().counts['sent']).toBe(0)
    isFresh = true
    await until(() => b.dht.stats().contacts === 1)
  })

  it('sends nothing to an address it may not talk to', async () => {
    const node = await network.openNode('127.27.0.1', { allowAddress: (ip) => ip === '127.27.0.2' })
    node.dht.addContact('203.0.113.5', 29_333)
    node.dht.addContact('0.0.0.0', 29_333)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await node.dht.get(profile)).toEqual([])
    expect(node.dht.stats().counts['sent']).toBe(0)
  })
})
