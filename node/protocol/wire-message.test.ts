import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { bytesToHex, hexToBytes } from './bytes.ts'
import {
  bitfieldHas,
  bitfieldOf,
  encodeHandshake,
  encodeWireMessage,
  handshakeFlags,
  isHandshakeStart,
  OUR_RESERVED,
  parseHandshake,
  parseWireMessage,
  requestPiece,
  type WireMessage,
} from './wire-message.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const { wire, hashcash_peek: hashcash } = vectors

describeCodec('swarm handshake', {
  parse: parseHandshake,
  encode: encodeHandshake,
  samples: [bytes(wire.handshake_hex)],
})

test('the handshake of the vector', () => {
  const handshake = parseHandshake(bytes(wire.handshake_hex))
  expect(handshake && bytesToHex(handshake.infohash)).toBe('06e2980f2e8912a418195d67d83e1f79230273f6')
  expect(Buffer.from(handshake?.peerId ?? []).toString()).toBe('-TW1000-0123456789ab')
  expect(bytesToHex(OUR_RESERVED)).toBe(wire.reserved)
  const all = { hasExtensions: true, hasDht: true, hasFast: true, hasPeek: true }
  expect(handshake && handshakeFlags(handshake)).toEqual(all)
  const none = handshake && handshakeFlags({ ...handshake, reserved: new Uint8Array(8) })
  expect(Object.values(none ?? all)).toEqual([false, false, false, false])
})

test('what cannot become a handshake is told by its first bytes', () => {
  const handshake = bytes(wire.handshake_hex)
  for (const length of [0, 1, 10, 20, 30]) expect(isHandshakeStart(handshake.subarray(0, length))).toBe(true)
  expect(isHandshakeStart(Uint8Array.of(0x12))).toBe(false)
  expect(parseHandshake(Uint8Array.from(handshake).fill(0x42, 1, 20))).toBeUndefined()
})

const block = { k: 1, start: 0, length: 16384 }
const messages: [WireMessage, string][] = [
  [{ kind: 'keep-alive' }, '00000000'],
  [{ kind: 'choke' }, '0000000100'],
  [{ kind: 'unchoke' }, '0000000101'],
  [{ kind: 'interested' }, '0000000102'],
  [{ kind: 'not-interested' }, '0000000103'],
  [{ kind: 'have', k: 5 }, wire.have_5_hex],
  [{ kind: 'bitfield', bits: bitfieldOf(4, (k) => k < 3) }, wire.bitfield_have_0_1_2_of_num_pieces_4_hex],
  [requestPiece(0), wire.request_piece0_hex],
  [
    { kind: 'piece', k: vectors.mainnet_post.piece_index, start: 0, data: bytes(vectors.mainnet_post.piece_hex) },
    wire.piece_message_for_mainnet_post_hex,
  ],
  [{ kind: 'cancel', ...block }, '0000000d08000000010000000000004000'],
  [{ kind: 'port', port: 29333 }, '00000003097295'],
  [{ kind: 'hashcash-nbits', nbits: hashcash.nbits }, hashcash.msg_nbits_hex],
  [{ kind: 'hashcash-nonce', nonce: bytes(hashcash.nonce_be32_hex) }, hashcash.msg_nonce_hex],
  [{ kind: 'suggest', k: 1 }, '000000050d00000001'],
  [{ kind: 'have-all' }, '000000010e'],
  [{ kind: 'have-none' }, '000000010f'],
  [{ kind: 'reject', ...block }, '0000000d10000000010000000000004000'],
  [{ kind: 'allowed-fast', k: 1 }, '000000051100000001'],
  [{ kind: 'extended', extension: 0, payload: bytes('6465') }, '0000000414006465'],
  [{ kind: 'unknown', id: 99, payload: bytes('aa') }, '0000000263aa'],
]

test.each(messages)('%j', (message, hex) => {
  expect(bytesToHex(encodeWireMessage(message))).toBe(hex)
  expect(parseWireMessage(bytes(hex).subarray(4))).toEqual(message)
})

describeCodec('swarm messages of a fixed form', {
  parse: (frame) => {
    const message = frame.length < 5 ? undefined : parseWireMessage(frame.subarray(4))
    return message === undefined || ['unknown', 'keep-alive'].includes(message.kind) ? undefined : message
  },
  encode: encodeWireMessage,
  samples: messages.flatMap(([message, hex]) =>
    ['keep-alive', 'bitfield', 'piece', 'extended', 'hashcash-nonce', 'unknown'].includes(message.kind)
      ? []
      : [bytes(hex)],
  ),
})

describe('a payload of another length than its message has is refused', () => {
  test.each([
    '0000',
    '0400000001ff',
    '0600000001',
    '0900',
    '09000001',
    '0a10',
    '0a000010',
    '0b00000000000000000000',
    '1100',
    '14',
    '0f00',
  ])('%s', (hex) => {
    expect(parseWireMessage(bytes(hex))).toBeUndefined()
  })
})

test('bits are counted from the highest', () => {
  const bits = bitfieldOf(10, (k) => k === 0 || k === 9)
  expect(bytesToHex(bits)).toBe('8040')
  expect([0, 1, 8, 9, 10, 16, 1000].map((k) => bitfieldHas(bits, k))).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
    false,
  ])
  expect(bitfieldOf(0, () => true)).toHaveLength(0)
})
