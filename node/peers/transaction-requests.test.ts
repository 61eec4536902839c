import { expect, test } from 'vitest'
import { sha256d } from '../protocol/hash.ts'
import { MAX_TRANSACTION_TELLERS, MAX_TRANSACTIONS_ASKED, TRANSACTION_TIMEOUT_MS } from './limits.ts'
import { TransactionRequests } from './transaction-requests.ts'

const hash = (byte: number) => sha256d(Uint8Array.of(byte, byte >> 8))

function open() {
  const asked: string[] = []
  return { asked, requests: new TransactionRequests<string>((peer) => asked.push(peer)) }
}

test('a registration is asked of one peer, and of the next when it does not come', () => {
  const { asked, requests } = open()
  expect(requests.announced('a', hash(1), 0)).toBe(true)
  expect(requests.announced('b', hash(1), 0)).toBe(false)
  expect(requests.announced('c', hash(1), 0)).toBe(false)
  expect(requests.announced('b', hash(1), 0)).toBe(false)
  requests.askAgain(TRANSACTION_TIMEOUT_MS - 1)
  expect(asked).toEqual([])
  requests.askAgain(TRANSACTION_TIMEOUT_MS)
  expect(asked).toEqual(['b'])
  requests.askAgain(2 * TRANSACTION_TIMEOUT_MS)
  requests.askAgain(3 * TRANSACTION_TIMEOUT_MS)
  expect(asked).toEqual(['b', 'c'])
  expect(requests.announced('a', hash(1), 0)).toBe(true)
})

test('what came is not asked again', () => {
  const { asked, requests } = open()
  requests.announced('a', hash(1), 0)
  requests.announced('b', hash(1), 0)
  requests.arrived(hash(1))
  requests.askAgain(TRANSACTION_TIMEOUT_MS)
  expect(asked).toEqual([])
})

test('of a peer that is gone nothing is waited for, and nothing asked', () => {
  const { asked, requests } = open()
  for (const peer of ['a', 'b', 'c']) requests.announced(peer, hash(1), 0)
  requests.gone('b')
  requests.gone('a')
  requests.askAgain(1)
  expect(asked).toEqual(['c'])
})

test('who was asked and lacks it is not waited for; whether others lack it says nothing', () => {
  const { asked, requests } = open()
  for (const peer of ['a', 'b', 'c']) requests.announced(peer, hash(1), 0)
  requests.lacking('b', hash(1))
  requests.lacking('a', hash(2))
  requests.askAgain(1)
  expect(asked).toEqual([])
  requests.lacking('a', hash(1))
  requests.askAgain(1)
  expect(asked).toEqual(['b'])
})

test('the list of what is asked and of who has it is bounded', () => {
  const { asked, requests } = open()
  for (let byte = 0; byte < MAX_TRANSACTIONS_ASKED; byte++) expect(requests.announced('a', hash(byte), 0)).toBe(true)
  expect(requests.announced('a', hash(MAX_TRANSACTIONS_ASKED), 0)).toBe(false)
  for (let peer = 0; peer < 100; peer++) requests.announced(`${peer}`, hash(0), 0)
  for (let round = 1; round < 100; round++) requests.askAgain(round * TRANSACTION_TIMEOUT_MS)
  expect(asked).toHaveLength(MAX_TRANSACTION_TELLERS - 1)
})
