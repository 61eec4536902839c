import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts'
import { encodePush, encodePushBignum, encodePushInt, parsePushes, smallString } from './script.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)

describe('pushes', () => {
  test.each(Object.entries(vectors.script_push_bytes_len))('a string of %s bytes is %s', (length, start) => {
    const push = encodePush(new Uint8Array(Number(length)).fill(0x61))
    expect(bytesToHex(push).startsWith(start.replace('...', ''))).toBe(true)
    expect(parsePushes(push)?.[0]?.length).toBe(Number(length))
  })

  test.each(Object.entries(vectors.script_push_int))('the int %s is %s', (value, hex) => {
    expect(bytesToHex(encodePushInt(Number(value)))).toBe(hex)
  })

  test.each(Object.entries(vectors.script_push_bignum_extranonce))('the extra nonce %s is %s', (value, hex) => {
    expect(bytesToHex(encodePushBignum(Number(value)))).toBe(hex)
  })

  test('negative ints carry their sign in the last bit', () => {
    expect(bytesToHex(encodePushInt(-2))).toBe('0182')
    expect(bytesToHex(encodePushInt(-128))).toBe('028080')
  })

  test('any list of strings comes back', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
    fc.assert(
      fc.property(strings, (list) => {
        expect(parsePushes(concatBytes(...list.map(encodePush)))).toEqual(list)
      }),
    )
  })

  test('a truncated push, in whatever form, makes the whole extraction fail', () => {
    for (const length of [5, 80, 300]) {
      const push = encodePush(new Uint8Array(length))
      for (let end = 1; end < push.length; end++) expect(parsePushes(push.subarray(0, end))).toBeUndefined()
    }
    expect(parsePushes(bytes('4effffffff'))).toBeUndefined()
  })

  test('the opcodes of small ints give empty strings, those above make it fail', () => {
    expect(parsePushes(bytes('4f5051600161'))).toEqual([...Array(4).fill(new Uint8Array(0)), bytes('61')])
    expect(parsePushes(bytes('016161'))).toBeUndefined()
    expect(parsePushes(bytes(''))).toEqual([])
  })
})

describe('small strings', () => {
  test('exactly one direct push', () => {
    expect(smallString(bytes('0161'))).toEqual(bytes('61'))
    expect(smallString(bytes('00'))).toEqual(bytes(''))
    expect(smallString(encodePush(new Uint8Array(75)))?.length).toBe(75)
  })

  test.each(['', '01', '016161', '0261', `4c4c${'61'.repeat(76)}`])('%s is none', (hex) => {
    expect(smallString(bytes(hex))).toBeUndefined()
  })
})
