import { expect, test } from 'vitest'
import { gatheringTopics, show } from '../../db/queries/topics.ts'
import { createSharedReads, SHARED_READ_MS } from './shared-reads.ts'

function ground() {
  const clock = { ms: 0 }
  const reads = createSharedReads(() => clock.ms)
  reads.setHearing(true)
  let count = 0
  const read = async () => {
    show.user('alice')
    await undefined
    show.tag('wind')
    return ++count
  }
  /** What a page gets, and what it is then known to show. */
  const page = async () => {
    const topics = new Set<string>()
    const value = await gatheringTopics(topics, () => reads.get('people', read))
    return { value, topics: [...topics].sort() }
  }
  return { clock, reads, page }
}

const SHOWN = ['tag wind', 'user alice']

test('pages that are made at once read once, and each shows what was read', async () => {
  const { page } = ground()
  const [first, second] = await Promise.all([page(), page()])
  expect([first, second, await page()]).toEqual(Array(3).fill({ value: 1, topics: first.topics }))
  expect(first.topics).toHaveLength(SHOWN.length)
})

test('after a change, and after a while, it is read again', async () => {
  const { clock, reads, page } = ground()
  expect((await page()).value).toBe(1)
  reads.change()
  expect((await page()).value).toBe(2)
  clock.ms += SHARED_READ_MS - 1
  expect((await page()).value).toBe(2)
  clock.ms += 1
  expect((await page()).value).toBe(3)
})

test('what was begun before a change is not given to a page that begins after it', async () => {
  const { reads, page } = ground()
  const before = page()
  reads.change()
  expect([(await page()).value, (await before).value]).toEqual([2, 1])
  expect((await page()).value).toBe(2)
})

test('while changes are not heard of, each page reads for itself', async () => {
  const { reads, page } = ground()
  await page()
  reads.setHearing(false)
  expect([(await page()).value, (await page()).value]).toEqual([2, 3])
  reads.setHearing(true)
  expect([(await page()).value, (await page()).value]).toEqual([4, 4])
})

test('what fails is told to those who wait, and tried again', async () => {
  const reads = createSharedReads(() => 0)
  reads.setHearing(true)
  const failing = () => Promise.reject(new Error('no database'))
  const asked = [reads.get('x', failing), reads.get('x', failing)]
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await reads.get('x', async () => 1)).toBe(1)
})
