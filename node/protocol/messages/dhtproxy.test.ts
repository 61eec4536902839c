import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { hexToBytes, utf8Decode } from '../bytes.ts'
import {
  encodeDhtGetReply,
  encodeDhtGetRequest,
  encodeDhtPutRequest,
  parseDhtGetReply,
  parseDhtGetRequest,
  parseDhtPutRequest,
} from './dhtproxy.ts'

const payloadsOf = (wanted: string): Uint8Array[] =>
  recorded
    .filter(({ command }) => command === wanted)
    .map(({ hex }) => (hexToBytes(hex) ?? new Uint8Array(0)).subarray(24))

describeCodec('dhtgetreq', {
  parse: parseDhtGetRequest,
  encode: encodeDhtGetRequest,
  samples: payloadsOf('dhtgetreq'),
})
describeCodec('dhtputreq', {
  parse: parseDhtPutRequest,
  encode: encodeDhtPutRequest,
  samples: payloadsOf('dhtputreq'),
})
describeCodec('dhtgetreply', {
  parse: parseDhtGetReply,
  encode: encodeDhtGetReply,
  samples: payloadsOf('dhtgetreply'),
})

test('the recorded put is a signed dictionary of its user', () => {
  const request = parseDhtPutRequest(payloadsOf('dhtputreq')[0] ?? new Uint8Array(0))
  expect(request?.sigP.length).toBe(65)
  expect(request && utf8Decode(request.p.subarray(0, 1))).toBe('d')
  expect(request?.sigUser).toEqual(request?.username)
})

test('a target hash of any other length is refused', () => {
  const reply = { targetHash: new Uint8Array(19), list: new Uint8Array(0) }
  expect(parseDhtGetReply(encodeDhtGetReply(reply))).toBeUndefined()
})
