import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { bytesToHex, concatBytes, hexToBytes } from '../bytes.ts'
import { networkParams } from '../params.ts'
import { type ChainMessage, encodeMessage, FrameReader } from './envelope.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const { magic } = networkParams('main', { checkpoints: false })
const regtestMagic = networkParams('regtest', { checkpoints: false }).magic

test('an envelope without payload is that of the reference', () => {
  expect(bytesToHex(encodeMessage(regtestMagic, 'verack'))).toBe(vectors.p2p.verack_regtest)
})

test('every recorded message is read, and written alike', () => {
  const reader = new FrameReader(magic)
  for (const { command, hex } of recorded) {
    const { messages, skipped, error } = reader.push(bytes(hex))
    expect([messages.map((message) => message.command), skipped, error]).toEqual([[command], 0, undefined])
    expect(messages.map((message) => bytesToHex(encodeMessage(magic, message.command, message.payload)))).toEqual([hex])
  }
})

describe('a stream', () => {
  const stream = concatBytes(...recorded.map(({ hex }) => bytes(hex)))

  test('gives the same messages however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 40 }), (lengths) => {
        const reader = new FrameReader(magic)
        const messages: ChainMessage[] = []
        let offset = 0
        for (const length of [...lengths, stream.length]) {
          messages.push(...reader.push(stream.subarray(offset, offset + length)).messages)
          offset += length
        }
        expect(messages.map((message) => message.command)).toEqual(recorded.map((message) => message.command))
      }),
      { numRuns: 50 },
    )
  })

  test('byte by byte', () => {
    const reader = new FrameReader(magic)
    const messages = Array.from(stream.subarray(0, 600)).flatMap((byte) => reader.push(Uint8Array.of(byte)).messages)
    expect(messages.length).toBeGreaterThan(3)
    const expected = recorded.slice(0, messages.length)
    expect(messages.map((message) => message.command)).toEqual(expected.map((message) => message.command))
  })

  test('no bit flip throws', () => {
    fc.assert(
      fc.property(fc.nat(stream.length * 8 - 1), (bit) => {
        const bytes = Uint8Array.from(stream)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        new FrameReader(magic).push(bytes)
      }),
      { numRuns: 100 },
    )
  })
})

describe('what does not belong in a stream', () => {
  const ping = encodeMessage(magic, 'ping', bytes('0000000000000000'))

  test('a foreign magic ends it for good, after the messages before it', () => {
    const reader = new FrameReader(magic)
    const foreign = encodeMessage(regtestMagic, 'verack')
    expect(reader.push(concatBytes(ping, foreign))).toMatchObject({
      messages: [{ command: 'ping' }],
      error: 'wrong-magic',
    })
    expect(reader.push(ping)).toEqual({ messages: [], skipped: 0, error: 'wrong-magic' })
  })

  test('a length above 0x02000000 ends it before any of it is kept', () => {
    const head = encodeMessage(magic, 'inv')
    head.set([1, 0, 0, 2], 16)
    expect(new FrameReader(magic).push(head).error).toBe('oversized-message')
    head.set([0, 0, 0, 2], 16)
    expect(new FrameReader(magic).push(head).error).toBeUndefined()
  })

  test('a payload longer than its command allows is passed over without being kept, and the stream goes on', () => {
    const long = encodeMessage(magic, 'addr', new Uint8Array(100_000))
    const stream = concatBytes(long, ping)
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 90_000 }), (step) => {
        const reader = new FrameReader(magic)
        const messages: ChainMessage[] = []
        for (let offset = 0; offset < stream.length; offset += step) {
          messages.push(...reader.push(stream.subarray(offset, offset + step)).messages)
          expect(reader.bufferedBytes).toBeLessThan(60)
          expect(reader.isUnfinished).toBe(offset + step < stream.length && offset + step !== long.length)
        }
        expect(messages).toMatchObject([{ command: 'addr', leftOutBytes: 100_000 }, { command: 'ping' }])
      }),
      { numRuns: 20 },
    )
  })

  test('a wrong checksum skips the message', () => {
    const broken = Uint8Array.from(ping)
    broken[20] = 0
    const { messages, skipped, error } = new FrameReader(magic).push(concatBytes(broken, ping))
    expect([messages.length, skipped, error]).toEqual([1, 1, undefined])
  })

  test.each([
    '70696e6700000000000000ff',
    '7069ff670000000000000000',
    '70696e670070000000000000',
    '0a0000000000000000000000',
  ])('the command %s skips the message', (command) => {
    const broken = Uint8Array.from(ping)
    broken.set(bytes(command), 4)
    const { messages, skipped } = new FrameReader(magic).push(concatBytes(broken, ping))
    expect([messages.length, skipped]).toEqual([1, 1])
  })

  test('a command may fill all twelve bytes', () => {
    const { messages } = new FrameReader(magic).push(encodeMessage(magic, 'abcdefghijkl'))
    expect(messages[0]?.command).toBe('abcdefghijkl')
  })
})
