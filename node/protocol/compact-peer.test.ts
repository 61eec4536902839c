import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bvalue, encodeBencode, parseBencode } from './bencode.ts'
import { bytesToHex, hexToBytes } from './bytes.ts'
import {
  encodeContact,
  encodeEndpoint,
  encodeNodes,
  formatIp,
  parseEndpoint,
  parseEndpoints4,
  parseEndpoints6,
  parseIp,
  parseNodes,
  parseNodes2,
  parsePeerValues,
} from './compact-peer.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const list = (...strings: string[]): Bvalue | undefined =>
  parseBencode(encodeBencode(strings.map(bytes)), { maxDepth: 2, maxItems: 1000 })

describe('addresses', () => {
  test.each([
    ['203.0.113.7', 'cb007107'],
    ['0.0.0.0', '00000000'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['1::', `0001${'00'.repeat(14)}`],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
    ['2001:0:0:1::1', '20010000000000010000000000000001'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:cb00:7107', '00000000000000000000ffffcb007107'],
  ])('%s is %s', (text, hex) => {
    expect(formatIp(bytes(hex))).toBe(text)
    expect(parseIp(text)).toEqual(bytes(hex))
  })

  test('other spellings are read too', () => {
    expect(formatIp(parseIp('::ffff:203.0.113.7') ?? new Uint8Array(4))).toBe('::ffff:cb00:7107')
    expect(formatIp(parseIp('2001:0DB8:0:0:0:0:0:1') ?? new Uint8Array(4))).toBe('2001:db8::1')
  })

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '01.2.3.0004',
    'a.b.c.d',
    ' 1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1.2.3',
    `::${'0'.repeat(60)}`,
  ])('%j is no address', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  test('every IPv6 address is written so that it is read back', () => {
    const address = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(address, (groups) => {
        const ip = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
        expect(parseIp(formatIp(ip))).toEqual(ip)
      }),
    )
  })
})

test('endpoints have 6 or 18 bytes', () => {
  expect(parseEndpoint(bytes('cb0071077295'))).toEqual({ ip: '203.0.113.7', port: 29333 })
  expect(bytesToHex(encodeEndpoint({ ip: '203.0.113.7', port: 29333 }))).toBe('cb0071077295')
  expect(parseEndpoint(bytes(`${'00'.repeat(15)}017295`))).toEqual({ ip: '::1', port: 29333 })
  for (const size of [0, 5, 7, 12, 17, 19]) expect(parseEndpoint(new Uint8Array(size))).toBeUndefined()
  expect(() => encodeEndpoint({ ip: 'host', port: 1 })).toThrow()
})

test('records end to end: an incomplete last one is dropped, too many are cut', () => {
  expect(parseEndpoints4(bytes('cb0071077295cb007108729501'))).toHaveLength(2)
  expect(parseEndpoints6(new Uint8Array(37))).toHaveLength(2)
  expect(parseEndpoints4(new Uint8Array(6 * 5000))).toHaveLength(256)
  const nodes = [{ id: new Uint8Array(20).fill(1), ip: '203.0.113.9', port: 29333 }]
  expect(parseNodes(encodeNodes(nodes))).toEqual(nodes)
  expect(parseNodes(new Uint8Array(26 * 100))).toHaveLength(64)
})

test('nodes2 are strings of 38 bytes', () => {
  const node = { id: new Uint8Array(20).fill(1), ip: '2001:db8::1', port: 1 }
  expect(parseNodes2(list(bytesToHex(encodeContact(node)), 'aabb'))).toEqual([node])
  expect(parseNodes2(undefined)).toEqual([])
})

test('a single string of values is a row of IPv4 peers, unless it is the one IPv6 peer', () => {
  expect(parsePeerValues(list('cb0071077295cb0071087295'))).toHaveLength(2)
  expect(parsePeerValues(list('cb0071077295'))).toEqual([{ ip: '203.0.113.7', port: 29333 }])
  expect(parsePeerValues(list(`${'00'.repeat(15)}010001`))).toEqual([{ ip: '::1', port: 1 }])
  expect(parsePeerValues(list('cb0071077295', `${'00'.repeat(15)}010001`, 'aabb'))).toHaveLength(2)
  expect(parsePeerValues(list())).toEqual([])
  expect(parsePeerValues(undefined)).toEqual([])
})
