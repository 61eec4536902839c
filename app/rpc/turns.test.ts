import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('so many run at once, so many wait in their order, and others are turned away', async () => {
  const turns = createTurns(2, 2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const taken = [0, 1, 2, 3, 4].map((at) =>
    turns.take(async () => {
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
  const turns = createTurns(1, 0)
  await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.take(async () => ({ done: true }))).toEqual({ done: true })
})
