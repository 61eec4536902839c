import { expect, test } from 'vitest'
import type { PeerAddress } from '../store/addresses.ts'
import { AddressBook } from './address-book.ts'
import { isRoutable } from './ip.ts'
import {
  ADDRESS_RETRY_S,
  LONELY_ADDRESS_RETRY_S,
  MAX_ADDRESS_FAILURES,
  MAX_NEW_ADDRESSES,
  MAX_NEW_PER_GROUP,
  MAX_NEW_PER_SOURCE,
  MAX_TRIED_ADDRESSES,
  MAX_TRIED_PER_GROUP,
  STALE_ADDRESS_S,
} from './limits.ts'

const anyone = () => true
const NOW = 1_000_000_000

function bookOf(random: () => number = Math.random, saved: PeerAddress[] = []): AddressBook {
  const store = { addresses: () => saved, saveAddresses: () => undefined }
  return new AddressBook({ store, defaultPort: 28_333, isAllowed: isRoutable, random })
}

/** Every one in a /16 of its own, as long as they last. */
function hostOf(index: number): string {
  return `${20 + (index % 60)}.${Math.floor(index / 60) % 256}.${Math.floor(index / 15_360)}.1`
}

test('only allowed addresses are kept, one port a host', () => {
  const book = bookOf()
  const add = (host: string, port: number) => book.add({ host, port, lastSeen: port }, 'a')
  expect(add('127.0.0.1', 1)).toBe(false)
  expect(add('192.168.1.1', 1)).toBe(false)
  expect(add('8.8.8.8', 0)).toBe(false)
  expect(add('8.8.8.8', 28_333)).toBe(true)
  expect(book.all()).toMatchObject([{ port: 28_333 }])
  // "a stored default port is replaced by a newer non-default one", and nothing replaces that
  expect(add('8.8.8.8', 2000)).toBe(false)
  expect(book.all()).toMatchObject([{ port: 2000, lastSeen: 28_333, source: 'a' }])
  add('8.8.8.8', 3000)
  expect(book.all()).toMatchObject([{ port: 2000 }])
  book.connected('8.8.8.8', 4000, 50_000)
  add('8.8.8.8', 5000)
  expect(book.all()).toMatchObject([{ port: 4000, lastConnected: 50_000, failures: 0 }])
})

test('a port that fails again and again gives way to the one that is told now', () => {
  const book = bookOf()
  book.connected('8.8.8.8', 4000, NOW)
  for (let failure = 1; failure <= 3; failure++) book.tried('8.8.8.8', NOW + failure, true)
  book.add({ host: '8.8.8.8', port: 5000, lastSeen: NOW }, 'a')
  expect(book.all()).toMatchObject([{ port: 5000 }])
})

test('what failed is tried less and less often, and given up if it never worked', () => {
  const book = bookOf()
  book.add({ host: '8.8.8.8', port: 1000, lastSeen: 1 }, 'a')
  expect(book.choose(1000, anyone)?.host).toBe('8.8.8.8')
  book.tried('8.8.8.8', 1000, true)
  expect(book.choose(1599, anyone)).toBeUndefined()
  expect(book.choose(1600, anyone)?.failures).toBe(1)
  book.tried('8.8.8.8', 1600, true)
  expect(book.choose(2799, anyone)).toBeUndefined()
  for (let failure = 2; failure <= MAX_ADDRESS_FAILURES; failure++) book.tried('8.8.8.8', 1600, true)
  expect(book.size).toBe(0)
})

test('while nobody is connected failures do not count, and what worked is tried again soon', () => {
  const book = bookOf()
  book.add({ host: '8.8.8.8', port: 1, lastSeen: 1 }, 'a')
  for (let attempt = 0; attempt < 100; attempt++) book.tried('8.8.8.8', NOW, false)
  expect(book.all()).toMatchObject([{ failures: 0 }])
  expect(book.choose(NOW + ADDRESS_RETRY_S - 1, anyone)).toBeUndefined()
  book.connected('9.9.9.9', 1, NOW)
  for (let failure = 0; failure < 9; failure++) book.tried('9.9.9.9', NOW, true)
  const later = NOW + LONELY_ADDRESS_RETRY_S
  expect(book.choose(later, ({ host }) => host === '9.9.9.9', false)).toBeUndefined()
  expect(book.choose(later, ({ host }) => host === '9.9.9.9', true)?.host).toBe('9.9.9.9')
  for (let failure = 0; failure < 5; failure++) book.tried('8.8.8.8', NOW, true)
  expect(book.choose(later, ({ host }) => host === '8.8.8.8', true)).toBeUndefined()
})

test('whoever hangs up on us at once is not dialled again at once', () => {
  const book = bookOf()
  book.connected('8.8.8.8', 1, NOW)
  expect(book.choose(NOW + 59, anyone)).toBeUndefined()
  expect(book.choose(NOW + 60, anyone)?.host).toBe('8.8.8.8')
})

test('one source fills no more than its share, and replaces only what it told itself', () => {
  const book = bookOf()
  book.add({ host: '9.9.9.9', port: 1, lastSeen: NOW }, 'honest')
  for (let index = 0; index < 10_000; index++) book.add({ host: hostOf(index), port: 1, lastSeen: NOW }, 'liar')
  expect(book.size).toBe(MAX_NEW_PER_SOURCE + 1)
  expect(book.all().some(({ source }) => source === 'honest')).toBe(true)
})

test('one neighbourhood fills no more than its share, whoever tells of it, and does not push out who is there', () => {
  const book = bookOf()
  const add = (index: number, lastSeen: number) =>
    book.add({ host: `8.8.${index >> 8}.${index & 255}`, port: 1, lastSeen }, `source ${index}`)
  for (let index = 0; index < 1000; index++) expect(add(index, NOW)).toBe(index < MAX_NEW_PER_GROUP)
  expect(add(1000, NOW + STALE_ADDRESS_S + 1)).toBe(true)
  expect(book.size).toBe(MAX_NEW_PER_GROUP)
})

test('gossip of a thousand sources cannot grow the book without bound, nor push out what worked', () => {
  const book = bookOf()
  book.connected('9.9.9.9', 1, NOW)
  book.add({ host: '9.8.8.8', port: 1, lastSeen: NOW }, 'honest')
  for (let index = 0; index < MAX_NEW_ADDRESSES + 2000; index++) {
    book.add({ host: hostOf(index), port: 1, lastSeen: NOW }, `crowd ${index % 10}`)
  }
  expect(book.size).toBe(MAX_NEW_ADDRESSES + 1)
  const hosts = new Set(book.all().map(({ host }) => host))
  expect(hosts.has('9.9.9.9') && hosts.has('9.8.8.8')).toBe(true)
})

test('those that were reached are bounded too, in all and by neighbourhood', () => {
  const book = bookOf()
  for (let index = 0; index < 100; index++) book.connected(`8.8.8.${index}`, 1, NOW + index)
  expect(book.size).toBe(MAX_TRIED_PER_GROUP)
  expect(book.all().map(({ lastConnected }) => lastConnected)).toContain(NOW + 99)
  for (let index = 0; index < MAX_TRIED_ADDRESSES + 500; index++) book.connected(hostOf(index), 1, NOW + 1000 + index)
  expect(book.size).toBe(MAX_TRIED_ADDRESSES)
})

test('half of the time one that worked is chosen, however many there are that did not', () => {
  let roll = 0
  const book = bookOf(() => roll)
  for (let index = 0; index < 500; index++) book.add({ host: hostOf(index), port: 1, lastSeen: NOW }, 'a')
  book.connected('9.9.9.9', 1, NOW)
  roll = 0.4
  expect(book.choose(NOW + 100, anyone)?.host).toBe('9.9.9.9')
  roll = 0.6
  expect(book.choose(NOW + 100, anyone)?.host).not.toBe('9.9.9.9')
})

test('what was saved is there again, but for what is not allowed any more', () => {
  const first = bookOf()
  first.add({ host: '8.8.8.8', port: 1, lastSeen: NOW }, 'a')
  first.connected('9.9.9.9', 2, NOW)
  const saved = [...first.all(), ...first.all().map((address) => ({ ...address, host: '10.0.0.1' }))]
  const again = bookOf(Math.random, saved)
  expect(again.all()).toEqual(first.all())
  expect(again.isDirty).toBe(false)
})
