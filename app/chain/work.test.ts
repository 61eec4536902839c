import { expect, test } from 'vitest'
import { difficultyOf, workBits } from './work.ts'

test('difficulty counts from the target of 0x1d00ffff', () => {
  expect(difficultyOf(0x1d00ffff)).toBe(1)
  expect(difficultyOf(0x1b0404cb)).toBeCloseTo(16_307.42, 1)
  expect(difficultyOf(0x1e00ffff)).toBeCloseTo(1 / 256, 9)
  expect(difficultyOf(0x207fffff)).toBeCloseTo(4.6565e-10, 13)
})

test('work is told by its highest bit', () => {
  expect(workBits('0'.repeat(64))).toBe(0)
  expect(workBits('1'.padStart(64, '0'))).toBe(0)
  expect(workBits('2'.padStart(64, '0'))).toBe(1)
  expect(workBits('c4000'.padStart(64, '0'))).toBe(19)
  expect(workBits('f'.repeat(64))).toBe(255)
})
