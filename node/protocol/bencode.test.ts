import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import {
  type Bencodable,
  type Bvalue,
  bytesOf,
  countItems,
  dictOf,
  encodeBencode,
  int31Of,
  integerOf,
  isCanonical,
  listOf,
  parseBencode,
  rawBencode,
  textOf,
} from './bencode.ts'
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'

const limits = { maxDepth: 10, maxItems: 100 }
const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const parse = (text: string): Bvalue | undefined => parseBencode(utf8Encode(text), limits)

function bencodable(value: Bvalue): Bencodable {
  if (value.kind === 'integer') return value.value
  if (value.kind === 'string') return value.bytes
  if (value.kind === 'list') return value.items.map(bencodable)
  return new Map(value.keys.map((key) => [key, bencodable(value.get(key) ?? value)]))
}

function parseCanonical(input: Uint8Array): Bencodable | undefined {
  const value = parseBencode(input, limits)
  // Keys that are not ASCII are never written.
  return value?.isCanonical && !/[^ -~]/.test(JSON.stringify(keysOf(value))) ? bencodable(value) : undefined
}

function keysOf(value: Bvalue): string[] {
  if (value.kind === 'list') return value.items.flatMap(keysOf)
  if (value.kind !== 'dict') return []
  return value.keys.flatMap((key) => [key, ...keysOf(value.get(key) ?? { ...value, keys: [] })])
}

describeCodec('bencode', {
  parse: parseCanonical,
  encode: encodeBencode,
  samples: [
    ...vectors.krpc.map(({ hex }) => bytes(hex)),
    ...vectors.posts_synthetic.map(({ piece_hex }) => bytes(piece_hex)),
    ...['i0e', 'i-7e', '0:', 'le', 'de', 'lli1eeli2eee', 'd0:0:1:ai1ee'].map(utf8Encode),
  ],
})

test('every value knows its own slice', () => {
  const input = utf8Encode('d1:ali12e2:xye1:bd1:ci-3eee')
  const root = dictOf(parseBencode(input, limits))
  const slice = (value: Bvalue | undefined): string | undefined => value && Buffer.from(value.raw(input)).toString()
  expect(slice(root)).toBe('d1:ali12e2:xye1:bd1:ci-3eee')
  expect(slice(root?.get('a'))).toBe('li12e2:xye')
  expect(slice(listOf(root?.get('a'))?.items[1])).toBe('2:xy')
  expect(slice(root?.get('b'))).toBe('d1:ci-3ee')
  expect(integerOf(dictOf(root?.get('b'))?.get('c'))).toBe(-3)
  expect(root?.keys).toEqual(['a', 'b'])
})

test('slices of a part of a buffer are counted from its start', () => {
  const whole = Buffer.from('xxxd1:ai1eexx')
  const input = whole.subarray(3, 11)
  expect(Buffer.from(dictOf(parseBencode(input, limits))?.get('a')?.raw(input) ?? []).toString()).toBe('i1e')
})

describe('what the reference tolerates is read but not called canonical', () => {
  test.each(['i01e', 'i-0e', 'i-01e', '01:a', 'l01:ae', 'd1:bi1e1:ai2ee', 'd1:ai1e1:ai2ee', 'd1:ad1:bi1e1:bi2eee'])(
    '%s',
    (text) => {
      expect(parse(text)).toBeDefined()
      expect(isCanonical(utf8Encode(text), limits)).toBe(false)
    },
  )

  test('the first of repeated keys wins', () => {
    expect(integerOf(dictOf(parse('d1:ai1e1:ai2ee'))?.get('a'))).toBe(1)
  })
})

test.each([
  '',
  'i',
  'ie',
  'i-e',
  'i1',
  'i1.5e',
  'i 1e',
  'i+1e',
  '5:abcd',
  '-1:a',
  '1',
  ':',
  'l',
  'd',
  'd1:a',
  'd1:ae',
  'di1ei2ee',
  'dlei1ee',
  'e',
  'x',
  'i1ei2e',
  'de ',
  'i9007199254740992e',
  '99999999999999999999:a',
])('%j is refused', (text) => {
  expect(parse(text)).toBeUndefined()
})

test('integers up to 2^53−1 are exact', () => {
  expect(integerOf(parse('i9007199254740991e'))).toBe(Number.MAX_SAFE_INTEGER)
  expect(integerOf(parse('i-9007199254740991e'))).toBe(-Number.MAX_SAFE_INTEGER)
})

test('depth counts containers, the root included', () => {
  expect(parse(`${'l'.repeat(10)}${'e'.repeat(10)}`)).toBeDefined()
  expect(parse(`${'l'.repeat(11)}${'e'.repeat(11)}`)).toBeUndefined()
  expect(parse(`${'l'.repeat(10)}i1e${'e'.repeat(10)}`)).toBeDefined()
  expect(parseBencode(utf8Encode('l'.repeat(100_000)), limits)).toBeUndefined()
})

test('items count every value but keys', () => {
  expect(parse(`l${'i1e'.repeat(99)}e`)).toBeDefined()
  expect(parse(`l${'i1e'.repeat(100)}e`)).toBeUndefined()
  const value = parse('d1:ali1ei2ee1:bdee')
  expect(value && countItems(value)).toBe(5)
})

test('"one plain post value = 19 values, the envelope has 9" (§3.8)', () => {
  const [reply] = vectors.krpc.filter(({ label }) => label === 'getData reply with one value')
  const value = parseBencode(bytes(reply?.hex ?? ''), limits)
  const entry = listOf(dictOf(dictOf(value)?.get('r'))?.get('data'))?.items[0]
  expect(value && entry && countItems(value) - countItems(entry)).toBe(9)
})

test('the writer sorts keys by bytes, leaves out undefined members and puts in raw parts', () => {
  const encoded = encodeBencode({
    b: 1,
    B: [2n, 'ä'],
    a: undefined,
    c: rawBencode(utf8Encode('i7e')),
    aa: new Map([['z', 0]]),
  })
  expect(Buffer.from(encoded).toString()).toBe('d1:Bli2e2:äe2:aad1:zi0ee1:bi1e1:ci7ee')
  expect(bytesToHex(encodeBencode(-0))).toBe(bytesToHex(utf8Encode('i0e')))
  expect(() => encodeBencode(1.5)).toThrow()
})

test('accessors give what the kind allows', () => {
  expect(textOf(parse('2:ab'))).toBe('ab')
  expect(textOf(parseBencode(bytes('323ac328'), limits))).toBeUndefined()
  expect(bytesOf(parse('i1e'))).toBeUndefined()
  expect(integerOf(parse('1:1'))).toBeUndefined()
  expect([parse('i-1e'), parse('i2147483648e'), parse('i2147483647e')].map(int31Of)).toEqual([
    undefined,
    undefined,
    2147483647,
  ])
})

test('any tree comes back as it was', () => {
  const tree = fc.letrec<{ value: Bencodable }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 20 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(tree, (value) => {
      const encoded = encodeBencode(value)
      const parsed = parseBencode(encoded, { maxDepth: 100, maxItems: 10_000 })
      expect(parsed?.isCanonical).toBe(true)
      expect(parsed && encodeBencode(bencodable(parsed))).toEqual(encoded)
    }),
    { numRuns: 300 },
  )
})
