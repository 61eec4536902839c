import { expect, test } from 'vitest'
import { gapsBetween, unshownRanges } from './post-gaps.ts'

test('numbers between two posts are ranges not seen, and encrypted ones are counted', () => {
  expect(gapsBetween(4, 5, [])).toEqual({ absent: [], encrypted: 0, withheld: 0 })
  expect(gapsBetween(4, 8, [])).toEqual({ absent: [{ from: 5, to: 7 }], encrypted: 0, withheld: 0 })
  expect(gapsBetween(4, 10, unshownRanges([{ from: 6, to: 7 }], []))).toEqual({
    absent: [
      { from: 5, to: 5 },
      { from: 8, to: 9 },
    ],
    encrypted: 2,
    withheld: 0,
  })
})

test('encrypted numbers count where they lie between the two posts', () => {
  const encrypted = unshownRanges(
    [
      { from: 0, to: 5 },
      { from: 9, to: 30 },
    ],
    [],
  )
  expect(gapsBetween(4, 10, encrypted)).toEqual({ absent: [{ from: 6, to: 8 }], encrypted: 2, withheld: 0 })
  expect(gapsBetween(30, 32, encrypted)).toEqual({ absent: [{ from: 31, to: 31 }], encrypted: 0, withheld: 0 })
})

test('a claim of two billion posts costs no walk', () => {
  expect(gapsBetween(0, 2 ** 31 - 1, [])).toEqual({ absent: [{ from: 1, to: 2 ** 31 - 2 }], encrypted: 0, withheld: 0 })
})

test('what is withheld is told apart from what is encrypted and what was not seen', () => {
  const unshown = unshownRanges(
    [{ from: 6, to: 7 }],
    [
      { from: 1, to: 2 },
      { from: 8, to: 9 },
    ],
  )
  expect(gapsBetween(0, 12, unshown)).toEqual({
    absent: [
      { from: 3, to: 5 },
      { from: 10, to: 11 },
    ],
    encrypted: 2,
    withheld: 4,
  })
})
