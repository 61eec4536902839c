import { expect, it } from 'vitest'
import { namesOf, username } from '../store/test-authors.ts'
import { NumberWindow } from './number-window.ts'

const alice = username('alice')

it('wants the newest, as many as the history has, whatever gaps there are', () => {
  const numbers = new NumberWindow(alice, namesOf('alice'), 3)
  expect(numbers.floor()).toBe(0)
  for (const k of [2, 50]) numbers.held.add(k)
  expect(numbers.floor()).toBe(0)
  numbers.held.add(9)
  expect(numbers.floor()).toBe(3)
  numbers.held.add(60)
  expect(numbers.floor()).toBe(10)
})

it('counts what is asked for as if it were there', () => {
  const numbers = new NumberWindow(alice, namesOf('alice'), 3)
  numbers.held.add(5)
  expect(numbers.floor(1)).toBe(0)
  expect(numbers.floor(2)).toBe(6)
  expect(numbers.floor(3)).toBe(Number.POSITIVE_INFINITY)
})

it('knows how far the chain lets a user number his posts', () => {
  // "k <= 2·(best − h) + 20": registered at 10, the tip is at 1000.
  expect(new NumberWindow(alice, namesOf('alice'), 3).limit).toBe(2_000)
  expect(new NumberWindow(alice, namesOf('bob'), 3).limit).toBe(-1)
})
