import { compareBytes, concatBytes, utf8Decode, utf8Encode } from './bytes.ts'
import { MAX_INT31 } from './limits.ts'

/** Containers within containers, the root counted, and values of the whole input, containers counted, keys not. */
export interface BencodeLimits {
  readonly maxDepth: number
  readonly maxItems: number
}

interface Span {
  /** Offsets into the parsed bytes. */
  readonly start: number
  readonly end: number
  /** The bytes are exactly what the canonical writer would make of the value. */
  readonly isCanonical: boolean
  /** The value's own slice of the bytes it was parsed from: what a signature covers. */
  raw(bytes: Uint8Array): Uint8Array
}

export interface Binteger extends Span {
  readonly kind: 'integer'
  readonly value: number
}

export interface Bstring extends Span {
  readonly kind: 'string'
  readonly bytes: Uint8Array
}

export interface Blist extends Span {
  readonly kind: 'list'
  readonly items: readonly Bvalue[]
}

/** Keys are byte strings written as one character per byte; ASCII keys are just themselves. */
export interface Bdict extends Span {
  readonly kind: 'dict'
  readonly keys: readonly string[]
  get(key: string): Bvalue | undefined
}

export type Bvalue = Binteger | Bstring | Blist | Bdict

/** Already encoded bytes that encodeBencode puts in as they are. */
export class RawBencode {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

export type Bencodable =
  | number
  | bigint
  | string
  | Uint8Array
  | RawBencode
  | readonly Bencodable[]
  | ReadonlyMap<string, Bencodable | undefined>
  | { readonly [key: string]: Bencodable | undefined }

/**
 * One value and nothing after it, with the raw span of every part. Like the reference's parser it tolerates leading
 * zeros and unsorted or repeated keys (the first wins); `isCanonical` tells. Integers beyond 2^53 are refused.
 */
export function parseBencode(bytes: Uint8Array, limits: BencodeLimits): Bvalue | undefined {
  const parser = new BencodeParser(bytes, limits)
  const value = parser.value(1)
  return value !== undefined && value.end === bytes.length ? value : undefined
}

export function isCanonical(bytes: Uint8Array, limits: BencodeLimits): boolean {
  return parseBencode(bytes, limits)?.isCanonical === true
}

/** "integers i…e without leading zeros; strings len:bytes; dict keys sorted as raw bytes" (§0.1, entry.cpp). */
export function encodeBencode(value: Bencodable): Uint8Array {
  const parts: Uint8Array[] = []
  writeValue(value, parts)
  return concatBytes(...parts)
}

export function rawBencode(bytes: Uint8Array): RawBencode {
  return new RawBencode(bytes)
}

export function integerOf(value: Bvalue | undefined): number | undefined {
  return value?.kind === 'integer' ? value.value : undefined
}

export function bytesOf(value: Bvalue | undefined): Uint8Array | undefined {
  return value?.kind === 'string' ? value.bytes : undefined
}

/** "SHOULD require 0…2^31−1" (§0.1): the integers of posts and DHT values. */
export function int31Of(value: Bvalue | undefined): number | undefined {
  const integer = integerOf(value)
  return integer !== undefined && integer >= 0 && integer <= MAX_INT31 ? integer : undefined
}

/** The string's text if it is valid UTF-8. */
export function textOf(value: Bvalue | undefined): string | undefined {
  return value?.kind === 'string' ? utf8Decode(value.bytes) : undefined
}

export function dictOf(value: Bvalue | undefined): Bdict | undefined {
  return value?.kind === 'dict' ? value : undefined
}

export function listOf(value: Bvalue | undefined): Blist | undefined {
  return value?.kind === 'list' ? value : undefined
}

/** Every value of the tree, containers included, keys not: what the reference's item limit counts (§0.1). */
export function countItems(value: Bvalue): number {
  if (value.kind === 'list') return value.items.reduce((sum, item) => sum + countItems(item), 1)
  if (value.kind !== 'dict') return 1
  return value.keys.reduce((sum, key) => {
    const member = value.get(key)
    return member === undefined ? sum : sum + countItems(member)
  }, 1)
}

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const COLON = 0x3a
const MINUS = 0x2d
const LETTER_D = 0x64
const LETTER_E = 0x65
const LETTER_I = 0x69
const LETTER_L = 0x6c

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9
}

function sliceOf(this: Span, bytes: Uint8Array): Uint8Array {
  // A view of its own: a Buffer would pass on its slice(), which does not copy.
  return new Uint8Array(bytes.buffer, bytes.byteOffset + this.start, this.end - this.start)
}

class BencodeParser {
  readonly #bytes: Uint8Array
  readonly #maxDepth: number
  #itemsLeft: number
  #offset = 0

  constructor(bytes: Uint8Array, limits: BencodeLimits) {
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#maxDepth = limits.maxDepth
    this.#itemsLeft = limits.maxItems
  }

  value(depth: number): Bvalue | undefined {
    if (--this.#itemsLeft < 0) return undefined
    const first = this.#bytes[this.#offset]
    if (isDigit(first)) return this.#string()
    if (first === LETTER_I) return this.#integer()
    if (depth > this.#maxDepth) return undefined
    if (first === LETTER_L) return this.#list(depth)
    if (first === LETTER_D) return this.#dict(depth)
    return undefined
  }

  #integer(): Binteger | undefined {
    const start = this.#offset++
    const isNegative = this.#bytes[this.#offset] === MINUS
    if (isNegative) this.#offset++
    const digits = this.#digits()
    if (digits === undefined || this.#bytes[this.#offset] !== LETTER_E) return undefined
    const value = isNegative && digits.value !== 0 ? -digits.value : digits.value
    const canonical = digits.isCanonical && !(isNegative && digits.value === 0)
    return { kind: 'integer', value, start, end: ++this.#offset, isCanonical: canonical, raw: sliceOf }
  }

  #string(): Bstring | undefined {
    const start = this.#offset
    const length = this.#digits()
    if (length === undefined || this.#bytes[this.#offset] !== COLON) return undefined
    const first = this.#offset + 1
    if (length.value > this.#bytes.length - first) return undefined
    this.#offset = first + length.value
    const bytes = this.#bytes.subarray(first, this.#offset)
    return { kind: 'string', bytes, start, end: this.#offset, isCanonical: length.isCanonical, raw: sliceOf }
  }

  #list(depth: number): Blist | undefined {
    const start = this.#offset++
    const items: Bvalue[] = []
    let canonical = true
    while (this.#bytes[this.#offset] !== LETTER_E) {
      const item = this.value(depth + 1)
      if (item === undefined) return undefined
      canonical &&= item.isCanonical
      items.push(item)
    }
    return { kind: 'list', items, start, end: ++this.#offset, isCanonical: canonical, raw: sliceOf }
  }

  #dict(depth: number): Bdict | undefined {
    const start = this.#offset++
    const members = new Map<string, Bvalue>()
    let canonical = true
    let last: Uint8Array | undefined
    while (this.#bytes[this.#offset] !== LETTER_E) {
      const key = isDigit(this.#bytes[this.#offset]) ? this.#string() : undefined
      const value = key && this.value(depth + 1)
      if (key === undefined || value === undefined) return undefined
      const isAscending = last === undefined || compareBytes(last, key.bytes) < 0
      canonical &&= isAscending && key.isCanonical && value.isCanonical
      last = key.bytes
      const name = bytesToKey(key.bytes)
      if (!members.has(name)) members.set(name, value)
    }
    const keys = [...members.keys()]
    const get = (key: string): Bvalue | undefined => members.get(key)
    return { kind: 'dict', keys, get, start, end: ++this.#offset, isCanonical: canonical, raw: sliceOf }
  }

  #digits(): { readonly value: number; readonly isCanonical: boolean } | undefined {
    const start = this.#offset
    let value = 0
    for (let digit = this.#bytes[this.#offset]; isDigit(digit); digit = this.#bytes[this.#offset]) {
      value = value * 10 + (digit - DIGIT_0)
      if (value > Number.MAX_SAFE_INTEGER) return undefined
      this.#offset++
    }
    const length = this.#offset - start
    if (length === 0) return undefined
    return { value, isCanonical: length === 1 || this.#bytes[start] !== DIGIT_0 }
  }
}

function bytesToKey(bytes: Uint8Array): string {
  let key = ''
  for (const byte of bytes) key += String.fromCharCode(byte)
  return key
}

function writeValue(value: Bencodable, parts: Uint8Array[]): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`)
    parts.push(utf8Encode(`i${value === 0 ? 0 : value}e`))
  } else if (typeof value === 'string') writeString(utf8Encode(value), parts)
  else if (value instanceof Uint8Array) writeString(value, parts)
  else if (value instanceof RawBencode) parts.push(value.bytes)
  else if (isList(value)) writeList(value, parts)
  else writeDict(isMap(value) ? [...value] : Object.entries(value), parts)
}

function writeString(bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(utf8Encode(`${bytes.length}:`), bytes)
}

function writeList(items: readonly Bencodable[], parts: Uint8Array[]): void {
  parts.push(utf8Encode('l'))
  for (const item of items) writeValue(item, parts)
  parts.push(utf8Encode('e'))
}

function writeDict(members: readonly (readonly [string, Bencodable | undefined])[], parts: Uint8Array[]): void {
  const sorted = members
    .map(([key, value]) => ({ key: utf8Encode(key), value }))
    .sort((a, b) => compareBytes(a.key, b.key))
  parts.push(utf8Encode('d'))
  for (const { key, value } of sorted) {
    if (value === undefined) continue
    writeString(key, parts)
    writeValue(value, parts)
  }
  parts.push(utf8Encode('e'))
}

// Array.isArray and instanceof do not narrow readonly types by themselves.
function isList(value: Bencodable): value is readonly Bencodable[] {
  return Array.isArray(value)
}

function isMap(value: Bencodable): value is ReadonlyMap<string, Bencodable | undefined> {
  return value instanceof Map
}
