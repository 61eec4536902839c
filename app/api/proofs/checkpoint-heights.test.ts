import { expect, test } from 'vitest'
import { PINNED } from '../../../verify/checkpoints.ts'
import { checkpointHeights, nearestCheckpoint } from './checkpoint-heights.ts'

test('main has one every 2016 blocks up to the tip, and those that the verifier brings along', () => {
  expect(checkpointHeights('main', 0)).toEqual([0])
  expect(checkpointHeights('main', 2016)).toEqual([0, 121, 2016])
  const heights = checkpointHeights('main', 60_480)
  expect(heights).toContain(60_480)
  expect(heights).toEqual(expect.arrayContaining(PINNED.main.items.map(({ height }) => height)))
  expect(heights).toEqual([...heights].sort((a, b) => a - b))
  expect(checkpointHeights('main', 60_479)).not.toContain(60_480)
})

test('regtest has its genesis block alone', () => {
  expect(checkpointHeights('regtest', 5000)).toEqual([0])
})

test('the nearest is taken, and of two the one above', () => {
  expect(nearestCheckpoint([0, 10, 20], 4)).toBe(0)
  expect(nearestCheckpoint([0, 10, 20], 5)).toBe(10)
  expect(nearestCheckpoint([0, 10, 20], 10)).toBe(10)
  expect(nearestCheckpoint([0, 10, 20], 99)).toBe(20)
})
