import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { hexToBytes } from '../bytes.ts'
import { encodePing, parsePing } from './ping.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const payloads = recorded
  .filter(({ command }) => ['ping', 'pong'].includes(command))
  .map(({ hex }) => bytes(hex).subarray(24))

describeCodec('ping and pong', { parse: parsePing, encode: encodePing, samples: payloads })

test('the nonce of the reference is 0', () => {
  expect(parsePing(bytes(vectors.p2p.ping_nonce0_regtest).subarray(24))).toBe(0n)
})
