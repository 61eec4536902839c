import { expect, it } from 'vitest'
import { MAX_KNOWN_PEERS, MAX_RETRY_LOOPBACK_MS, RETRY_LOOPBACK_MS, RETRY_MS } from './limits.ts'
import { PeerBook } from './peer-book.ts'

const free = () => false
const peer = (number: number, host = '198.51.100.1') => ({ host, port: number })

it('offers everybody once, and again only after a while that grows', () => {
  const book = new PeerBook()
  book.add(peer(1), 'dht')
  book.add(peer(1), 'pex')
  book.add(peer(0), 'pex')
  expect(book.size).toBe(1)
  expect(book.due(0, free, 8)).toHaveLength(1)
  expect(book.due(0, () => true, 8)).toEqual([])
  book.dialling(peer(1))
  expect(book.due(1e12, free, 8)).toEqual([])
  book.ended(peer(1), 0, false)
  expect(book.due(RETRY_MS / 2, free, 8)).toEqual([])
  expect(book.due(RETRY_MS * 1.3, free, 8)).toHaveLength(1)
  book.ended(peer(1), 0, false)
  expect(book.due(RETRY_MS * 1.3, free, 8)).toEqual([])
})

it('is quicker on loopback', () => {
  const book = new PeerBook()
  book.add(peer(1, '127.0.0.1'), 'chain')
  for (let round = 0; round < 20; round++) book.ended(peer(1, '127.0.0.1'), 0, false)
  expect(book.due(MAX_RETRY_LOOPBACK_MS * 1.3, free, 8)).toHaveLength(1)
  book.succeeded(peer(1, '127.0.0.1'))
  book.ended(peer(1, '127.0.0.1'), 0, true)
  expect(book.due(RETRY_LOOPBACK_MS * 1.3, free, 8)).toHaveLength(1)
})

it('puts the proven first, and gives the places of the unproven away when it is full', () => {
  const book = new PeerBook()
  for (let number = 1; number <= MAX_KNOWN_PEERS; number++) book.add(peer(number), 'pex')
  book.succeeded(peer(500))
  book.ended(peer(7), 0, false)
  book.add(peer(60_000), 'dht')
  expect(book.size).toBe(MAX_KNOWN_PEERS)
  const due = book.due(1e12, free, MAX_KNOWN_PEERS).map(({ port }) => port)
  expect(due[0]).toBe(500)
  expect(due).toContain(60_000)
  expect(due).not.toContain(7)
})

it('never offers ourselves again', () => {
  const book = new PeerBook()
  book.add(peer(1), 'dht')
  book.avoid(peer(1))
  book.add(peer(1), 'dht')
  expect(book.due(1e12, free, 8)).toEqual([])
})
