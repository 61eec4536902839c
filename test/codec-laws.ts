import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/**
 * The laws every codec obeys, tried on real samples: canonical bytes come back, every proper prefix is refused, and no
 * flipped bit makes the parser throw. `optionalFrom`: from this length on the rest may be missing.
 */
export function describeCodec<T>(
  name: string,
  codec: {
    readonly parse: (bytes: Uint8Array) => T | undefined
    readonly encode: (value: T) => Uint8Array
    readonly samples: readonly Uint8Array[]
    readonly optionalFrom?: number
  },
): void {
  describe(`codec of ${name}`, () => {
    test('encode(parse(b)) = b for every sample', () => {
      expect(codec.samples.length).toBeGreaterThan(0)
      for (const sample of codec.samples) expect(encodeParsed(codec, sample)).toEqual(sample)
    })

    test('every proper prefix is refused', () => {
      for (const sample of codec.samples) {
        const end = Math.min(sample.length, codec.optionalFrom ?? sample.length)
        for (let length = 0; length < end; length++) expect(codec.parse(sample.subarray(0, length))).toBeUndefined()
      }
    })

    test('no bit flip throws', () => {
      fc.assert(
        fc.property(fc.constantFrom(...codec.samples), fc.nat(), (sample, position) => {
          const bytes = Uint8Array.from(sample)
          const bit = position % Math.max(1, bytes.length * 8)
          const index = bit >> 3
          if (index < bytes.length) bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7))
          codec.parse(bytes)
        }),
        { numRuns: 200 },
      )
    })

    test('arbitrary bytes do not throw, and what they parse to is encoded to something that parses alike', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const value = codec.parse(bytes)
          if (value !== undefined) expect(codec.parse(codec.encode(value))).toEqual(value)
        }),
        { numRuns: 200 },
      )
    })
  })
}

function encodeParsed<T>(
  codec: { parse: (bytes: Uint8Array) => T | undefined; encode: (value: T) => Uint8Array },
  sample: Uint8Array,
): Uint8Array | undefined {
  const value = codec.parse(sample)
  return value === undefined ? undefined : codec.encode(value)
}
