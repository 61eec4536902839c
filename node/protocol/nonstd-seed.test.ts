import { expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { utf8Encode } from './bytes.ts'
import { crc16, decodeNonstdSeeds } from './nonstd-seed.ts'

test('the checksum has its published check value', () => {
  expect(crc16(utf8Encode('123456789'))).toBe(0x29b1)
})

test.each(vectors.dns_nonstd.examples)('$ip listens on $port', ({ ip, port, crc, companion_A_record }) => {
  expect(crc16(Uint8Array.from(ip.split('.').map(Number)))).toBe(Number.parseInt(crc, 16))
  expect(decodeNonstdSeeds([companion_A_record, ip])).toEqual([{ host: ip, port }])
})

test('records are told apart in any order, and what is no address is left out', () => {
  const mixed = vectors.dns_nonstd.examples.flatMap((example) => [example.ip, example.companion_A_record])
  const peers = decodeNonstdSeeds([...mixed.reverse(), '300.1.1.1', '::1', 'x', '9.9.9.9'])
  expect(new Set(peers.map((peer) => `${peer.host}:${peer.port}`))).toEqual(
    new Set(vectors.dns_nonstd.examples.map((example) => `${example.ip}:${example.port}`)),
  )
})
