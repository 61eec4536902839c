import { expect, it } from 'vitest'
import { MAX_ASKED_AT_ONCE } from './limits.ts'
import { Pending } from './pending.ts'

it('gives a number to one peer at a time, and to a second one when the first is slow', () => {
  const pending = new Pending()
  expect(pending.isSlow(7)).toBe(false)
  pending.ask(7)
  expect([pending.isFree(7), pending.isFree(8), pending.size]).toEqual([false, true, 1])
  expect([pending.isSlow(7), pending.isSlow(7)]).toEqual([true, false])
  for (let asked = 1; asked < MAX_ASKED_AT_ONCE; asked++) {
    expect(pending.isFree(7)).toBe(true)
    pending.ask(7)
  }
  expect(pending.isFree(7)).toBe(false)
})

it('is done with a number when nobody is asked for it any more', () => {
  const pending = new Pending()
  pending.ask(7)
  pending.isSlow(7)
  pending.ask(7)
  pending.release(7)
  expect(pending.has(7)).toBe(true)
  pending.release(7)
  expect(pending.has(7)).toBe(false)
  pending.ask(7)
  expect(pending.isFree(7)).toBe(false)
})
