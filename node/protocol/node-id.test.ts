import { expect, test } from 'vitest'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { bytesToHex, hexToBytes } from './bytes.ts'
import { isLocalAddress, isNodeIdOfIp, nodeIdForIp, nodeIdPrefix, parseNodeId } from './node-id.ts'

test.each(vectors.node_id)('$ip with $r_last_byte has $id_first_4_bytes', ({ ip, r_last_byte, id_first_4_bytes }) => {
  const prefix = nodeIdPrefix(ip, r_last_byte)
  expect(prefix && bytesToHex(prefix)).toBe(id_first_4_bytes)
  const random = new Uint8Array(16).fill(9)
  random[15] = r_last_byte
  const id = nodeIdForIp(ip, random)
  expect(bytesToHex(id)).toBe(`${id_first_4_bytes}${'09'.repeat(15)}${r_last_byte.toString(16).padStart(2, '0')}`)
  expect(isNodeIdOfIp(id, ip)).toBe(true)
  expect(isNodeIdOfIp(id, '8.8.8.8')).toBe(false)
})

test('an IPv6 address is masked on its first eight octets', () => {
  const random = new Uint8Array(16)
  const id = nodeIdForIp('2001:db8::1', random)
  expect(isNodeIdOfIp(id, '2001:db8::1')).toBe(true)
  expect(isNodeIdOfIp(id, '2001:db8::ffff')).toBe(true)
  expect(isNodeIdOfIp(id, '2001:db8:0:7f::1')).toBe(false)
})

test('local addresses are exempt', () => {
  const exempt = ['10.0.0.1', '127.0.0.1', '127.9.9.9', '172.16.0.1', '172.31.255.1', '192.168.1.1', '169.254.1.1']
  const others = ['172.15.0.1', '172.32.0.1', '192.169.1.1', '169.253.1.1', '11.0.0.1', '::1', 'nonsense']
  for (const ip of exempt) expect(isNodeIdOfIp(new Uint8Array(20), ip)).toBe(true)
  for (const ip of others) expect([ip, isLocalAddress(ip)]).toEqual([ip, false])
})

test('what is no id or no address fits nothing', () => {
  expect(parseNodeId(new Uint8Array(19))).toBeUndefined()
  expect(parseNodeId(undefined)).toBeUndefined()
  expect(parseNodeId(new Uint8Array(20))).toHaveLength(20)
  expect(nodeIdPrefix('nonsense', 1)).toBeUndefined()
  expect(isNodeIdOfIp(new Uint8Array(20), 'nonsense')).toBe(false)
  expect(isNodeIdOfIp(hexToBytes('f766f9f5') ?? new Uint8Array(0), '124.31.75.21')).toBe(false)
  expect(() => nodeIdForIp('nonsense', new Uint8Array(16))).toThrow()
})
