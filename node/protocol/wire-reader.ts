import {
  MAX_WIRE_BITFIELD_BYTES,
  MAX_WIRE_EXTENDED_BYTES,
  MAX_WIRE_OTHER_BYTES,
  MAX_WIRE_PIECE_BYTES,
} from './limits.ts'
import {
  HANDSHAKE_BYTES,
  type Handshake,
  isHandshakeStart,
  parseHandshake,
  parseWireMessage,
  WIRE_IDS,
  type WireMessage,
} from './wire-message.ts'

export interface WireReading {
  readonly messages: readonly (WireMessage | ({ readonly kind: 'handshake' } & Handshake))[]
  /** The stream cannot be read on: 'bad-handshake', 'message-too-big' or 'malformed-message'. */
  readonly violation?: string
}

const FIRST_BYTES = 1024
const USUAL_BYTES = 8192
const MAX_BODY_BYTES = Math.max(
  MAX_WIRE_PIECE_BYTES,
  MAX_WIRE_BITFIELD_BYTES,
  MAX_WIRE_EXTENDED_BYTES,
  MAX_WIRE_OTHER_BYTES,
)

/** Cuts what a swarm peer sends into its handshake and messages. Keeps at most one message's bytes between pushes. */
export class WireReader {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES)
  #length = 0
  #isGreeted = false
  #violation: string | undefined

  /** Bytes of a message that has begun. */
  get unfinishedBytes(): number {
    return this.#length
  }

  push(chunk: Uint8Array): WireReading {
    if (this.#violation !== undefined) return { messages: [], violation: this.#violation }
    this.#append(chunk)
    const messages: WireReading['messages'][number][] = []
    let offset = 0
    for (;;) {
      const size = this.#sizeAt(offset)
      if (size === undefined || this.#violation !== undefined || size > this.#length - offset) break
      const message = this.#read(this.#buffer.slice(offset, offset + size))
      if (message === undefined) break
      messages.push(message)
      offset += size
    }
    if (offset > 0) this.#buffer.copyWithin(0, offset, this.#length)
    this.#length -= offset
    // What one big message needed is not kept for the small ones after it.
    if (this.#length === 0 && this.#buffer.length > USUAL_BYTES) this.#buffer = new Uint8Array(FIRST_BYTES)
    return this.#violation === undefined ? { messages } : { messages, violation: this.#violation }
  }

  /** Whole size of what begins at the offset, as soon as it is known and within its bound. */
  #sizeAt(offset: number): number | undefined {
    const available = this.#buffer.subarray(offset, this.#length)
    if (!this.#isGreeted) {
      if (!isHandshakeStart(available)) this.#violation = 'bad-handshake'
      return HANDSHAKE_BYTES
    }
    if (available.length < 4) return undefined
    const bodyBytes = new DataView(available.buffer, available.byteOffset).getUint32(0)
    const maxBytes = available.length > 4 && bodyBytes > 0 ? maxBodyBytes(available[4]) : MAX_BODY_BYTES
    if (bodyBytes > maxBytes) this.#violation = 'message-too-big'
    return 4 + bodyBytes
  }

  #read(bytes: Uint8Array): WireReading['messages'][number] | undefined {
    if (this.#isGreeted) {
      const message = parseWireMessage(bytes.subarray(4))
      if (message === undefined) this.#violation = 'malformed-message'
      return message
    }
    this.#isGreeted = true
    const handshake = parseHandshake(bytes)
    if (handshake === undefined) this.#violation = 'bad-handshake'
    return handshake && { kind: 'handshake', ...handshake }
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
      grown.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = grown
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
  }
}

function maxBodyBytes(id: number | undefined): number {
  if (id === WIRE_IDS.piece) return MAX_WIRE_PIECE_BYTES
  if (id === WIRE_IDS.bitfield) return MAX_WIRE_BITFIELD_BYTES
  return id === WIRE_IDS.extended ? MAX_WIRE_EXTENDED_BYTES : MAX_WIRE_OTHER_BYTES
}
