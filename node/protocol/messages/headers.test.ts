import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import blocks from '../../../test/vectors/recordings-chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { ByteWriter, hexToBytes } from '../bytes.ts'
import { formatHash } from '../hash.ts'
import { encodeHeaders, parseHeaders } from './headers.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const payloads = recorded.filter(({ command }) => command === 'headers').map(({ hex }) => bytes(hex).subarray(24))

describeCodec('headers', { parse: parseHeaders, encode: encodeHeaders, samples: [...payloads, Uint8Array.of(0)] })

test('the recorded answer holds the recorded chain', () => {
  const headers = parseHeaders(payloads[0] ?? new Uint8Array(0)) ?? []
  expect(headers.length).toBeGreaterThan(0)
  for (const header of headers) expect(formatHash(header.hash)).toBe(blocks[header.height]?.hash)
})

test('a header that claims transactions is refused', () => {
  const payload = Uint8Array.from(payloads[0] ?? [])
  payload[1 + 84] = 1
  expect(parseHeaders(payload)).toBeUndefined()
})

test('more than 2000 headers are refused', () => {
  const payload = (count: number) =>
    new ByteWriter()
      .compactSize(count)
      .bytes(new Uint8Array(85 * count))
      .finish()
  expect(parseHeaders(payload(2000))?.length).toBe(2000)
  expect(parseHeaders(payload(2001))).toBeUndefined()
})
