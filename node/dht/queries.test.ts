import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeBencode } from '../protocol/bencode.ts'
import { rawBytes, utf8Encode } from '../protocol/bytes.ts'
import { clockFrom } from '../protocol/clock.ts'
import type { DhtCall } from '../protocol/dht-call.ts'
import { compareSingles, type DhtItem } from '../protocol/dht-item.ts'
import { swarmInfohash, targetHash } from '../protocol/dht-target.ts'
import { type NodeId, nodeIdForIp, parseNodeId } from '../protocol/node-id.ts'
import type { Store } from '../store/store.ts'
import { itemOf, namesOf, openTestStore, statusOf, TIP_HEIGHT, username } from '../store/test-authors.ts'
import type { Contact, Endpoint } from './contact.ts'
import { ItemStore } from './item-store.ts'
import { MAX_PUTS_PER_MINUTE_PER_IP } from './limits.ts'
import { fittingValues, Queries } from './queries.ts'
import type { ReplyBody } from './rpc.ts'
import { TrackerPeers } from './tracker-peers.ts'

const NOW = 1_795_358_500
const alice = username('alice')
const peer: Endpoint = { host: '203.0.113.7', port: 4_000 }
const profile = { n: 'alice', r: 'profile', t: 's' } as const
const localId = new Uint8Array(20)

let store: Store
let items: ItemStore
let queries: Queries
let contacts: Contact[]
let senders: Endpoint[]
let putAgain: number

beforeEach(async () => {
  store = await openTestStore()
  const clock = clockFrom(NOW)
  const nameView = namesOf('alice', 'bob')
  const strangers = { localId: () => localId, isFollowed: () => false }
  items = new ItemStore({ items: store.dhtItems, write: store.write, nameView, clock, ...strangers })
  putAgain = 0
  contacts = []
  senders = []
  queries = new Queries({
    nameView,
    clock,
    items,
    keep: (item) => items.putSoon(item),
    onHeld: () => putAgain++,
    trackers: new TrackerPeers(() => localId),
    localId: () => localId,
    closest: (_target, count) => contacts.slice(0, count),
    onSender: (from) => senders.push(from),
  })
})

afterEach(() => store.close())

function idFor(host: string): NodeId {
  return nodeIdForIp(host, new Uint8Array(16).fill(3))
}

function ask(call: DhtCall, from = peer, id = idFor(from.host)): ReplyBody | string | undefined {
  let answer: ReplyBody | string | undefined
  const rpc = {
    reply: (_to: Endpoint, _query: object, body: ReplyBody) => {
      answer = body
    },
    error: (_to: Endpoint, _query: object, text: string) => {
      answer = text
    },
  }
  queries.answer(rpc, { kind: 'query', transactionId: Uint8Array.of(1, 2), id, call }, from)
  return answer
}

function tokenFor(item: DhtItem, from = peer): Uint8Array {
  const target = targetHash(item.resource)
  const grant = ask({ method: 'getData', resource: item.resource, target, justToken: true }, from)
  if (typeof grant !== 'object' || grant.token === undefined) throw new Error('no token')
  return grant.token
}

function put(item: DhtItem, given?: Uint8Array, from = peer): ReplyBody | string | undefined {
  const { p, sigP, sigUser, resource } = item
  const token = given ?? tokenFor(item, from)
  return ask({ method: 'putData', token, p, sigP, sigUser: utf8Encode(sigUser), target: targetHash(resource) }, from)
}

describe('a query', () => {
  it('whose id does not fit its address gets its address and nothing else', () => {
    const id = parseNodeId(new Uint8Array(20).fill(1))
    if (id === undefined) throw new Error('no id')
    expect(ask({ method: 'ping' }, peer, id)).toEqual({ ip: '203.0.113.7' })
    expect(senders).toEqual([])
    expect(ask({ method: 'ping' })).toEqual({})
    expect(senders).toEqual([peer])
  })

  it('of an unknown method is answered like findNode, or with an error', () => {
    expect(ask({ method: 'unknown', name: 'getPeers', target: swarmInfohash(alice) })).toEqual({ nodes: [] })
    expect(ask({ method: 'unknown', name: 'nonsense' })).toBe('unknown message')
  })

  it('puts what passes every rule, and is told in the reference’s words what does not', () => {
    const item = itemOf('alice', profile, { fullname: 'Alice' })
    expect(put(item, new Uint8Array(4))).toBe('invalid token')
    expect(put(item, tokenFor(item, { host: '198.51.100.1', port: 1 }))).toBe('invalid token')
    expect(put({ ...item, sigP: new Uint8Array(65) })).toBe('invalid signature')
    expect(put(itemOf('bob', profile, {}))).toBe('only owner is allowed')
    expect(put(itemOf('alice', { ...profile, r: 'x'.repeat(33) }, 1))).toBe('resource name too big')
    expect(put(itemOf('alice', profile, {}, { seq: undefined }))).toBe('seq is required for single')
    expect(put(itemOf('alice', profile, {}, { height: TIP_HEIGHT + 2 }))).toBe('height > getBestHeight')
    expect(put(itemOf('alice', profile, {}, { time: NOW + 7_300 }))).toBe('time > GetAdjustedTime')
    expect(put(itemOf('alice', { n: 'x', r: 'other', t: 'm' }, 'y'.repeat(800)))).toBe('message too big')
    expect(items.size).toBe(0)
    expect(put(item)).toEqual({})
    expect(items.size).toBe(1)
    const answer = ask({ method: 'getData', resource: profile, target: targetHash(profile) })
    expect(answer).toMatchObject({ data: [{ p: item.p }], nodes: [] })
    expect(ask({ method: 'getData', resource: profile, target: targetHash(profile), justToken: true })).toMatchObject({
      data: [],
    })
  })

  it('keeps of two singles with one seq the same whichever comes first, and the one with the higher seq', () => {
    const values = ['first', 'second'].map((fullname) => itemOf('alice', profile, { fullname }))
    const [best] = [...values].sort(compareSingles)
    for (const value of [...values, ...values.reverse()]) put(value)
    expect(items.itemsOf(targetHash(profile)).map((item) => item.p)).toEqual([best?.p])
    put(itemOf('alice', profile, { fullname: 'higher' }, { height: 901 }))
    expect(items.itemsOf(targetHash(profile)).map((item) => item.height)).toEqual([901])
    put(itemOf('alice', profile, { fullname: 'third' }, { seq: 2 }))
    expect(items.itemsOf(targetHash(profile)).map((item) => item.seq)).toEqual([2])
  })

  it('that puts what is held already costs no check of a signature, and says that others take care of it', () => {
    const item = itemOf('alice', profile, {})
    put(item)
    for (let round = 0; round < 3 * MAX_PUTS_PER_MINUTE_PER_IP; round++) put(item, tokenFor(item))
    expect(putAgain).toBe(3 * MAX_PUTS_PER_MINUTE_PER_IP)
    expect(put({ ...item, sigP: new Uint8Array(65) })).toBe('invalid signature')
  })

  it('puts no more than one address may, and says so to nobody', () => {
    const forged = { ...itemOf('alice', profile, {}), sigP: new Uint8Array(65) }
    const token = tokenFor(forged)
    const answers = Array.from({ length: 2 * MAX_PUTS_PER_MINUTE_PER_IP }, () => put(forged, token))
    const checked = answers.filter((answer) => answer === 'invalid signature').length
    expect(checked).toBeGreaterThanOrEqual(MAX_PUTS_PER_MINUTE_PER_IP)
    expect(checked).toBeLessThan(1.5 * MAX_PUTS_PER_MINUTE_PER_IP)
    expect(answers.at(-1)).toEqual({})
    expect(put(forged, undefined, { host: '198.51.100.7', port: 1 })).toBe('invalid signature')
  })

  it('stores nothing that eight others are nearer to, and says so to nobody', () => {
    const target = targetHash(profile)
    contacts = Array.from({ length: 8 }, (_, port) => ({ id: target, host: '203.0.113.9', port, seen: 0, failures: 0 }))
    expect(put(itemOf('alice', profile, {}))).toEqual({})
    expect(items.size).toBe(0)
  })

  it('announces a peer with a token, and finds it', () => {
    const infohash = swarmInfohash(alice)
    const resource = { n: 'alice', r: 'tracker', t: 'm' } as const
    const find = () => ask({ method: 'getData', resource, target: infohash })
    const before = find()
    expect(before).toMatchObject({ values: [] })
    const token = typeof before === 'object' ? before.token : undefined
    const call = {
      method: 'announcePeer',
      infohash,
      port: 29_333,
      token: token ?? new Uint8Array(4),
      n: 'alice',
    } as const
    expect(ask({ ...call, token: new Uint8Array(4) })).toBe('invalid token')
    expect(ask(call)).toEqual({})
    expect(find()).toMatchObject({ values: [{ ip: '203.0.113.7', port: 29_333 }], n: 'alice', followers: 1 })
    ask({ ...call, isImpliedPort: true })
    expect(find()).toMatchObject({ followers: 2 })
  })
})

it('an answer has only as many values as the reference can read', () => {
  const stored = Array.from({ length: 32 }, (_, k) => {
    const item = statusOf('alice', k)
    return { p: item.p, sigP: item.sigP, sigUser: 'alice' }
  })
  const values = fittingValues(stored as unknown as Parameters<typeof fittingValues>[0])
  expect(values.length).toBeGreaterThan(15)
  expect(values.length).toBeLessThan(26)
  const big = rawBytes(encodeBencode({ v: new Uint8Array(8_100) }))
  expect(fittingValues([{ p: big, sigP: new Uint8Array(65), sigUser: 'alice' }] as never)).toHaveLength(1)
})
