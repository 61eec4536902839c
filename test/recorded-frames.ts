import { ByteWriter, concatBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { ENVELOPE_BYTES, encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { networkParams } from '../node/protocol/params.ts'
import { HANDSHAKE_BYTES, isHandshakeStart, PROTOCOL_STRING } from '../node/protocol/wire-message.ts'
import { WireReader } from '../node/protocol/wire-reader.ts'
import { CHAIN_CODECS, type Codec, DATAGRAM_CODEC, HANDSHAKE_CODEC, WIRE_CODEC } from './codecs.ts'
import { type RecordingName, recordedDatagrams, recordedStreams } from './recorded-wire.ts'

/** One message of a recording, as it was on the wire but for what encloses it. */
export interface RecordedFrame {
  /** The protocol and the message: "chain inv", "wire have", "dht query". */
  readonly kind: string
  readonly codec: Codec
  readonly bytes: Uint8Array
  /** Written again by the codec, with what encloses it; undefined where the codec refuses. */
  readonly rewritten: Uint8Array | undefined
  /** The bytes on the wire, what encloses them included. */
  readonly onWire: Uint8Array
}

const { magic } = networkParams('main', { checkpoints: false })
const ANY_HANDSHAKE = concatBytes(Uint8Array.of(19), utf8Encode(PROTOCOL_STRING), new Uint8Array(48))

/** Every message of a recording but those of uTP. */
export function recordedFrames(name: RecordingName): RecordedFrame[] {
  const streams = [...recordedStreams(name).values()].map((chunks) => concatBytes(...chunks))
  return [...recordedDatagrams(name).map(datagramFrame), ...streams.flatMap(streamFrames)]
}

/** The bytes of all streams of a recording: nothing of them may be missing in its frames. */
export function recordedBytes(name: RecordingName): number {
  const all = [...recordedDatagrams(name), ...[...recordedStreams(name).values()].flat()]
  return all.reduce((sum, bytes) => sum + bytes.length, 0)
}

function datagramFrame(bytes: Uint8Array): RecordedFrame {
  const letter = String.fromCharCode(bytes.at(-2) ?? 0)
  const kind = { q: 'dht query', r: 'dht reply', e: 'dht error' }[letter] ?? 'dht ?'
  return { kind, codec: DATAGRAM_CODEC, bytes, rewritten: DATAGRAM_CODEC.rewrite(bytes), onWire: bytes }
}

function streamFrames(stream: Uint8Array): RecordedFrame[] {
  return stream[0] === magic[0] ? chainFrames(stream) : wireFrames(stream)
}

function chainFrames(stream: Uint8Array): RecordedFrame[] {
  const { messages, skipped, error } = new FrameReader(magic).push(stream)
  if (skipped > 0 || error !== undefined) throw new Error(`a chain stream that is not one: ${error}`)
  let offset = 0
  return messages.map(({ command, payload }) => {
    const codec = CHAIN_CODECS.get(command)
    if (codec === undefined) throw new Error(`no codec for ${command}`)
    const again = codec.rewrite(payload)
    const onWire = stream.subarray(offset, offset + ENVELOPE_BYTES + payload.length)
    offset += onWire.length
    const rewritten = again && encodeMessage(magic, command, again)
    return { kind: `chain ${command}`, codec, bytes: payload, rewritten, onWire }
  })
}

/** Some connections were opened before their recording began: those begin with a message instead of a handshake. */
function wireFrames(stream: Uint8Array): RecordedFrame[] {
  const frames: RecordedFrame[] = []
  const reader = new WireReader()
  let offset = 0
  if (isHandshakeStart(stream)) {
    const bytes = stream.subarray(0, HANDSHAKE_BYTES)
    const rewritten = HANDSHAKE_CODEC.rewrite(bytes)
    frames.push({ kind: 'wire handshake', codec: HANDSHAKE_CODEC, bytes, rewritten, onWire: bytes })
    reader.push(bytes)
    offset = HANDSHAKE_BYTES
  } else {
    reader.push(ANY_HANDSHAKE)
  }
  const { messages, violation } = reader.push(stream.subarray(offset))
  if (violation !== undefined) throw new Error(`a swarm stream that is not one: ${violation}`)
  for (const { kind } of messages) {
    const size = new DataView(stream.buffer, stream.byteOffset + offset).getUint32(0)
    const onWire = stream.subarray(offset, offset + 4 + size)
    offset += onWire.length
    const bytes = onWire.subarray(4)
    const again = WIRE_CODEC.rewrite(bytes)
    const rewritten = again && new ByteWriter().u32be(again.length).bytes(again).finish()
    frames.push({ kind: `wire ${kind}`, codec: WIRE_CODEC, bytes, rewritten, onWire })
  }
  return frames
}
