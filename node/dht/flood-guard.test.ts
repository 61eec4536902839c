import { expect, it } from 'vitest'
import { FloodGuard } from './flood-guard.ts'
import { ANSWER_BURST, FLOOD_BURST, REPLY_BYTES_BURST, SUBNET_FLOOD_FACTOR, UNPROVEN_BYTES_BURST } from './limits.ts'

function count(times: number, isAllowed: () => boolean): number {
  return Array.from({ length: times }, isAllowed).filter(Boolean).length
}

it('looks at only so much of one address, and at answers of whom we asked even then', () => {
  const guard = new FloodGuard(false)
  const admitted = count(3 * FLOOD_BURST, () => guard.admits('203.0.113.7', false))
  expect(admitted).toBeGreaterThanOrEqual(FLOOD_BURST)
  expect(admitted).toBeLessThan(1.5 * FLOOD_BURST)
  expect(guard.flooders()).toEqual(['203.0.113.7'])
  const answers = count(3 * ANSWER_BURST, () => guard.admits('203.0.113.7', true))
  expect(answers).toBeGreaterThanOrEqual(ANSWER_BURST)
  expect(answers).toBeLessThan(3 * ANSWER_BURST)
  expect(guard.admits('198.51.100.1', false)).toBe(true)
})

it('a /24 has not the allowance of all its addresses, where addresses are to be diverse', () => {
  const admitted = (isDiversityOn: boolean) => {
    const guard = new FloodGuard(isDiversityOn)
    return count(254 * 50, () => guard.admits(`203.0.113.${Math.floor(Math.random() * 254)}`, false))
  }
  expect(admitted(false)).toBe(254 * 50)
  expect(admitted(true)).toBeLessThan(1.5 * SUBNET_FLOOD_FACTOR * FLOOD_BURST)
})

it('sends little to an address that has not shown that it is there', () => {
  const guard = new FloodGuard(false)
  const bytes = () => 1_000 * count(2_000, () => guard.allowsReply('203.0.113.7', 1_000))
  const unproven = bytes()
  expect(unproven).toBeGreaterThan(0.9 * UNPROVEN_BYTES_BURST)
  expect(unproven).toBeLessThan(2 * UNPROVEN_BYTES_BURST)
  guard.prove('203.0.113.7')
  expect(bytes()).toBeGreaterThan(0.9 * REPLY_BYTES_BURST)
})
