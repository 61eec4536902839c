import { expect, test } from 'vitest'
import { gapsBetween } from './post-gaps.ts'

test('numbers between two posts are ranges not seen, and encrypted ones are counted', () => {
  expect(gapsBetween(4, 5, new Set())).toEqual({ absent: [], encrypted: 0 })
  expect(gapsBetween(4, 8, new Set())).toEqual({ absent: [{ from: 5, to: 7 }], encrypted: 0 })
  expect(gapsBetween(4, 10, new Set([6, 7]))).toEqual({
    absent: [
      { from: 5, to: 5 },
      { from: 8, to: 9 },
    ],
    encrypted: 2,
  })
})

test('a claim of two billion posts costs no walk', () => {
  expect(gapsBetween(0, 2 ** 31 - 1, new Set())).toEqual({ absent: [{ from: 1, to: 2 ** 31 - 2 }], encrypted: 0 })
})
