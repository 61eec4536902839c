import { expect, it } from 'vitest'
import { FIRST_OUTSTANDING, REQUEST_TIMEOUT_MS } from './limits.ts'
import { PieceRequests } from './piece-requests.ts'

const all = () => true

function withPieces(count: number): PieceRequests {
  const requests = new PieceRequests()
  for (let k = 0; k < count; k++) requests.saw(k)
  return requests
}

it('offers the newest first, down to the floor, and starts over when rewound or when something newer shows', () => {
  const requests = withPieces(5)
  const isEven = (k: number) => k % 2 === 0
  expect(requests.next(isEven, 0)).toBe(4)
  expect(requests.next((k) => k < 4, 2)).toBe(3)
  expect(requests.next((k) => k < 2, 2)).toBeUndefined()
  expect(requests.next(all, 0)).toBe(1)
  requests.saw(9)
  expect(requests.next(all, 0)).toBe(9)
  expect(requests.next(() => false, 0)).toBeUndefined()
  requests.rewind()
  expect(requests.next((k) => k < 9, 0)).toBe(4)
})

it('widens its window with what arrives, narrows it with what does not, and takes late answers', () => {
  const requests = withPieces(40)
  expect(requests.room).toBe(FIRST_OUTSTANDING)
  requests.ask(1, 0)
  requests.ask(2, 10)
  expect(requests.arrived(1)).toBe(true)
  expect(requests.arrived(1)).toBe(false)
  expect(requests.room).toBe(FIRST_OUTSTANDING)
  expect(requests.expire(REQUEST_TIMEOUT_MS + 10)).toEqual([2])
  expect(requests.room).toBeLessThan(FIRST_OUTSTANDING)
  expect(requests.arrived(2)).toBe(true)
  expect(requests.arrived(3)).toBe(false)
})

it('gives back what it asked for', () => {
  const requests = withPieces(3)
  for (const k of [2, 1, 0]) requests.ask(k, 0)
  expect(requests.refused(1)).toBe(true)
  expect(requests.refused(1)).toBe(false)
  expect(requests.clear()).toEqual([2, 0])
  expect(requests.outstanding).toBe(0)
})

it('counts silence only against a peer that has never delivered', () => {
  const requests = withPieces(3)
  requests.ask(2, 0)
  requests.expire(REQUEST_TIMEOUT_MS)
  expect(requests.timeouts).toBe(1)
  requests.ask(1, 0)
  requests.arrived(1)
  requests.ask(0, 0)
  requests.expire(REQUEST_TIMEOUT_MS)
  expect(requests.timeouts).toBe(0)
})
