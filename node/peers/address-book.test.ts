import { expect, test } from 'vitest'
import type { PeerAddress } from '../store/addresses.ts'
import { AddressBook } from './address-book.ts'
import { isRoutable } from './ip.ts'
import { MAX_ADDRESS_FAILURES, MAX_ADDRESSES } from './limits.ts'

const anyone = () => true

function bookOf(saved: PeerAddress[] = [], random: () => number = () => 0): AddressBook {
  return new AddressBook({ addresses: () => saved, saveAddresses: () => undefined }, isRoutable, random)
}

test('only allowed addresses are kept, one port a host, and the port that worked stays', () => {
  const book = bookOf()
  expect(book.add({ host: '127.0.0.1', port: 1, lastSeen: 1 })).toBe(false)
  expect(book.add({ host: '192.168.1.1', port: 1, lastSeen: 1 })).toBe(false)
  expect(book.add({ host: '8.8.8.8', port: 0, lastSeen: 1 })).toBe(false)
  expect(book.add({ host: '8.8.8.8', port: 1000, lastSeen: 1 })).toBe(true)
  expect(book.add({ host: '8.8.8.8', port: 2000, lastSeen: 2 })).toBe(false)
  book.connected('8.8.8.8', 3000, 3)
  book.add({ host: '8.8.8.8', port: 4000, lastSeen: 4 })
  expect(book.all()).toEqual([
    { host: '8.8.8.8', port: 3000, lastSeen: 4, lastTried: 0, lastConnected: 3, failures: 0 },
  ])
})

test('what failed is tried less and less often, and given up if it never worked', () => {
  const book = bookOf()
  book.add({ host: '8.8.8.8', port: 1000, lastSeen: 1 })
  expect(book.choose(1000, anyone)?.host).toBe('8.8.8.8')
  book.tried('8.8.8.8', 1000)
  expect(book.choose(1599, anyone)).toBeUndefined()
  expect(book.choose(1600, anyone)?.failures).toBe(1)
  book.tried('8.8.8.8', 1600)
  expect(book.choose(2799, anyone)).toBeUndefined()
  for (let failure = 2; failure <= MAX_ADDRESS_FAILURES; failure++) book.tried('8.8.8.8', 1600)
  expect(book.size).toBe(0)
})

test('gossip cannot grow the book without bound, nor push out what worked', () => {
  const book = bookOf([], Math.random)
  book.connected('9.9.9.9', 1, 1)
  for (let index = 0; index < MAX_ADDRESSES + 2000; index++) {
    book.add({ host: `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, port: 1, lastSeen: index })
  }
  expect(book.size).toBe(MAX_ADDRESSES)
  expect(book.all().some(({ host }) => host === '9.9.9.9')).toBe(true)
})
