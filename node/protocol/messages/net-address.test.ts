import { expect, test } from 'vitest'
import { ByteReader, ByteWriter, bytesToHex, hexToBytes } from '../bytes.ts'
import { readNetAddress, writeNetAddress } from './net-address.ts'

test.each([
  ['1.2.3.4', '00000000000000000000ffff01020304'],
  ['2001:db8::1', '20010db8000000000000000000000001'],
  ['fd87:d87e:eb43::1', 'fd87d87eeb4300000000000000000001'],
  ['::', '00000000000000000000000000000000'],
])('%s', (host, hex) => {
  const bytes = writeNetAddress(new ByteWriter(), { services: 1n, host, port: 28333 }).finish()
  expect(bytesToHex(bytes)).toBe(`0100000000000000${hex}6ead`)
  expect(readNetAddress(new ByteReader(hexToBytes(bytesToHex(bytes)) ?? bytes))).toEqual({
    services: 1n,
    host,
    port: 28333,
  })
})
