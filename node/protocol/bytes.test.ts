import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import {
  ByteReader,
  ByteWriter,
  bytesEqual,
  bytesToBigInt,
  bytesToHex,
  compareBytes,
  concatBytes,
  countCodePoints,
  hexToBytes,
  MAX_COMPACT_SIZE,
  parseWith,
  utf8Decode,
  utf8Encode,
} from './bytes.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)

describe('CompactSize', () => {
  test.each(Object.entries(vectors.compact_size))('%s is %s', (size, hex) => {
    expect(bytesToHex(new ByteWriter().compactSize(Number(size)).finish())).toBe(hex)
    const isReadable = Number(size) <= MAX_COMPACT_SIZE
    expect(parseWith(bytes(hex), (reader) => reader.compactSize())).toBe(isReadable ? Number(size) : undefined)
  })

  test('quirk: a form longer than needed is read all the same (B32)', () => {
    for (const hex of ['fd0500', 'fe05000000', 'ff0500000000000000']) {
      expect(parseWith(bytes(hex), (reader) => reader.compactSize())).toBe(5)
    }
  })
})

describe('ByteReader and ByteWriter', () => {
  test('every kind of number comes back', () => {
    const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const u32 = fc.nat(0xffffffff)
    const u16 = fc.nat(0xffff)
    fc.assert(
      fc.property(fc.nat(255), u16, u32, fc.integer(), u64, i64, fc.uint8Array(), (a, b, c, d, e, f, g) => {
        const writer = new ByteWriter().u8(a).u16(b).u32(c).i32(d).u64(e).i64(f).u16be(b).u32be(c).varBytes(g).bytes(g)
        const reader = new ByteReader(writer.finish())
        expect([reader.u8(), reader.u16(), reader.u32(), reader.i32(), reader.u64(), reader.i64()]).toEqual([
          a,
          b,
          c,
          d,
          e,
          f,
        ])
        expect([reader.u16be(), reader.u32be()]).toEqual([b, c])
        expect(reader.varBytes(g.length)).toEqual(g)
        expect(reader.remaining).toBe(g.length)
        expect(reader.rest()).toEqual(g)
        expect(reader.done).toBe(true)
      }),
    )
  })

  test('running out of data gives undefined', () => {
    const tooMuch: ((reader: ByteReader) => unknown)[] = [
      (reader) => reader.u8(),
      (reader) => reader.u16(),
      (reader) => reader.u32(),
      (reader) => reader.i64(),
      (reader) => reader.take(1),
      (reader) => reader.compactSize(),
      (reader) => reader.varBytes(10),
    ]
    for (const read of tooMuch) expect(parseWith(new Uint8Array(0), read)).toBeUndefined()
    expect(parseWith(bytes('0461626364'), (reader) => reader.varBytes(3))).toBeUndefined()
    expect(parseWith(bytes('04616263'), (reader) => reader.varBytes(4))).toBeUndefined()
  })

  test('our own errors are not swallowed', () => {
    expect(() =>
      parseWith(new Uint8Array(0), () => {
        throw new Error('ours')
      }),
    ).toThrow('ours')
  })

  test('parts of a Buffer are plain views of it', () => {
    const buffer = Buffer.from('00010203', 'hex').subarray(1)
    const part = new ByteReader(buffer).take(2)
    expect(part.constructor).toBe(Uint8Array)
    expect(part).toEqual(Uint8Array.of(1, 2))
    expect(part.buffer).toBe(buffer.buffer)
  })
})

describe('bytes', () => {
  test('hex comes back, and what is not hex is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(hexToBytes(bytesToHex(value))).toEqual(value)
      }),
    )
    for (const text of ['0', '0g', ' 00', '0x00', 'é0']) expect(hexToBytes(text)).toBeUndefined()
  })

  test('order is that of memcmp', () => {
    const sorted = ['', '00', '0000', '00ff', '01', 'ff', 'ff00'].map(bytes)
    expect([...sorted].reverse().sort(compareBytes)).toEqual(sorted)
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(bytesEqual(a, b)).toBe(compareBytes(a, b) === 0)
        expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(a, b)))
      }),
    )
  })

  test('concatenation and big integers', () => {
    expect(concatBytes(bytes('01'), bytes(''), bytes('0203'))).toEqual(bytes('010203'))
    expect(concatBytes()).toEqual(new Uint8Array(0))
    expect(bytesToBigInt(bytes('0100'))).toBe(256n)
    expect(bytesToBigInt(bytes(''))).toBe(0n)
  })
})

describe('UTF-8', () => {
  test('text comes back, a BOM included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Decode(utf8Encode(text))).toBe(text)
      }),
    )
    expect(utf8Decode(bytes('efbbbf61'))).toBe('\ufeffa')
  })

  test.each(['c080', 'eda080', 'f4908080', 'e282', 'ff', '80'])('%s is refused', (hex) => {
    expect(utf8Decode(bytes(hex))).toBeUndefined()
  })

  test('code points are counted, not UTF-16 units', () => {
    expect(countCodePoints('a😀é')).toBe(3)
    expect(countCodePoints('')).toBe(0)
  })
})
