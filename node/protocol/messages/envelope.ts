import { ByteReader, ByteWriter, bytesEqual, concatBytes } from '../bytes.ts'
import { sha256d } from '../hash.ts'
import { MAX_MESSAGE_CHUNKS, MAX_MESSAGE_PAYLOAD_BYTES } from '../limits.ts'
import { maxPayloadBytes } from './payload-limits.ts'

/** "magic ‖ command, ASCII, zero padded ‖ payload length u32 ‖ first 4 bytes of dsha(payload)" (chain.md 5.1). */
export const ENVELOPE_BYTES = 24
const COMMAND_BYTES = 12

export interface ChainMessage {
  readonly command: string
  readonly payload: Uint8Array
  /** Set if the payload was longer than the command allows: it was left out, and has so many bytes. */
  readonly leftOutBytes?: number
}

/** Why a stream cannot be read on: the connection is to be closed. */
export type FrameError = 'wrong-magic' | 'oversized-message'

export interface Frames {
  readonly messages: readonly ChainMessage[]
  /** Messages left out for a bad command or checksum: "violation → message skipped … No ban score for these". */
  readonly skipped: number
  readonly error?: FrameError
}

export function encodeMessage(magic: Uint8Array, command: string, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const name = new Uint8Array(COMMAND_BYTES)
  for (let index = 0; index < command.length; index++) name[index] = command.charCodeAt(index)
  return new ByteWriter()
    .bytes(magic)
    .bytes(name)
    .u32(payload.length)
    .bytes(checksumOf(payload))
    .bytes(payload)
    .finish()
}

const NO_BYTES = new Uint8Array(0)

/**
 * Cuts a byte stream into messages. It holds at most one unfinished message, only bytes that really arrived, and never
 * more than the command allows: a longer payload is passed over.
 */
export class FrameReader {
  readonly #magic: Uint8Array
  #chunks: Uint8Array[] = []
  #bufferedBytes = 0
  #neededBytes = ENVELOPE_BYTES
  /** Bytes to come of a payload that is passed over. */
  #leavingOut = 0
  #error: FrameError | undefined

  constructor(magic: Uint8Array) {
    this.#magic = magic
  }

  /** Of the unfinished message. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** Whether a message has begun and not ended. */
  get isUnfinished(): boolean {
    return this.#bufferedBytes > 0 || this.#leavingOut > 0
  }

  push(data: Uint8Array): Frames {
    const messages: ChainMessage[] = []
    if (this.#error !== undefined) return { messages, skipped: 0, error: this.#error }
    const chunk = data.subarray(this.#leavingOut)
    this.#leavingOut -= data.length - chunk.length
    this.#chunks.push(chunk)
    this.#bufferedBytes += chunk.length
    if (this.#bufferedBytes < this.#neededBytes) {
      // A message dripping in byte by byte must not cost an object a byte.
      if (this.#chunks.length >= MAX_MESSAGE_CHUNKS) this.#chunks = [concatBytes(...this.#chunks)]
      return { messages, skipped: 0 }
    }
    const reader = new ByteReader(concatBytes(...this.#chunks))
    const skipped = this.#readMessages(reader, messages)
    const rest = reader.rest()
    this.#chunks = [rest]
    this.#bufferedBytes = rest.length
    return this.#error === undefined ? { messages, skipped } : { messages, skipped, error: this.#error }
  }

  #readMessages(reader: ByteReader, messages: ChainMessage[]): number {
    let skipped = 0
    this.#neededBytes = ENVELOPE_BYTES
    while (reader.remaining >= ENVELOPE_BYTES) {
      const start = reader.offset
      // "Wrong magic → intended to close … ADVICE: close it" (chain.md 5.1, B38).
      if (!bytesEqual(reader.take(4), this.#magic)) return this.#fail('wrong-magic', skipped)
      const command = parseCommand(reader.take(COMMAND_BYTES))
      const payloadBytes = reader.u32()
      // "length > 0x02000000 → connection closed"
      if (payloadBytes > MAX_MESSAGE_PAYLOAD_BYTES) return this.#fail('oversized-message', skipped)
      const checksum = reader.take(4)
      if (payloadBytes > maxPayloadBytes(command ?? '')) {
        const here = Math.min(payloadBytes, reader.remaining)
        reader.take(here)
        this.#leavingOut = payloadBytes - here
        if (command === undefined) skipped++
        else messages.push({ command, payload: NO_BYTES, leftOutBytes: payloadBytes })
        continue
      }
      if (reader.remaining < payloadBytes) {
        reader.offset = start
        this.#neededBytes = ENVELOPE_BYTES + payloadBytes
        break
      }
      const payload = reader.take(payloadBytes)
      if (command === undefined || !bytesEqual(checksum, checksumOf(payload))) skipped++
      else messages.push({ command, payload })
    }
    return skipped
  }

  #fail(error: FrameError, skipped: number): number {
    this.#error = error
    return skipped
  }
}

function checksumOf(payload: Uint8Array): Uint8Array {
  return sha256d(payload).subarray(0, 4)
}

// "command bytes must be 20..7e hex up to the first 00, then all 00" (chain.md 5.1, protocol.cpp:47-75).
function parseCommand(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0)
  const name = end === -1 ? bytes : bytes.subarray(0, end)
  if (name.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined
  if (bytes.subarray(name.length).some((byte) => byte !== 0)) return undefined
  return String.fromCharCode(...name)
}
