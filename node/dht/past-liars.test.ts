import { afterEach, expect, it } from 'vitest'
import { utf8Encode } from '../protocol/bytes.ts'
import type { DhtQuery } from '../protocol/dht-message.ts'
import { targetHash } from '../protocol/dht-target.ts'
import { parseNodeId } from '../protocol/node-id.ts'
import { itemOf, username } from '../store/test-authors.ts'
import { BUCKET_SIZE } from './limits.ts'
import { randomId, TestNetwork, untilContacts } from './test-network.ts'

const LIARS = 40
const profile = { n: 'alice', r: 'profile', t: 's' } as const
const target = targetHash(profile)
const network = new TestNetwork()

afterEach(() => network.close())

function answerOf(item: ReturnType<typeof itemOf>, signer: string) {
  const data = [{ p: item.p, sigP: item.sigP, sigUser: utf8Encode(signer) }]
  return ({ call }: DhtQuery) => (call.method === 'getData' ? { data, token: Uint8Array.of(1) } : {})
}

/** The honest node is the furthest from the target of all; liars of chance are nearer, more than one look-up begins with. */
async function openCrowd(hosts: string, honest: (query: DhtQuery) => object | undefined) {
  const node = await network.openNode(`${hosts}.0.1`)
  const furthest = parseNodeId(target.map((byte) => byte ^ 0xff))
  if (furthest === undefined) throw new Error('no id')
  const last = await network.openScripted(`${hosts}.0.2`, honest, furthest)
  node.dht.addContact(`${hosts}.0.2`, last.port)
  await untilContacts([node], 1)
  // A signature that fits nobody's key is the lie that weighs least.
  const forged = { ...itemOf('bob', profile, { fullname: 'Mallory' }), sigUser: username('alice') }
  const liars: { queries: DhtQuery[] }[] = []
  for (let index = 0; index < LIARS; index++) {
    const host = `${hosts}.1.${index + 1}`
    const liar = await network.openScripted(host, answerOf(forged, 'alice'), randomId())
    node.dht.addContact(host, liar.port)
    liars.push(liar)
  }
  await untilContacts([node], 2 * BUCKET_SIZE + 2)
  const askedLiars = () =>
    liars.flatMap(({ queries }) => queries.filter(({ call }) => call.method === 'getData')).length
  return { node, last, askedLiars }
}

it('a get goes on past liars until somebody has a good value', async () => {
  const item = itemOf('alice', profile, { fullname: 'Alice' })
  const { node, last, askedLiars } = await openCrowd('127.80', answerOf(item, 'alice'))
  const [found] = await node.dht.get(profile)
  expect(found?.sigP).toEqual(item.sigP)
  expect(askedLiars()).toBeGreaterThanOrEqual(2 * BUCKET_SIZE)
  expect(last.queries.filter(({ call }) => call.method === 'getData')).toHaveLength(1)
  expect(node.dht.stats().refused.get('invalid-signature')).toBe(askedLiars())
})

it('and ends, having asked nobody twice, when nobody has one', async () => {
  const { node, last, askedLiars } = await openCrowd('127.81', () => ({}))
  const { items, answers } = await node.dht.search(profile)
  expect([items, answers]).toEqual([[], askedLiars() + 1])
  expect(askedLiars()).toBeLessThanOrEqual(node.dht.stats().contacts)
  expect(last.queries.filter(({ call }) => call.method === 'getData')).toHaveLength(1)
})
