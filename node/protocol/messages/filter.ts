import { ByteWriter, parseWith } from '../bytes.ts'
import { MAX_FILTER_ADD_BYTES, MAX_FILTER_BYTES, MAX_FILTER_FUNCTIONS } from '../limits.ts'

/** A BIP37 filter; the reference matches it against txids alone (chain.md 5.4, bloom.cpp:97-103). */
export interface BloomFilter {
  readonly data: Uint8Array
  readonly hashFunctions: number
  readonly tweak: number
  readonly flags: number
}

/** "vb(data) u32 hashFuncs u32 tweak u8 flags"; "filter >36000 bytes or >50 functions → +100": those are undefined. */
export function parseFilterload(payload: Uint8Array): BloomFilter | undefined {
  const filter = parseWith(payload, (reader) => ({
    data: reader.varBytes(MAX_FILTER_BYTES),
    hashFunctions: reader.u32(),
    tweak: reader.u32(),
    flags: reader.u8(),
  }))
  return filter !== undefined && filter.hashFunctions <= MAX_FILTER_FUNCTIONS ? filter : undefined
}

export function encodeFilterload(filter: BloomFilter): Uint8Array {
  return new ByteWriter().varBytes(filter.data).u32(filter.hashFunctions).u32(filter.tweak).u8(filter.flags).finish()
}

/** "filteradd >520 bytes → +100". */
export function parseFilteradd(payload: Uint8Array): Uint8Array | undefined {
  return parseWith(payload, (reader) => reader.varBytes(MAX_FILTER_ADD_BYTES))
}

export function encodeFilteradd(element: Uint8Array): Uint8Array {
  return new ByteWriter().varBytes(element).finish()
}
