/** Bytes exactly as they were received and signed: they are kept and verified, never encoded again. */
export type RawBytes = Uint8Array & { readonly __brand: 'RawBytes' }

/** "Reading: a CompactSize > 0x02000000 throws 'size too large'" (chain.md 2.1, serialize.h:232). */
export const MAX_COMPACT_SIZE = 0x02000000

/** Thrown by ByteReader past the end of its data; parseWith turns it into undefined. It never leaves node/protocol. */
export class EndOfData extends Error {
  override readonly name = 'EndOfData'
}

const textEncoder = new TextEncoder()
// A leading BOM counts as a character (chain.md 3.2 P2), so it must survive decoding.
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads little-endian fields one after the other. Slices are views into the input, not copies. */
export class ByteReader {
  readonly bytes: Uint8Array
  offset = 0
  /** Whether every CompactSize read so far was of the shortest form. */
  isCanonical = true
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    // A Buffer would leak its own slice(), which does not copy, to everybody who gets a part of it.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  get done(): boolean {
    return this.remaining === 0
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true)
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true)
  }

  u16be(): number {
    return this.#view.getUint16(this.#advance(2), false)
  }

  u32be(): number {
    return this.#view.getUint32(this.#advance(4), false)
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.bytes.subarray(start, start + length)
  }

  // quirk: "Non-minimal CompactSize is accepted on read (no canonical check) but everything is re-serialized
  // canonically for hashing" (chain.md 2.1, B32).
  compactSize(): number {
    const first = this.u8()
    if (first < 0xfd) return first
    const size = first === 0xfd ? this.u16() : first === 0xfe ? this.u32() : Number(this.u64())
    if (size > MAX_COMPACT_SIZE) throw new EndOfData('size too large')
    if (size < (first === 0xfd ? 0xfd : 0x1_0000) || first === 0xff) this.isCanonical = false
    return size
  }

  /** CompactSize length, then that many bytes; more than `maxBytes` is refused like missing data. */
  varBytes(maxBytes: number): Uint8Array {
    const length = this.compactSize()
    if (length > maxBytes) throw new EndOfData('over the limit')
    return this.take(length)
  }

  /** CompactSize count, then that many items of at least `itemBytes`; a count that cannot be true allocates nothing. */
  vector<T>(maxItems: number, itemBytes: number, readItem: () => T): T[] {
    const count = this.compactSize()
    if (count > maxItems) throw new EndOfData('over the limit')
    if (count * itemBytes > this.remaining) throw new EndOfData('end of data')
    return Array.from({ length: count }, readItem)
  }

  rest(): Uint8Array {
    return this.take(this.remaining)
  }

  #advance(length: number): number {
    const start = this.offset
    if (length > this.bytes.length - start) throw new EndOfData('end of data')
    this.offset = start + length
    return start
  }
}

/** Writes little-endian fields one after the other; every method returns the writer. */
export class ByteWriter {
  #bytes = new Uint8Array(64)
  #view = new DataView(this.#bytes.buffer)
  #size = 0

  u8(value: number): this {
    const start = this.#advance(1)
    this.#view.setUint8(start, value)
    return this
  }

  u16(value: number): this {
    const start = this.#advance(2)
    this.#view.setUint16(start, value, true)
    return this
  }

  u32(value: number): this {
    const start = this.#advance(4)
    this.#view.setUint32(start, value, true)
    return this
  }

  i32(value: number): this {
    const start = this.#advance(4)
    this.#view.setInt32(start, value, true)
    return this
  }

  u64(value: bigint): this {
    const start = this.#advance(8)
    this.#view.setBigUint64(start, value, true)
    return this
  }

  i64(value: bigint): this {
    const start = this.#advance(8)
    this.#view.setBigInt64(start, value, true)
    return this
  }

  u16be(value: number): this {
    const start = this.#advance(2)
    this.#view.setUint16(start, value, false)
    return this
  }

  u32be(value: number): this {
    const start = this.#advance(4)
    this.#view.setUint32(start, value, false)
    return this
  }

  bytes(value: Uint8Array): this {
    const start = this.#advance(value.length)
    this.#bytes.set(value, start)
    return this
  }

  compactSize(size: number): this {
    if (size < 0xfd) return this.u8(size)
    if (size <= 0xffff) return this.u8(0xfd).u16(size)
    if (size <= 0xffffffff) return this.u8(0xfe).u32(size)
    return this.u8(0xff).u64(BigInt(size))
  }

  varBytes(value: Uint8Array): this {
    return this.compactSize(value.length).bytes(value)
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }

  /** Makes room for so many bytes; returns where they start. */
  #advance(size: number): number {
    const start = this.#size
    this.#size += size
    if (this.#size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return start
  }
}

/** Runs `parse` over the bytes; running out of data gives undefined. Bytes left over are not an error. */
export function parseWith<T>(bytes: Uint8Array, parse: (reader: ByteReader) => T): T | undefined {
  try {
    return parse(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof EndOfData) return undefined
    throw error
  }
}

/** Marks bytes as the raw, signed form. */
export function rawBytes(bytes: Uint8Array): RawBytes {
  return bytes as RawBytes
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** Orders like memcmp, the shorter first when one is a prefix of the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length)
  for (let index = 0; index < common; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function bytesToHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX_OF_BYTE[byte]
  return text
}

export function hexToBytes(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  }
  return bytes
}

/** Unsigned integer of big-endian bytes. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`)
}

export function reverseBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse()
}

export function utf8Encode(text: string): Uint8Array {
  return textEncoder.encode(text)
}

/** Strict: overlong forms, surrogates, values above 10FFFF and truncation give undefined. A BOM is kept. */
export function utf8Decode(bytes: Uint8Array): string | undefined {
  try {
    return textDecoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
