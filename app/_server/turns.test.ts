import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('so many run at once, so many wait in their order, and others are turned away', async () => {
  const turns = createTurns({ atOnce: 2, maxWaiting: 2, maxPerReader: 9 })
  const begun: number[] = []
  const ends: (() => void)[] = []
  const taken = [0, 1, 2, 3, 4].map((at) =>
    turns.take('a', async () => {
      begun.push(at)
      await new Promise<void>((resolve) => ends.push(resolve))
      return { at }
    }),
  )
  expect(await taken[4]).toBeUndefined()
  expect(begun).toEqual([0, 1])
  ends[1]?.()
  expect(await taken[1]).toEqual({ at: 1 })
  await Promise.resolve()
  expect(begun).toEqual([0, 1, 2])
  ends[0]?.()
  await taken[0]
  await new Promise(setImmediate)
  expect(begun).toEqual([0, 1, 2, 3])
  for (const end of ends) end()
  expect(await Promise.all(taken)).toHaveLength(5)
})

test('what fails gives its place back', async () => {
  const turns = createTurns({ atOnce: 1, maxWaiting: 0, maxPerReader: 1 })
  await expect(turns.take('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.take('a', async () => ({ done: true }))).toEqual({ done: true })
})

test('one reader does not take the places of others', async () => {
  const turns = createTurns({ atOnce: 3, maxWaiting: 3, maxPerReader: 2 })
  const ends: (() => void)[] = []
  const wait = (reader: string) =>
    turns.take(reader, async () => {
      await new Promise<void>((resolve) => ends.push(resolve))
      return { reader }
    })
  const mine = [wait('a'), wait('a'), wait('a')]
  expect(await mine[2]).toBeUndefined()
  const other = wait('b')
  await new Promise(setImmediate)
  for (const end of ends) end()
  expect(await Promise.all([mine[0], mine[1], other])).toEqual([{ reader: 'a' }, { reader: 'a' }, { reader: 'b' }])
  expect(await turns.take('a', async () => ({ again: true }))).toEqual({ again: true })
  const unnamed = [1, 2, 3].map((at) => turns.take(undefined, async () => ({ at })))
  expect(await Promise.all(unnamed)).toEqual([{ at: 1 }, { at: 2 }, { at: 3 }])
})
