import { expect, test } from 'vitest'
import { BufferBudget } from './buffer-budget.ts'
import { MAX_BUFFERED_BYTES } from './limits.ts'

test('when all together hold too much, whoever holds most is closed', () => {
  const budget = new BufferBudget()
  const closed: number[] = []
  const holders = Array.from({ length: 20 }, (_, index) => ({
    close: () => {
      closed.push(index)
    },
  }))
  const share = MAX_BUFFERED_BYTES / 20
  for (const [index, holder] of holders.entries()) budget.update(holder, index === 7 ? share + 10 : share - 1)
  expect(closed).toEqual([])
  const [first] = holders
  if (first === undefined) throw new Error('nobody')
  budget.update(first, share + 9)
  expect(closed).toEqual([7])
  budget.update(first, 0)
  budget.update(first, MAX_BUFFERED_BYTES + 1)
  expect(closed).toEqual([7, 0])
})
