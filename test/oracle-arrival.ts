import fc from 'fast-check'
import type { OutboxItem } from '../node/outbox/item.ts'

/** How items come: in what order, how many of them twice, in batches of what size. */
export interface Arrival {
  seed: number
  repeatedOfTen: number
  batchSize: number
}

export const arrivals: fc.Arbitrary<Arrival> = fc.record({
  seed: fc.integer({ min: 0, max: 0x7fffffff }),
  repeatedOfTen: fc.nat(4),
  batchSize: fc.integer({ min: 1, max: 30 }),
})

export function batchesOf(items: readonly OutboxItem[], { seed, repeatedOfTen, batchSize }: Arrival): OutboxItem[][] {
  const random = randomOf(seed)
  const all = items.flatMap((item) => (random() * 10 < repeatedOfTen ? [item, item] : [item]))
  const shuffled = all
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
  const batches: OutboxItem[][] = []
  for (let i = 0; i < shuffled.length; i += batchSize) batches.push(shuffled.slice(i, i + batchSize))
  return batches
}

/** mulberry32: the same numbers from the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
