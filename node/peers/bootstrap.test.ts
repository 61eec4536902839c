import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { networkParams } from '../protocol/params.ts'
import type { PeerAddress } from '../store/addresses.ts'
import { AddressBook } from './address-book.ts'
import { keepBook } from './bootstrap.ts'
import { isRoutable } from './ip.ts'
import { ADDRESS_SAVE_INTERVAL_MS, FIXED_SEEDS_AFTER_MS, MAX_SEEDS_AGAIN_MS } from './limits.ts'

const params = networkParams('main', { checkpoints: true })
const clock = { now: () => 1_000_000_000 }
const log = pino({ level: 'silent' })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function openBook(exclusive: boolean, answers: Record<string, string[]>, isLonely = () => true, dht = false) {
  let saved: PeerAddress[] = []
  const asked: string[] = []
  const addresses = {
    addresses: () => saved,
    saveAddresses: (all: readonly PeerAddress[]) => {
      saved = [...all]
    },
  }
  const book = new AddressBook({ store: addresses, defaultPort: params.defaultPort, isAllowed: isRoutable })
  const resolveHost = async (name: string) => {
    asked.push(name)
    return answers[name] ?? []
  }
  const candidates = () => [{ host: '7.7.7.7', port: 5000 }]
  const keeper = keepBook(
    { params, clock, log, addresses, exclusive, resolveHost, ...(dht && { candidates }) },
    book,
    isLonely,
  )
  return { book, asked, keeper, saved: () => saved }
}

test('DNS seeds are asked at once, and what they tell is saved', async () => {
  const { book, asked, keeper, saved } = openBook(false, { 'seed2.twister.net.co': ['8.8.8.8', '10.0.0.1'] })
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(2 * params.dnsSeeds.length)
  expect(book.all()).toMatchObject([{ host: '8.8.8.8', port: 28_333, source: 'seed2.twister.net.co' }])
  await vi.advanceTimersByTimeAsync(ADDRESS_SAVE_INTERVAL_MS)
  expect(saved()).toMatchObject([{ host: '8.8.8.8' }])
  keeper.close()
  expect(saved()).toEqual(book.all())
})

test('fixed seeds are taken if the book is empty after a minute, and not if it is not', async () => {
  const empty = openBook(false, {})
  await vi.advanceTimersByTimeAsync(FIXED_SEEDS_AFTER_MS - 1)
  expect(empty.book.size).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(empty.book.size).toBeGreaterThan(500)
  empty.keeper.close()
  const filled = openBook(false, { 'seed2.twister.net.co': ['8.8.8.8'] })
  await vi.advanceTimersByTimeAsync(FIXED_SEEDS_AFTER_MS)
  expect(filled.book.size).toBe(1)
  filled.keeper.close()
})

test('seeds are asked again while nobody is connected, less and less often', async () => {
  let isLonely = true
  const { asked, keeper } = openBook(false, {}, () => isLonely)
  const round = 2 * params.dnsSeeds.length
  await vi.advanceTimersByTimeAsync(59_000)
  expect(asked).toHaveLength(round)
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(2 * round)
  await vi.advanceTimersByTimeAsync(118_000)
  expect(asked).toHaveLength(2 * round)
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(3 * round)
  isLonely = false
  await vi.advanceTimersByTimeAsync(10 * MAX_SEEDS_AGAIN_MS)
  expect(asked).toHaveLength(3 * round)
  isLonely = true
  await vi.advanceTimersByTimeAsync(MAX_SEEDS_AGAIN_MS)
  expect(asked.length).toBeGreaterThan(3 * round)
  keeper.close()
  const afterwards = asked.length
  await vi.advanceTimersByTimeAsync(10 * MAX_SEEDS_AGAIN_MS)
  expect(asked).toHaveLength(afterwards)
})

test('with --connect no seed is looked at, ever', async () => {
  const { book, asked, keeper } = openBook(true, { 'seed2.twister.net.co': ['8.8.8.8'] })
  await vi.advanceTimersByTimeAsync(10 * MAX_SEEDS_AGAIN_MS)
  expect([asked, book.size]).toEqual([[], 0])
  keeper.close()
})

test('contacts of the DHT are tried as chain peers', async () => {
  const { book, keeper } = openBook(false, {}, () => true, true)
  expect(book.all()).toMatchObject([{ host: '7.7.7.7', port: 5000, source: 'candidates' }])
  keeper.close()
  const exclusive = openBook(true, {}, () => true, true)
  await vi.advanceTimersByTimeAsync(MAX_SEEDS_AGAIN_MS)
  expect(exclusive.book.size).toBe(0)
  exclusive.keeper.close()
})
