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

test('quirk: only odd counts move it, and from 200 samples on nothing does', () => {
  const time = new TimeOffset()
  for (let host = 1; host <= 4; host++) time.add(`1.1.1.${host}`, 100)
  expect(time.offset).toBe(100)
  time.add('1.1.1.5', -4000)
  expect(time.offset).toBe(100)
  for (let host = 6; host <= 198; host++) time.add(`1.1.1.${host}`, 60)
  expect(time.offset).toBe(60)
  for (let host = 0; host < 1000; host++) time.add(`2.2.${host >> 8}.${host & 255}`, 4000)
  expect(time.offset).toBe(60)
})

test('an offset of seventy minutes is one too many', () => {
  const offsetFor = (seconds: number): number => {
    const time = new TimeOffset()
    for (let host = 1; host <= 4; host++) time.add(`1.1.1.${host}`, seconds)
    return time.offset
  }
  expect(offsetFor(70 * 60 - 1)).toBe(70 * 60 - 1)
  expect(offsetFor(70 * 60)).toBe(0)
  expect(offsetFor(-70 * 60)).toBe(0)
})
