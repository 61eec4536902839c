import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { concatBytes, hexToBytes } from './bytes.ts'
import { encodeWireMessage, requestPiece } from './wire-message.ts'
import { WireReader } from './wire-reader.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const handshake = bytes(vectors.wire.handshake_hex)

function greeted(): WireReader {
  const reader = new WireReader()
  reader.push(handshake)
  return reader
}

test('however the stream is cut, the messages are the same', () => {
  const frames = [handshake, requestPiece(1), { kind: 'keep-alive' } as const, { kind: 'have', k: 7 } as const]
  const stream = concatBytes(...frames.map((frame) => ('kind' in frame ? encodeWireMessage(frame) : frame)))
  const whole = new WireReader().push(stream).messages
  expect(whole.map(({ kind }) => kind)).toEqual(['handshake', 'request', 'keep-alive', 'have'])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const reader = new WireReader()
      const ends = [...cuts, stream.length].sort((a, b) => a - b)
      const messages = ends.flatMap((end, index) => reader.push(stream.subarray(ends[index - 1] ?? 0, end)).messages)
      expect(messages).toEqual(whole)
    }),
  )
})

test('messages do not change when more is pushed', () => {
  const reader = greeted()
  const data = new Uint8Array(500).fill(1)
  const [message] = reader.push(encodeWireMessage({ kind: 'piece', k: 1, start: 0, data })).messages
  reader.push(encodeWireMessage({ kind: 'piece', k: 1, start: 0, data: new Uint8Array(500).fill(2) }))
  expect(message?.kind === 'piece' && message.data).toEqual(data)
})

describe('violations', () => {
  test('bad-handshake, at the first byte that differs', () => {
    const reader = new WireReader()
    expect(reader.push(handshake.subarray(0, 10))).toEqual({ messages: [] })
    expect(reader.push(Uint8Array.of(0))).toEqual({ messages: [], violation: 'bad-handshake' })
    expect(reader.push(handshake)).toEqual({ messages: [], violation: 'bad-handshake' })
  })

  test.each([
    ['a piece', 7, 16384 + 9],
    ['a bitfield', 5, 65536 + 1],
    ['an extended message', 20, 32 * 1024],
    ['anything else', 99, 64],
  ])('message-too-big: %s', (_, id, max) => {
    const header = (size: number): Uint8Array => Uint8Array.of(size >>> 24, size >>> 16, size >>> 8, size, id)
    expect(greeted().push(header(max)).violation).toBeUndefined()
    expect(greeted().push(header(max + 1)).violation).toBe('message-too-big')
  })

  test('message-too-big is told before the message has come, and what came before it is given', () => {
    const reading = greeted().push(concatBytes(encodeWireMessage({ kind: 'choke' }), bytes('7fffffff')))
    expect(reading).toEqual({ messages: [{ kind: 'choke' }], violation: 'message-too-big' })
  })

  test('malformed-message', () => {
    const reading = greeted().push(bytes('0000000101000000020000'))
    expect(reading).toEqual({ messages: [{ kind: 'unchoke' }], violation: 'malformed-message' })
  })
})

test('the largest message, a byte at a time, is read in reasonable time', () => {
  const reader = greeted()
  const frame = encodeWireMessage({ kind: 'extended', extension: 1, payload: new Uint8Array(32 * 1024 - 2) })
  let count = 0
  for (let index = 0; index < frame.length; index++)
    count += reader.push(frame.subarray(index, index + 1)).messages.length
  expect(count).toBe(1)
}, 10_000)
