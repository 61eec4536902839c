import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../protocol/clock.ts'
import { targetHash } from '../protocol/dht-target.ts'
import type { Store } from '../store/store.ts'
import { itemOf, namesOf, openTestStore, TIP_HEIGHT, until, username } from '../store/test-authors.ts'
import { ItemStore } from './item-store.ts'
import { EXPIRE_ITEMS_AT_ONCE, MAX_MULTI_VALUES, MAX_MULTI_VALUES_PER_SIGNER, MAX_VALUES_PER_SIGNER } from './limits.ts'

const word = { n: 'word', r: 'other', t: 'm' } as const
const foreign = { source: 'dht', announce: false, isLocal: false } as const
const profile = { n: 'user0', r: 'profile', t: 's' } as const
const users = Array.from({ length: 8 }, (_, index) => `user${index}`)

const localId = new Uint8Array(20)

let followed: Set<string>
let store: Store
let names: ReturnType<typeof namesOf>

beforeEach(async () => {
  store = await openTestStore()
  names = namesOf(...users)
  followed = new Set()
})

afterEach(() => store.close())

function open(): ItemStore {
  return new ItemStore(optionsOf(store.write))
}

function optionsOf(write: Store['write']) {
  const strangers = { localId: () => localId, isFollowed: (name: string) => followed.has(name) }
  return { items: store.dhtItems, write, nameView: names, clock: systemClock, ...strangers }
}

/** One block later a name has the key of another. */
function replaceKey(name: string, other: string): void {
  const [record] = names.history(username(name))
  const [newKey] = names.history(username(other))
  if (record === undefined || newKey === undefined) throw new Error('no keys')
  const replacement = { ...record, height: TIP_HEIGHT + 1, pubKeyScript: newKey.pubKeyScript }
  const { history } = names
  names = { tipHeight: TIP_HEIGHT + 1, history: (asked) => (asked === name ? [record, replacement] : history(asked)) }
}

it('keeps 32 values of a multi, the highest, no v twice, and when it is full not all by one signer', () => {
  const items = open()
  const put = (user: string, height: number) => items.put(itemOf(user, word, `${user} ${height}`, { height }), foreign)
  const count = (user: string) => items.itemsOf(targetHash(word)).filter((item) => item.sigUser === user).length
  for (let height = 900; height < 940; height++) put('user0', height)
  expect(items.itemsOf(targetHash(word)).map((item) => item.height)).toEqual(
    Array.from({ length: MAX_MULTI_VALUES }, (_, index) => 939 - index),
  )
  expect(put('user0', 899)).toBe(false)
  expect(items.put(itemOf('user1', word, 'user0 939', { height: 950 }), foreign)).toBe(false)
  for (const user of users.slice(1)) for (let height = 800; height < 808; height++) put(user, height)
  expect(items.itemsOf(targetHash(word))).toHaveLength(MAX_MULTI_VALUES)
  expect(count('user0')).toBe(MAX_MULTI_VALUES_PER_SIGNER)
  expect(count('user1')).toBeGreaterThan(0)
  expect(put('user7', 1)).toBe(false)
  expect(put('user7', 999)).toBe(true)
  expect(items.itemsOf(targetHash(word))[0]?.height).toBe(999)
  expect(items.size).toBe(MAX_MULTI_VALUES)
})

it('drops what has expired, and keeps profiles for ever', () => {
  const items = open()
  items.put(itemOf('user0', word, 'old', { height: 10 }), foreign)
  items.put(itemOf('user0', { n: 'user0', r: 'profile', t: 's' }, {}, { height: 10 }), foreign)
  names = { ...names, tipHeight: 10 + 2_017 }
  const later = open()
  expect(later.itemsOf(targetHash(word))).toEqual([])
  later.expire()
  expect(later.size).toBe(1)
})

it('holds only so many values by one signer for others, counted again after a restart', () => {
  const items = open()
  store.write(() => {
    for (let number = 0; number < MAX_VALUES_PER_SIGNER; number++) {
      items.put(itemOf('user0', { n: 'user0', r: `r${number}`, t: 's' }, 1), foreign)
    }
  })
  const extra = itemOf('user0', { n: 'user0', r: 'extra', t: 's' }, 1)
  expect(items.put(extra, foreign)).toBe(false)
  const again = open()
  expect(again.put(extra, foreign)).toBe(false)
  expect(again.put(itemOf('user0', { n: 'user0', r: 'r5', t: 's' }, 2, { seq: 2 }), foreign)).toBe(true)
  expect(again.put(itemOf('user1', { n: 'user1', r: 'r5', t: 's' }, 2), foreign)).toBe(true)
  expect(again.put(extra, { source: 'dht', announce: true, isLocal: false })).toBe(true)
})

it('a value that is replaced again and again takes the room of one', () => {
  const items = open()
  store.write(() => {
    for (let seq = 0; seq < 60; seq++) items.put(itemOf('user0', profile, seq, { seq }), foreign)
  })
  expect([items.size, items.foreignSize]).toEqual([1, 1])
  expect(items.put(itemOf('user0', profile, 'old', { seq: 3 }), foreign)).toBe(false)
  expect(items.itemsOf(targetHash(profile))[0]?.seq).toBe(59)
})

it('writes what strangers put together, and shows it at once', async () => {
  let writes = 0
  const write = <T>(change: () => T): T => {
    writes++
    return store.write(change)
  }
  const items = new ItemStore(optionsOf(write))
  for (let number = 0; number < 20; number++) items.putSoon(itemOf('user0', { ...profile, r: `r${number}` }, number))
  expect(writes).toBe(0)
  expect(items.itemsOf(targetHash({ ...profile, r: 'r7' }))).toHaveLength(1)
  expect(writes).toBe(1)
  items.putSoon(itemOf('user0', profile, {}))
  await until(() => store.dhtItems.liveCount() === 21)
  expect(writes).toBe(2)
})

it('neither serves nor keeps what was signed with a key that has been replaced', () => {
  const items = open()
  items.put(itemOf('user0', profile, {}), foreign)
  items.put(itemOf('user1', { ...profile, n: 'user1' }, {}), foreign)
  replaceKey('user0', 'user2')
  const later = open()
  expect(later.itemsOf(targetHash(profile))).toEqual([])
  expect(later.itemsOf(targetHash({ ...profile, n: 'user1' }))).toHaveLength(1)
  later.expire()
  expect(later.size).toBe(1)
})

it('takes the first value of a new key, whatever seq the old one had come to', () => {
  const items = open()
  items.put(itemOf('user0', profile, 'old', { seq: 6 }), foreign)
  replaceKey('user0', 'user2')
  const later = open()
  const byNewKey = { ...itemOf('user2', profile, 'new', { seq: 1 }), sigUser: username('user0') }
  expect(later.put(byNewKey, foreign)).toBe(true)
  expect(later.itemsOf(targetHash(profile)).map(({ seq }) => seq)).toEqual([1])
  expect(later.size).toBe(1)
})

it('who is followed is crowded out of a multi by nobody, and comes in where it is full of strangers', () => {
  followed.add('user0')
  const items = open()
  items.put(itemOf('user0', word, 'followed', { height: 1 }), foreign)
  for (const user of users.slice(1)) {
    for (let height = 800; height < 808; height++) {
      items.put(itemOf(user, word, `${user}${height}`, { height }), foreign)
    }
  }
  expect(items.itemsOf(targetHash(word))).toHaveLength(MAX_MULTI_VALUES)
  expect(items.put(itemOf('user7', word, 'high', { height: 999 }), foreign)).toBe(true)
  expect(items.put(itemOf('user0', word, 'old news', { height: 2 }), foreign)).toBe(true)
  const held = items.itemsOf(targetHash(word))
  expect(held).toHaveLength(MAX_MULTI_VALUES)
  expect(held.filter((item) => item.sigUser === 'user0').map((item) => item.height)).toEqual([2, 1])
})

it('looks at some values at a time for those that have expired', () => {
  const items = open()
  store.write(() => {
    for (let number = 0; number <= EXPIRE_ITEMS_AT_ONCE; number++) {
      items.put(itemOf('user0', { ...profile, r: `post${number}` }, number, { height: 10 }), foreign)
    }
  })
  names = { ...names, tipHeight: 10 + 8_641 }
  const later = open()
  expect(later.size).toBe(EXPIRE_ITEMS_AT_ONCE + 1)
  later.expire()
  expect(later.size).toBe(1)
  expect(later.foreignSize).toBe(1)
  later.expire()
  expect(later.size).toBe(0)
})
