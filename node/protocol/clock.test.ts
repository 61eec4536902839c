import { expect, test } from 'vitest'
import { clockFrom, systemClock } from './clock.ts'

test('the system clock shows unix seconds', () => {
  expect(Math.abs(systemClock.now() - Date.now() / 1000)).toBeLessThan(1)
})

test('a set clock starts where it is told and runs', async () => {
  const clock = clockFrom(1_400_000_000)
  const first = clock.now()
  expect(first).toBeGreaterThanOrEqual(1_400_000_000)
  expect(first).toBeLessThan(1_400_000_001)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(clock.now()).toBeGreaterThan(first)
})
