import { expect, it } from 'vitest'
import { until } from '../store/test-authors.ts'
import {
  MAX_QUEUED_DATAGRAMS_PER_IP,
  PACE_ALL_BURST,
  PACE_ALL_PER_SECOND,
  PACE_BURST,
  PACE_PER_SECOND,
} from './limits.ts'
import { Pacer } from './pacer.ts'
import { TokenBuckets } from './token-bucket.ts'

it('stays below the flood ban of the reference towards every address', async () => {
  // "1000 packets / 5 s / IP" (spec 8.4).
  expect(PACE_BURST + 5 * PACE_PER_SECOND).toBeLessThan(1_000)
  const pacer = new Pacer()
  const startedMs = performance.now()
  const sent = { a: 0, b: 0 }
  let refused = 0
  for (let round = 0; round < 1_000; round++) if (!pacer.pace('a', 'answer', () => sent.a++)) refused++
  expect(sent.a).toBe(PACE_BURST)
  expect(refused).toBe(1_000 - PACE_BURST - MAX_QUEUED_DATAGRAMS_PER_IP)
  pacer.pace('b', 'query', () => sent.b++)
  expect(sent.b).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sent.a).toBeGreaterThan(PACE_BURST + 20)
  expect(sent.a).toBeLessThanOrEqual(PACE_BURST + earnedSince(startedMs, PACE_PER_SECOND))
  pacer.close()
})

it('asks before it answers, and sends only so much to all together', async () => {
  const pacer = new Pacer()
  for (let round = 0; round < PACE_BURST; round++) pacer.pace('a', 'answer', () => {})
  const order: string[] = []
  for (const kind of ['answer', 'answer', 'query'] as const) pacer.pace('a', kind, () => order.push(kind))
  await until(() => order.length === 3)
  expect(order).toEqual(['query', 'answer', 'answer'])
  const startedMs = performance.now()
  let sent = 0
  for (let host = 0; host < 2 * PACE_ALL_BURST; host++) pacer.pace(`host ${host}`, 'query', () => sent++)
  expect(sent).toBeGreaterThan(PACE_ALL_BURST - PACE_BURST - 10)
  expect(sent).toBeLessThanOrEqual(PACE_ALL_BURST + earnedSince(startedMs, PACE_ALL_PER_SECOND))
  pacer.close()
})

/** However long this machine took. */
function earnedSince(startedMs: number, perSecond: number): number {
  return ((performance.now() - startedMs) / 1000) * perSecond + 1
}

it('allows a burst, then a rate, for each key', () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 5, maxKeys: 2 })
  expect([1, 2, 3].map(() => buckets.take('a', 2, 0))).toEqual([true, true, false])
  expect(buckets.waitMs('a', 2, 0)).toBe(100)
  expect(buckets.take('a', 2, 100)).toBe(true)
  expect(buckets.take('a', 5, 10_000)).toBe(true)
  expect(buckets.take('b', 5, 0)).toBe(true)
})
