import { expect, test } from 'vitest'
import { Allowance } from './allowance.ts'

test('a few at once, more when they were asked for, and then some a second', () => {
  const start = performance.now()
  const allowance = new Allowance(0.1, 10)
  expect(allowance.take(7, start)).toBe(7)
  expect(allowance.take(7, start)).toBe(3)
  expect(allowance.take(7, start)).toBe(0)
  allowance.raise(1000)
  expect(allowance.take(2500, start)).toBe(1000)
  expect(allowance.take(7, start + 35_000)).toBe(3)
  expect(allowance.take(5000, start + 86_400_000)).toBe(1000)
})
