import { MAX_BENCODE_DEPTH } from './limits.ts'

/** `raw`: the slice of the bytes that the value was read from, which is what signatures are over. */
export type Bvalue =
  | { kind: 'integer'; value: number; raw: Uint8Array }
  | { kind: 'string'; bytes: Uint8Array; raw: Uint8Array }
  | { kind: 'list'; items: Bvalue[]; raw: Uint8Array }
  /** Keys as one character a byte. */
  | { kind: 'dict'; entries: Map<string, Bvalue>; raw: Uint8Array }

const [I, L, D, E, COLON, MINUS, ZERO, NINE] = [...'ild', ...'e:-09'].map((character) => character.charCodeAt(0))

/**
 * One value and nothing after it, as the canonical writer makes it: "integers i…e without leading zeros; strings len:bytes;
 * dict keys sorted as raw bytes" (dht-swarm-posts.md 0.1), no key twice.
 */
export function parseBencode(bytes: Uint8Array): Bvalue | undefined {
  const parser = new Parser(bytes)
  const value = parser.value(0)
  return value !== undefined && parser.offset === bytes.length ? value : undefined
}

class Parser {
  readonly #bytes: Uint8Array
  offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  value(depth: number): Bvalue | undefined {
    const start = this.offset
    const first = this.#bytes[start]
    if (first === I) {
      this.offset++
      const value = this.#digits(E, true)
      return value === undefined ? undefined : { kind: 'integer', value, raw: this.#since(start) }
    }
    if (first !== L && first !== D) {
      const bytes = this.#string()
      return bytes && { kind: 'string', bytes, raw: this.#since(start) }
    }
    if (depth >= MAX_BENCODE_DEPTH) return undefined
    this.offset++
    return first === L ? this.#list(start, depth + 1) : this.#dict(start, depth + 1)
  }

  #list(start: number, depth: number): Bvalue | undefined {
    const items: Bvalue[] = []
    while (this.#bytes[this.offset] !== E) {
      const item = this.value(depth)
      if (item === undefined) return undefined
      items.push(item)
    }
    this.offset++
    return { kind: 'list', items, raw: this.#since(start) }
  }

  #dict(start: number, depth: number): Bvalue | undefined {
    const entries = new Map<string, Bvalue>()
    let last: string | undefined
    while (this.#bytes[this.offset] !== E) {
      const key = this.#string()
      if (key === undefined) return undefined
      // One character a byte: such strings compare as their bytes do.
      const name = Array.from(key, (byte) => String.fromCharCode(byte)).join('')
      const value = last === undefined || last < name ? this.value(depth) : undefined
      if (value === undefined) return undefined
      entries.set(name, value)
      last = name
    }
    this.offset++
    return { kind: 'dict', entries, raw: this.#since(start) }
  }

  #string(): Uint8Array | undefined {
    const length = this.#digits(COLON, false)
    if (length === undefined || length > this.#bytes.length - this.offset) return undefined
    this.offset += length
    return this.#bytes.subarray(this.offset - length, this.offset)
  }

  /** A number in its one form, and its end. */
  #digits(end: number | undefined, maySign: boolean): number | undefined {
    const isNegative = maySign && this.#bytes[this.offset] === MINUS
    if (isNegative) this.offset++
    const start = this.offset
    let value = 0
    for (let digit = this.#digit(); digit !== undefined; digit = this.#digit()) {
      value = value * 10 + digit
      if (!Number.isSafeInteger(value)) return undefined
      this.offset++
    }
    const hasLeadingZero = this.#bytes[start] === ZERO && (this.offset > start + 1 || isNegative)
    if (this.offset === start || hasLeadingZero || this.#bytes[this.offset] !== end) return undefined
    this.offset++
    return isNegative ? -value : value
  }

  #digit(): number | undefined {
    const byte = this.#bytes[this.offset]
    if (byte === undefined || ZERO === undefined || NINE === undefined || byte < ZERO || byte > NINE) return undefined
    return byte - ZERO
  }

  #since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.offset)
  }
}
