import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeTwistUri, parseTwistUri } from './twist-uri.ts'

test.each([
  [0, 0, 'twist:AAAAAAAAAAA='],
  [1, 3, 'twist:AQAAAAMAAAA='],
  [70000, 442, 'twist:cBEBALoBAAA='],
  [16777216, 65536, 'twist:AAAAAQAAAQA='],
])('uid %i, k %i is %s', (uid, k, text) => {
  expect(parseTwistUri(text)).toEqual({ uid, k })
  expect(encodeTwistUri({ uid, k })).toBe(text)
})

test('every pair comes back', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (uid, k) => {
      expect(parseTwistUri(encodeTwistUri({ uid, k }))).toEqual({ uid, k })
    }),
  )
})

test.each([
  '',
  'twist:',
  'twist:AQAAAAMAAAA',
  'twist:AQAAAAMAAAAA',
  'twist:AQAAAAMAAA==',
  'Twist:AQAAAAMAAAA=',
  'twist:AQAA-AMAAAA=',
])('%j is none', (text) => {
  expect(parseTwistUri(text)).toBeUndefined()
})
