import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bitfieldHas } from '../protocol/wire-message.ts'
import { PieceSet } from './piece-set.ts'

it('holds what was added, newest first, however it grows', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(20_000)), (numbers) => {
      const set = new PieceSet()
      for (const k of numbers) set.add(k)
      const descending = [...numbers].sort((a, b) => b - a)
      expect([...set.descending()]).toEqual(descending)
      expect(set.size).toBe(numbers.length)
      expect(set.highest).toBe(descending[0] ?? -1)
      const bits = set.toBitfield(set.highest + 2)
      expect(numbers.every((k) => bitfieldHas(bits, k))).toBe(true)
      expect([...PieceSet.fromBitfield(bits).descending()]).toEqual(descending)
    }),
  )
})

it('has nothing beyond its end', () => {
  const set = PieceSet.fromBitfield(Uint8Array.of(0xe0))
  expect([...set.descending()]).toEqual([2, 1, 0])
  expect(set.has(3)).toBe(false)
  expect(set.has(100_000)).toBe(false)
})

it('forgets numbers, also the highest', () => {
  const set = new PieceSet()
  for (const k of [3, 90, 200]) set.add(k)
  expect([set.delete(200), set.delete(200), set.delete(3)]).toEqual([true, false, true])
  expect([set.size, set.highest, ...set.descending()]).toEqual([1, 90, 90])
  set.delete(90)
  expect([set.size, set.highest]).toEqual([0, -1])
})

it('counts as a sorted list does: the highest, the lowest, what others do not have', () => {
  const numbers = fc.uniqueArray(fc.nat(500))
  fc.assert(
    fc.property(numbers, numbers, fc.nat(520), (mine, theirs, at) => {
      const [set, other] = [new PieceSet(), new PieceSet()]
      for (const k of mine) set.add(k)
      for (const k of theirs) other.add(k)
      const ascending = [...mine].sort((a, b) => a - b)
      expect(set.lowest(at % 9)).toEqual(ascending.slice(0, at % 9))
      expect(set.nthHighest(at % 9)).toBe(at % 9 === 0 ? undefined : ascending.at(-(at % 9)))
      expect(set.countWithout(at)).toBe(mine.filter((k) => k >= at).length)
      expect(set.countWithout(at, other)).toBe(mine.filter((k) => k >= at && !theirs.includes(k)).length)
    }),
  )
})

it('says in runs which numbers it holds, from any number on', () => {
  // Long runs and long gaps, so that whole bytes of both are passed over.
  const runs = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 8 })
  fc.assert(
    fc.property(runs, fc.nat(200), fc.integer({ min: 1, max: 9 }), (lengths, from, count) => {
      const set = new PieceSet()
      const expected: number[] = []
      let k = 0
      for (const [gap, length] of lengths) {
        const first = k + gap + 1
        k = first + length
        for (let number = first; number <= k; number++) set.add(number)
        k++
        if (k - 1 >= from) expected.push(Math.max(first, from), k - 1)
      }
      expect(set.ranges(from, count)).toEqual(expected.slice(0, 2 * count))
    }),
  )
})
