import { createSocket } from 'node:dgram'
import { afterEach, expect, it } from 'vitest'
import { clockFrom } from '../protocol/clock.ts'
import { targetHash } from '../protocol/dht-target.ts'
import { itemOf, namesOf, openTestStore, silent, until } from '../store/test-authors.ts'
import { type Dht, openDht } from './dht.ts'
import { Identity } from './identity.ts'
import { ItemStore } from './item-store.ts'
import {
  FIRST_REPUT_MS,
  REPUT_CONFIRMED_MS,
  REPUT_GAP_MS,
  REPUT_MULTI_SECONDS,
  REPUT_UNCONFIRMED_MS,
} from './limits.ts'
import { Network } from './network.ts'
import { Writer } from './writer.ts'

const NOW = 1_795_358_500
const nameView = namesOf('alice', 'bob')
const profile = { n: 'alice', r: 'profile', t: 's' } as const
const word = { n: 'word', r: 'other', t: 'm' } as const
const fetched = { source: 'dht', announce: true, isLocal: false } as const
const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openStore() {
  const store = await openTestStore()
  closers.push(() => store.close())
  return store
}

/** Another node: it holds what it is given. */
async function openOther(host: string): Promise<Dht> {
  const store = await openStore()
  const clock = clockFrom(NOW)
  const options = { store, nameView, clock, log: silent, bind: host, port: 0, isDiversityOn: false }
  const dht = await openDht({ ...options, allowAddress: () => true })
  closers.push(() => dht.close())
  return dht
}

async function openWriter(host: string, others: { host: string; dht: Dht }[]) {
  const store = await openStore()
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  const network = new Network({
    socket,
    identity: new Identity(store.meta, host),
    allowAddress: () => true,
    isDiversityOn: false,
    onQuery: () => {},
    onFilled: () => {},
  })
  for (const { host, dht } of others) await network.ping({ host, port: dht.port })
  let nowS = NOW
  const clock = { now: () => nowS }
  const followed = new Set(['alice'])
  const isFollowed = (signer: string) => followed.has(signer)
  const strangers = { localId: () => new Uint8Array(20), isFollowed }
  const items = new ItemStore({ items: store.dhtItems, write: store.write, nameView, clock, ...strangers })
  const open = () => {
    const writer = new Writer({ network, items, nameView, clock, isFollowed })
    closers.push(async () => writer.close())
    return writer
  }
  closers.push(async () => {
    network.close()
    await new Promise<void>((resolve) => socket.close(() => resolve()))
  })
  const wait = (seconds: number) => {
    nowS += seconds
  }
  return { items, open, followed, wait, network }
}

it('puts a followed user’s value again after an hour, also where nobody holds it any more', async () => {
  const other = await openOther('127.71.0.1')
  const { items, open, followed } = await openWriter('127.71.0.2', [{ host: '127.71.0.1', dht: other }])
  const writer = open()
  for (const name of ['alice', 'bob']) {
    const item = itemOf(name, { ...profile, n: name }, { fullname: name })
    items.put(item, fetched)
    writer.keep(item, false)
  }
  const startMs = performance.now()
  writer.refresh(startMs + REPUT_CONFIRMED_MS / 2)
  writer.refresh(startMs + 1.2 * REPUT_CONFIRMED_MS)
  await until(() => other.stats().items === 1)
  expect((await other.get(profile)).map((item) => item.sigUser)).toEqual(['alice'])
  expect(await other.get({ ...profile, n: 'bob' })).toEqual([])

  const newer = itemOf('alice', profile, { fullname: 'Alice II' }, { seq: 2 })
  items.put(newer, fetched)
  writer.refresh(startMs + 2.4 * REPUT_CONFIRMED_MS)
  await expect.poll(async () => (await other.get(profile))[0]?.seq).toBe(2)

  followed.delete('alice')
  items.put(itemOf('alice', profile, {}, { seq: 3 }), fetched)
  writer.refresh(startMs + 3.6 * REPUT_CONFIRMED_MS)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await other.get(profile))[0]?.seq).toBe(2)
})

it('goes on with what lies in the store after a restart, within the hour', async () => {
  const other = await openOther('127.72.0.1')
  const { items, open } = await openWriter('127.72.0.2', [{ host: '127.72.0.1', dht: other }])
  items.put(itemOf('alice', profile, {}), fetched)
  items.put(itemOf('bob', { ...profile, n: 'bob' }, {}), { ...fetched, isLocal: true })
  items.put(itemOf('bob', { ...profile, n: 'bob', r: 'avatar' }, {}), fetched)
  const writer = open()
  writer.refresh(performance.now())
  expect(other.stats().items).toBe(0)
  writer.refresh(performance.now() + FIRST_REPUT_MS + REPUT_CONFIRMED_MS)
  await until(() => other.stats().items === 2)
})

it('puts a stranger’s value again too if it was given it, unless somebody else has just done so', async () => {
  const other = await openOther('127.70.0.1')
  const { items, open } = await openWriter('127.70.0.2', [{ host: '127.70.0.1', dht: other }])
  const writer = open()
  const given = { source: 'dht', announce: false, isLocal: false } as const
  const [mine, cared] = ['profile', 'avatar'].map((r) => itemOf('bob', { n: 'bob', r, t: 's' }, {}))
  if (mine === undefined || cared === undefined) throw new Error('no items')
  const startMs = performance.now()
  for (const item of [mine, cared]) {
    items.put(item, given)
    writer.keep(item, true)
  }
  // An hour later, in this test.
  const soon = REPUT_CONFIRMED_MS * 1.2
  writer.seenAgain(cared, targetHash(cared.resource), false, startMs + soon)
  writer.refresh(startMs + soon)
  await until(() => other.stats().items === 1)
  await new Promise((resolve) => setTimeout(resolve, 1.5 * REPUT_GAP_MS))
  expect(other.stats().items).toBe(1)
  expect(await other.get(mine.resource)).toHaveLength(1)
  writer.refresh(startMs + 2 * soon)
  await until(() => other.stats().items === 2)
})

it('puts a fresh value of its own every minute until others are seen with it, then every hour; a multi two days', async () => {
  const other = await openOther('127.73.0.1')
  const { items, open, wait, network } = await openWriter('127.73.0.2', [{ host: '127.73.0.1', dht: other }])
  const writer = open()
  const item = itemOf('bob', word, 'v')
  items.put(item, { source: 'local', announce: false, isLocal: true })
  writer.add(item)
  let nowMs = performance.now() + 1.2 * REPUT_UNCONFIRMED_MS
  writer.refresh(nowMs)
  await until(() => other.stats().items === 1)
  const sent = () => network.rpc.traffic.counts.sent
  const afterFirst = sent()
  nowMs += 1.2 * REPUT_UNCONFIRMED_MS
  writer.refresh(nowMs)
  await until(() => sent() >= afterFirst + 2)
  const confirmed = sent()
  nowMs += 1.2 * REPUT_UNCONFIRMED_MS
  writer.refresh(nowMs)
  expect(sent()).toBe(confirmed)
  wait(REPUT_MULTI_SECONDS + 1)
  writer.refresh(nowMs + 1.2 * REPUT_CONFIRMED_MS)
  expect(sent()).toBe(confirmed)
})
