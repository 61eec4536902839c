import { expect, test } from 'vitest'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { bytesToHex, hexToBytes } from './bytes.ts'
import { parseTargetHash } from './dht-target.ts'
import { dhtToken } from './dht-token.ts'

test('the token of the vector', () => {
  const { ip_text, target, token } = vectors.token_local_example
  const hash = parseTargetHash(hexToBytes(target) ?? new Uint8Array(0))
  expect(hash && bytesToHex(dhtToken(ip_text, Uint8Array.of(0x78, 0x56, 0x34, 0x12), hash))).toBe(token)
})
