import { afterEach, describe, expect, it } from 'vitest'
import { utf8Encode } from '../protocol/bytes.ts'
import { targetHash } from '../protocol/dht-target.ts'
import { type NodeId, parseNodeId } from '../protocol/node-id.ts'
import { itemOf, until, username } from '../store/test-authors.ts'
import { TestNetwork, type TestNode, untilContacts } from './test-network.ts'

const SYBILS = 30
const profile = { n: 'alice', r: 'profile', t: 's' } as const
const target = targetHash(profile)
const network = new TestNetwork()

afterEach(() => network.close())

/** An id that shares all but its last two bytes with the target. */
function idBeside(number: number): NodeId {
  const id = parseNodeId(Uint8Array.from(target, (byte, index) => (index === 18 ? byte ^ (number + 1) : byte)))
  if (id === undefined) throw new Error('no id')
  return id
}

/** Honest nodes, each in a /16 of its own, as on a real network. */
async function openHonest(count: number, isFollowed: boolean): Promise<TestNode[]> {
  const nodes: TestNode[] = []
  for (let index = 0; index < count; index++) {
    const node = await network.openNode(`127.${110 + index}.0.1`, {
      isDiversityOn: true,
      isFollowed: (name) => isFollowed && name === 'alice',
    })
    const [first] = nodes
    if (first !== undefined) node.dht.addContact(first.host, first.dht.port)
    nodes.push(node)
  }
  await untilContacts(nodes, Math.min(5, count - 1))
  return nodes
}

/** Nodes next to the target in one /16, who name nobody but each other and have a forged value. */
async function openSybils(victims: readonly TestNode[]): Promise<void> {
  const forged = { ...itemOf('bob', profile, { fullname: 'Mallory' }), sigUser: username('alice') }
  const places: { id: NodeId; ip: string; port: number }[] = []
  const sybils: { queries: unknown[] }[] = []
  for (let number = 0; number < SYBILS; number++) {
    const ip = `127.109.${number}.1`
    const id = idBeside(number)
    const data = [{ p: forged.p, sigP: forged.sigP, sigUser: utf8Encode('alice') }]
    const answer = () => ({ nodes: places.slice(0, 8), token: Uint8Array.of(1), data })
    const sybil = await network.openScripted(ip, answer, id)
    sybils.push(sybil)
    places.push({ id, ip, port: sybil.port })
    for (const { dht } of victims) dht.addContact(ip, sybil.port)
  }
  // All have answered a ping: whoever has room for them has them in its table.
  await until(() => sybils.every(({ queries }) => queries.length >= victims.length))
}

describe('ids next to a target', () => {
  it('do not hide what honest nodes hold', async () => {
    const nodes = await openHonest(12, true)
    const [author, ...others] = nodes
    const reader = others.at(-1)
    if (author === undefined || reader === undefined) throw new Error('no network')
    expect(await author.dht.put(itemOf('alice', profile, { fullname: 'Alice' }))).toBe(8)
    await openSybils(nodes)
    // Not from its own store, where what comes is written a moment later.
    expect(reader.dht.stats().items).toBeLessThanOrEqual(1)
    for (const { contentHash } of reader.store.dhtItems.itemsOf(target)) {
      reader.store.dhtItems.deleteItem(target, contentHash)
    }
    const [found] = await reader.dht.get(profile)
    expect(found?.sigUser).toBe('alice')
    expect(reader.dht.stats().refused.get('invalid-signature')).toBeGreaterThan(0)
    // And a value written now still gets to honest nodes.
    const newer = itemOf('alice', profile, { fullname: 'Alice' }, { seq: 2 })
    expect(await author.dht.put(newer)).toBeGreaterThan(0)
    const holders = others.filter(({ store }) => store.dhtItems.itemsOf(target)[0]?.seq === 2)
    await until(() => others.some(({ store }) => store.dhtItems.itemsOf(target)[0]?.seq === 2))
    expect(holders.length).toBeLessThanOrEqual(8)
  })
})
