import { getHeapStatistics } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteWriter, concatBytes } from '../node/protocol/bytes.ts'
import { MAX_WIRE_EXTENDED_BYTES } from '../node/protocol/limits.ts'
import { ENVELOPE_BYTES, encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { networkParams } from '../node/protocol/params.ts'
import { WireReader } from '../node/protocol/wire-reader.ts'
import { mutated } from './fuzz-mutations.ts'
import { recordedFrames } from './recorded-frames.ts'
import { RECORDINGS, recordedStreams } from './recorded-wire.ts'

const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${SEED}`)
const RUNS = 300
/** Of streams that claim four times as much or more. */
const MAX_IDLE_BYTES = 8_000_000

const { magic } = networkParams('main', { checkpoints: false })
const streams = RECORDINGS.flatMap((name) =>
  [...recordedStreams(name).values()].map((chunks) => concatBytes(...chunks)),
)
const chainStreams = streams.filter((stream) => stream[0] === magic[0] && stream.length < 5000)
const wireStreams = streams.filter((stream) => stream[0] === 19 && stream.length < 5000)

/** A stream and where it is cut. */
const cut = (samples: readonly Uint8Array[]) =>
  fc.record({
    stream: fc.oneof(mutated(samples), fc.constantFrom(...samples)),
    cuts: fc.array(fc.nat(6000), { maxLength: 40 }),
  })

function chunksOf({ stream, cuts }: { stream: Uint8Array; cuts: readonly number[] }): Uint8Array[] {
  const ends = [...cuts.map((at) => Math.min(at, stream.length)), stream.length].sort((a, b) => a - b)
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end))
}

describe('chain stream', () => {
  const read = (chunks: readonly Uint8Array[]) => {
    const reader = new FrameReader(magic)
    const readings = chunks.map((chunk) => reader.push(chunk))
    const messages = readings.flatMap((reading) => reading.messages)
    const skipped = readings.reduce((sum, reading) => sum + reading.skipped, 0)
    return { messages, skipped, error: readings.at(-1)?.error }
  }

  test('is the same however it comes in pieces, and whatever was done to it', () => {
    fc.assert(
      fc.property(cut(chainStreams), (pieces) => {
        expect(read(chunksOf(pieces))).toEqual(read([pieces.stream]))
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  test('gives no message that was not whole on the wire', () => {
    fc.assert(
      fc.property(mutated(chainStreams), (stream) => {
        const { messages, skipped } = read([stream])
        const bytes = messages.reduce((sum, { payload }) => sum + ENVELOPE_BYTES + payload.length, 0)
        expect(bytes + skipped * ENVELOPE_BYTES).toBeLessThanOrEqual(stream.length)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  test('holds only what came, whatever length is announced', () => {
    const envelope = Uint8Array.from(encodeMessage(magic, 'inv', new Uint8Array(1_000_000)).subarray(0, ENVELOPE_BYTES))
    const before = heldBytes()
    const readers = Array.from({ length: 100 }, () => new FrameReader(magic))
    for (const reader of readers) reader.push(envelope)
    expect(heldBytes() - before).toBeLessThan(MAX_IDLE_BYTES)
    expect(readers.length).toBe(100)
  })
})

describe('swarm stream', () => {
  const read = (chunks: readonly Uint8Array[]) => {
    const reader = new WireReader()
    const readings = chunks.map((chunk) => reader.push(chunk))
    return { messages: readings.flatMap(({ messages }) => messages), violation: readings.at(-1)?.violation }
  }

  test('is the same however it comes in pieces, and whatever was done to it', () => {
    fc.assert(
      fc.property(cut(wireStreams), (pieces) => {
        const [whole, parts] = [read([pieces.stream]), read(chunksOf(pieces))]
        expect(parts).toEqual(whole)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  test('holds only what came, whatever length is announced', () => {
    const handshake = wireStreams[0]?.subarray(0, 68) ?? new Uint8Array(0)
    const announced = new ByteWriter().bytes(handshake).u32be(MAX_WIRE_EXTENDED_BYTES).u8(20).u8(1).finish()
    const before = heldBytes()
    const readers = Array.from({ length: 1000 }, () => new WireReader())
    const violations = readers.filter((reader) => reader.push(announced).violation !== undefined).length
    expect(heldBytes() - before).toBeLessThan(MAX_IDLE_BYTES)
    expect(violations).toBe(0)
  })
})

test('every recorded message is read in whatever pieces it comes', () => {
  for (const { kind, onWire } of RECORDINGS.flatMap(recordedFrames).filter(({ kind }) => kind.startsWith('chain'))) {
    const reader = new FrameReader(magic)
    const messages = [...onWire].flatMap((byte) => reader.push(Uint8Array.of(byte)).messages)
    expect(messages.map(({ command }) => `chain ${command}`)).toEqual([kind])
  }
})

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
