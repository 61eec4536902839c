import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOCAL_REQUESTS_PER_MINUTE, MAX_CLIENTS_REMEMBERED, REQUESTS_PER_MINUTE } from './limits.ts'
import { createRateLimit } from './rate-limit.ts'

const reader = { key: '203.0.113.7', isLocal: false }

function limitOf(perMinute: number | undefined) {
  const clock = { ms: 1000 }
  return { clock, limit: createRateLimit({ perMinute, nowMs: () => clock.ms }) }
}

test('a minute’s worth may be asked at once; then one is admitted as often as a token comes back', () => {
  const { clock, limit } = limitOf(6)
  const said = Array.from({ length: 6 }, () => limit.admit(reader))
  expect(said.map(({ isAdmitted }) => isAdmitted)).toEqual(Array(6).fill(true))
  expect(said.map(({ headers }) => headers['ratelimit-remaining'])).toEqual(['5', '4', '3', '2', '1', '0'])
  expect(limit.admit(reader)).toMatchObject({ isAdmitted: false, headers: { 'retry-after': '10' } })
  clock.ms += 9999
  expect(limit.admit(reader)).toMatchObject({ isAdmitted: false, headers: { 'retry-after': '1' } })
  clock.ms += 1
  expect(limit.admit(reader).isAdmitted).toBe(true)
  expect(limit.admit(reader).isAdmitted).toBe(false)
  clock.ms += 60_000
  expect(limit.admit(reader).headers['ratelimit-remaining']).toBe('5')
})

test('the headers say the quota, what is left of it and when it is whole again, in both writings', () => {
  const { limit } = limitOf(6)
  limit.admit(reader)
  expect(limit.admit(reader).headers).toEqual({
    'ratelimit-policy': '"reader";q=6;w=60',
    ratelimit: '"reader";r=4;t=20',
    'ratelimit-limit': '6',
    'ratelimit-remaining': '4',
    'ratelimit-reset': '20',
  })
})

test('the quota is admitted at once whatever number it is, and not one more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (quota) => {
      const { limit } = limitOf(quota)
      const said = Array.from({ length: quota + 1 }, () => limit.admit(reader))
      expect(said.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(quota)
      expect(said.at(-2)?.headers['ratelimit-remaining']).toBe('0')
      expect(said[0]?.headers['ratelimit-remaining']).toBe(String(quota - 1))
    }),
    { numRuns: 50 },
  )
})

test('one reader’s requests are not another one’s', () => {
  const { limit } = limitOf(1)
  expect(limit.admit(reader).isAdmitted).toBe(true)
  expect(limit.admit({ ...reader, key: '203.0.113.8' }).isAdmitted).toBe(true)
  expect(limit.admit(reader).isAdmitted).toBe(false)
})

test('by default a local reader may ask more than one from the world; a setting is for both; 0 is no limit', () => {
  const quotaOf = (perMinute: number | undefined, isLocal: boolean) =>
    limitOf(perMinute).limit.admit({ key: 'x', isLocal }).headers['ratelimit-limit']
  expect(quotaOf(undefined, false)).toBe(String(REQUESTS_PER_MINUTE))
  expect(quotaOf(undefined, true)).toBe(String(LOCAL_REQUESTS_PER_MINUTE))
  expect(quotaOf(7, true)).toBe('7')
  const { limit } = limitOf(0)
  for (let i = 0; i < 1000; i++) expect(limit.admit(reader)).toEqual({ isAdmitted: true, headers: {} })
})

test('whoever asks in whatever rhythm never gets more than the quota and what has come back since', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 5000 })), (quota, pauses) => {
      const { clock, limit } = limitOf(quota)
      let admitted = 0
      for (const pause of pauses) {
        clock.ms += pause
        const { isAdmitted, headers } = limit.admit(reader)
        if (isAdmitted) admitted++
        expect(admitted).toBeLessThanOrEqual(quota + ((clock.ms - 1000) * quota) / 60_000 + 1e-6)
        expect(Number(headers['ratelimit-remaining'])).toBeGreaterThanOrEqual(0)
        expect(Number(headers['ratelimit-remaining'])).toBeLessThan(quota)
      }
    }),
  )
})

test('so many readers are remembered and no more', () => {
  const { limit } = limitOf(1)
  limit.admit(reader)
  for (let i = 0; i < MAX_CLIENTS_REMEMBERED - 1; i++) limit.admit({ key: String(i), isLocal: false })
  expect(limit.admit(reader).isAdmitted).toBe(false)
  for (let i = 0; i < MAX_CLIENTS_REMEMBERED; i++) limit.admit({ key: `again ${i}`, isLocal: false })
  expect(limit.admit(reader).isAdmitted).toBe(true)
})

test('what is said is exact, whatever the clock shows', () => {
  const nowMs = fc.double({ min: 0, max: 1e10, noNaN: true })
  fc.assert(
    fc.property(nowMs, fc.constantFrom(1, 2, 3, 6, 20, 60), (ms, quota) => {
      const limit = createRateLimit({ perMinute: quota, nowMs: () => ms })
      expect(limit.admit(reader).headers['ratelimit-reset']).toBe(String(60 / quota))
    }),
    { numRuns: 1000 },
  )
})
