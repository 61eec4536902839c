import { ByteWriter, parseWith } from '../bytes.ts'
import { MAX_FILTER_ADD_BYTES, MAX_FILTER_BYTES, MAX_FILTER_FUNCTIONS } from '../limits.ts'
import { accept, reject, type Verdict } from '../verdict.ts'

/** A BIP37 filter; the reference matches it against txids alone (chain.md 5.4, bloom.cpp:97-103). */
export interface BloomFilter {
  readonly data: Uint8Array
  readonly hashFunctions: number
  readonly tweak: number
  readonly flags: number
}

/** "vb(data) u32 hashFuncs u32 tweak u8 flags". */
export function parseFilterload(payload: Uint8Array): BloomFilter | undefined {
  return parseWith(payload, (reader) => ({
    data: reader.varBytes(reader.remaining),
    hashFunctions: reader.u32(),
    tweak: reader.u32(),
    flags: reader.u8(),
  }))
}

/** "filter >36000 bytes or >50 functions → +100" (chain.md 5.4). */
export function checkFilterload({ data, hashFunctions }: BloomFilter): Verdict {
  const isInBounds = data.length <= MAX_FILTER_BYTES && hashFunctions <= MAX_FILTER_FUNCTIONS
  return isInBounds ? accept : reject('message-filterload-size', 100)
}

export function encodeFilterload(filter: BloomFilter): Uint8Array {
  return new ByteWriter().varBytes(filter.data).u32(filter.hashFunctions).u32(filter.tweak).u8(filter.flags).finish()
}

export function parseFilteradd(payload: Uint8Array): Uint8Array | undefined {
  return parseWith(payload, (reader) => reader.varBytes(reader.remaining))
}

/** "filteradd >520 bytes or without filter → +100" (chain.md 5.4). */
export function checkFilteradd(element: Uint8Array, hasFilter: boolean): Verdict {
  if (element.length > MAX_FILTER_ADD_BYTES) return reject('message-filteradd-size', 100)
  return hasFilter ? accept : reject('filteradd-without-filter', 100)
}

export function encodeFilteradd(element: Uint8Array): Uint8Array {
  return new ByteWriter().varBytes(element).finish()
}
