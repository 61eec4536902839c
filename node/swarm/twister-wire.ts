import Wire from 'bittorrent-protocol'
import { concatBytes, utf8Encode } from '../protocol/bytes.ts'
import { encodeHandshake, encodeWireMessage, type Handshake, type WireMessage } from '../protocol/wire-message.ts'
import { UtPex } from './ut-pex.ts'

const MAINLINE_PREFIX = concatBytes(Uint8Array.of(19), utf8Encode('BitTorrent protocol'))

/**
 * bittorrent-protocol's state machine of one connection: choking, interest, FAST, extension handshake, keep-alive and
 * the queue of the peer's requests. Its bytes pass through here, where they become twister's and the other way round:
 * another protocol string, the PEEK bit. Only messages that our own codec has read and bounded reach it, and the ones it
 * cannot do (growing bitfields, short pieces, hashcash) never do.
 */
export class TwisterWire extends Wire {
  /** Put there by Wire.use. */
  declare readonly ut_pex: UtPex
  readonly #send: (bytes: Uint8Array) => void
  #handshake: Handshake | undefined

  constructor(send: (bytes: Uint8Array) => void) {
    super()
    this.#send = send
    this.use(UtPex)
  }

  greet(handshake: Handshake): void {
    this.#handshake = handshake
    this.handshake(handshake.infohash, handshake.peerId, { dht: true, fast: true })
  }

  feed(message: WireMessage): void {
    this.write(encodeWireMessage(message))
  }

  feedHandshake(handshake: Handshake & { readonly reserved: Uint8Array }): void {
    this.write(concatBytes(MAINLINE_PREFIX, handshake.reserved, handshake.infohash, handshake.peerId))
  }

  // Everything the Wire says comes out of here at once, without the stream's own buffering, so that it keeps its order
  // with what the connection sends past the Wire.
  override push(bytes: Uint8Array | null): boolean {
    if (bytes === null) return super.push(null)
    // The first thing it says is BitTorrent's handshake; ours is said instead.
    const handshake = this.#handshake
    this.#handshake = undefined
    this.#send(handshake === undefined ? bytes : encodeHandshake(handshake))
    return true
  }
}
