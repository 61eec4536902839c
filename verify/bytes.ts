/** What a part holds is not what it must be: which part, and why. It never leaves this package. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly part: string
  readonly why: string

  constructor(part: string, why: string) {
    super(`${part}: ${why}`)
    this.part = part
    this.why = why
  }
}

/** The bytes end too early, or are of another form. parseX turns it into undefined. */
class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes'
}

/** Little-endian fields, one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get offset(): number {
    return this.#offset
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length
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

  /** "n<253: 1 byte; <=ffff: fd+u16" (chain.md 2.1): of the shortest form, and of nothing that a block could not hold. */
  compactSize(): number {
    const first = this.u8()
    if (first < 0xfd) return first
    const size = first === 0xfd ? this.u16() : 0
    if (size < 0xfd) throw new EndOfBytes()
    return size
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  #advance(length: number): number {
    const start = this.#offset
    if (length > this.#bytes.length - start) throw new EndOfBytes()
    this.#offset = start + length
    return start
  }
}

/** What `read` makes of the bytes; undefined when they end too early. */
export function readBytes<Value>(bytes: Uint8Array, read: (reader: ByteReader) => Value): Value | undefined {
  try {
    return read(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof EndOfBytes) return undefined
    throw error
  }
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** The bytes as one integer, the first byte the highest. */
export function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

/** The same, the first byte the lowest. */
export function littleEndian(bytes: Uint8Array): bigint {
  return bigEndian(Uint8Array.from(bytes).reverse())
}

const HEX = /^(?:[0-9a-f]{2})*$/

/** Lower case alone: of one value there is one way to write it. */
export function parseHex(text: string): Uint8Array | undefined {
  if (!HEX.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function parseBase64(text: string): Uint8Array | undefined {
  return BASE64.test(text) ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined when it is no UTF-8. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
