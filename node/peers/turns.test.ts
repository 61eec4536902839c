import { expect, test } from 'vitest'
import { TURN_MS } from './limits.ts'
import { Turns } from './turns.ts'

function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('twenty who work without end leave the others as much as one does, and get on alike', async () => {
  const turns = new Turns()
  const done = Array.from({ length: 20 }, () => 0)
  let isOver = false
  const busy = done.map(async (_, index) => {
    while (!isOver) {
      work(1)
      done[index] = (done[index] ?? 0) + 1
      await turns.take()
    }
  })
  // Twenty times what one may take would be a turn of 20 * TURN_MS.
  let rounds = 0
  const end = performance.now() + 60 * TURN_MS
  while (performance.now() < end) {
    await new Promise((resolve) => setImmediate(resolve))
    rounds++
  }
  isOver = true
  await Promise.all(busy)
  expect(rounds).toBeGreaterThan(20)
  expect(Math.min(...done)).toBeGreaterThan(Math.max(...done) / 10)
})

test('who has little to do does not wait', () => {
  const turns = new Turns()
  for (let message = 0; message < 10; message++) expect(turns.take()).toBeUndefined()
})
