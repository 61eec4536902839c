import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { bytesToHex, hexToBytes } from '../bytes.ts'
import { UNKNOWN_ADDRESS } from './net-address.ts'
import { encodeVersion, parseVersion, type VersionMessage } from './version.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const payloads = recorded.filter(({ command }) => command === 'version').map(({ hex }) => bytes(hex).subarray(24))
const vector = bytes(vectors.p2p.version_main).subarray(24)

describeCodec('version', {
  parse: parseVersion,
  encode: encodeVersion,
  samples: [...payloads, vector],
  optionalFrom: 46,
})

test('the vector has the documented fields', () => {
  const expected: VersionMessage = {
    version: 70003,
    services: 1n,
    time: 1400000000n,
    receiver: { services: 1n, host: '0.0.0.0', port: 0 },
    sender: UNKNOWN_ADDRESS,
    nonce: 0x1122334455667788n,
    userAgent: '/twisterd:0.9.40/',
    startHeight: 0,
    relay: true,
  }
  expect(parseVersion(vector)).toEqual(expected)
  expect(bytesToHex(encodeVersion(expected))).toBe(bytesToHex(vector))
})

test('the reference announces itself as documented', () => {
  for (const payload of payloads)
    expect(parseVersion(payload)).toMatchObject({ version: 70003, services: 1n, relay: true })
})

test('fields after the receiver may be missing, but not be cut', () => {
  const whole = parseVersion(vector)
  const defaults = { sender: UNKNOWN_ADDRESS, nonce: 1n, userAgent: '', startHeight: -1, relay: true }
  expect(parseVersion(vector.subarray(0, 46))).toEqual({ ...whole, ...defaults })
  expect(parseVersion(vector.subarray(0, 80))).toEqual({ ...whole, userAgent: '', startHeight: -1, relay: true })
  expect(parseVersion(vector.subarray(0, vector.length - 1))).toEqual(whole)
  expect(parseVersion(vector.subarray(0, 47))).toBeUndefined()
  expect(parseVersion(vector.subarray(0, 79))).toBeUndefined()
  expect(parseVersion(vector.subarray(0, vector.length - 2))).toBeUndefined()
})

test('an agent is shown as printable ASCII', () => {
  const message = parseVersion(vector)
  const shown = message && parseVersion(encodeVersion({ ...message, userAgent: 'a\n\u001b[31mé' }))
  expect(shown?.userAgent).toBe('a??[31m??')
})
