import { expect, test } from 'vitest'
import { TimeOffset } from './time-offset.ts'

test('the offset is the median of an odd number of at least five samples, the first of them 0', () => {
  const time = new TimeOffset()
  for (const [host, offset] of [
    ['1.1.1.1', 10],
    ['2.2.2.2', 20],
    ['3.3.3.3', 30],
  ] as const)
    time.add(host, offset)
  expect(time.offset).toBe(0)
  time.add('4.4.4.4', 40)
  expect(time.offset).toBe(20)
  time.add('5.5.5.5', 1000)
  expect(time.offset).toBe(20)
})

test('one host has one voice, and clocks that are far off are not followed', () => {
  const time = new TimeOffset()
  for (let sample = 0; sample < 10; sample++) time.add('1.1.1.1', 50)
  expect(time.offset).toBe(0)
  for (let host = 2; host <= 6; host++) time.add(`${host}.1.1.1`, 5000)
  expect(time.offset).toBe(0)
})
