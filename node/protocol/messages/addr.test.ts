import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import { ByteWriter } from '../bytes.ts'
import { encodeAddr, parseAddr } from './addr.ts'

// A network on the loopback gossips no addresses, so there is none in the recordings.
const entries = [
  { time: 1_400_000_000, services: 1n, host: '200.152.124.103', port: 5599 },
  { time: 0, services: 0n, host: '2001:db8::7', port: 65535 },
]

describeCodec('addr', { parse: parseAddr, encode: encodeAddr, samples: [encodeAddr(entries), encodeAddr([])] })

test('an entry has 30 bytes', () => {
  expect(encodeAddr(entries).length).toBe(1 + 2 * 30)
  expect(parseAddr(encodeAddr(entries))).toEqual(entries)
})

test('more than 1000 entries are refused', () => {
  const payload = (count: number) =>
    new ByteWriter()
      .compactSize(count)
      .bytes(new Uint8Array(30 * count))
      .finish()
  expect(parseAddr(payload(1000))?.length).toBe(1000)
  expect(parseAddr(payload(1001))).toBeUndefined()
})
