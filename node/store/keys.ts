import { concatBytes, utf8Encode } from '../protocol/bytes.ts'

/** Numbers are big-endian in keys, so that keys sort like the numbers. */
export function numberKey(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

export function numberOfKey(key: Uint8Array, offset = 0): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(offset, false)
}

/** Outbox sequence numbers: 8 bytes, safe integers. */
export function sequenceKey(value: number): Uint8Array {
  const key = new Uint8Array(8)
  new DataView(key.buffer).setBigUint64(0, BigInt(value), false)
  return key
}

export function sequenceOfKey(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(0, false))
}

/** A name, the 0 that no name contains, and what belongs to that name. */
export function nameKey(username: string, ...rest: readonly Uint8Array[]): Uint8Array {
  return concatBytes(utf8Encode(username), Uint8Array.of(0), ...rest)
}

/** The smallest key above every key that starts with `prefix`; absent if there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let index = prefix.length - 1; index >= 0; index--) {
    const byte = prefix[index] ?? 0
    if (byte === 0xff) continue
    const end = prefix.slice(0, index + 1)
    end[index] = byte + 1
    return end
  }
  return undefined
}

export function prefixRange(prefix: Uint8Array): { start: Uint8Array; end?: Uint8Array } {
  const end = prefixEnd(prefix)
  return end === undefined ? { start: prefix } : { start: prefix, end }
}
