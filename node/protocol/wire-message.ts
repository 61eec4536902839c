import type { ByteReader } from './bytes.ts'
import { ByteWriter, bytesEqual, concatBytes, parseWith, utf8Encode } from './bytes.ts'
import { parseTargetHash, type Target } from './dht-target.ts'
import { MAX_HASHCASH_NONCE_BYTES, WIRE_BLOCK_BYTES } from './limits.ts'

/** "13 ‖ twister protocollll (19 bytes) ‖ reserved ‖ infohash ‖ peer_id" (§4.3, bt_peer_connection.cpp:747-800). */
export interface Handshake {
  readonly infohash: Target
  /** 20 bytes. */
  readonly peerId: Uint8Array
  /** 8 bytes of flags: OUR_RESERVED when left out. */
  readonly reserved?: Uint8Array
}

/** A part of a piece; the reference always asks for the whole nominal block, (k, 0, 16384). */
export interface Block {
  readonly k: number
  readonly start: number
  readonly length: number
}

export type WireMessage =
  | { readonly kind: 'keep-alive' }
  | { readonly kind: 'choke' }
  | { readonly kind: 'unchoke' }
  | { readonly kind: 'interested' }
  | { readonly kind: 'not-interested' }
  | { readonly kind: 'have'; readonly k: number }
  | { readonly kind: 'bitfield'; readonly bits: Uint8Array }
  | ({ readonly kind: 'request' } & Block)
  | { readonly kind: 'piece'; readonly k: number; readonly start: number; readonly data: Uint8Array }
  | ({ readonly kind: 'cancel' } & Block)
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'hashcash-nbits'; readonly nbits: number }
  | { readonly kind: 'hashcash-nonce'; readonly nonce: Uint8Array }
  | { readonly kind: 'suggest'; readonly k: number }
  | { readonly kind: 'have-all' }
  | { readonly kind: 'have-none' }
  | ({ readonly kind: 'reject' } & Block)
  | { readonly kind: 'allowed-fast'; readonly k: number }
  | { readonly kind: 'extended'; readonly extension: number; readonly payload: Uint8Array }
  | { readonly kind: 'unknown'; readonly id: number; readonly payload: Uint8Array }

export const PROTOCOL_STRING = 'twister protocollll'

/** "00 00 00 00 00 10 00 15: extension protocol; DHT, FAST, PEEK/hashcash" (§4.3). */
export const OUR_RESERVED: Uint8Array = Uint8Array.of(0, 0, 0, 0, 0, 0x10, 0, 0x15)

export const HANDSHAKE_BYTES = 68
const HANDSHAKE_PREFIX = concatBytes(Uint8Array.of(PROTOCOL_STRING.length), utf8Encode(PROTOCOL_STRING))

export const WIRE_IDS = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  'not-interested': 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  'hashcash-nbits': 10,
  'hashcash-nonce': 11,
  suggest: 13,
  'have-all': 14,
  'have-none': 15,
  reject: 16,
  'allowed-fast': 17,
  extended: 20,
} as const

const KIND_OF_ID: ReadonlyMap<number, keyof typeof WIRE_IDS> = new Map(
  (Object.keys(WIRE_IDS) as (keyof typeof WIRE_IDS)[]).map((kind) => [WIRE_IDS[kind], kind]),
)

export function encodeHandshake(handshake: Handshake): Uint8Array {
  return concatBytes(HANDSHAKE_PREFIX, handshake.reserved ?? OUR_RESERVED, handshake.infohash, handshake.peerId)
}

/** Exactly 68 bytes. */
export function parseHandshake(bytes: Uint8Array): Handshake | undefined {
  if (bytes.length !== HANDSHAKE_BYTES || !isHandshakeStart(bytes)) return undefined
  const infohash = parseTargetHash(bytes.subarray(28, 48))
  return infohash && { reserved: bytes.subarray(20, 28), infohash, peerId: bytes.subarray(48) }
}

/** The bytes so far may still become a handshake: an encrypted or foreign one is told by its first bytes. */
export function isHandshakeStart(bytes: Uint8Array): boolean {
  const common = Math.min(bytes.length, HANDSHAKE_PREFIX.length)
  return bytesEqual(bytes.subarray(0, common), HANDSHAKE_PREFIX.subarray(0, common))
}

/** "byte5 0x10 extension protocol; byte7 0x01 DHT, 0x04 FAST, 0x10 PEEK/hashcash" (§4.3). */
export function handshakeFlags(
  handshake: Handshake,
): Readonly<Record<'hasExtensions' | 'hasDht' | 'hasFast' | 'hasPeek', boolean>> {
  const reserved = handshake.reserved ?? OUR_RESERVED
  const has = (index: number, bit: number): boolean => ((reserved[index] ?? 0) & bit) !== 0
  return { hasExtensions: has(5, 0x10), hasDht: has(7, 0x01), hasFast: has(7, 0x04), hasPeek: has(7, 0x10) }
}

/** "request(k, 0, 16384)": sub-ranges don't work, storage always delivers the whole post (§4.4). */
export function requestPiece(k: number): WireMessage {
  return { kind: 'request', k, start: 0, length: WIRE_BLOCK_BYTES }
}

/** "start + length <= 16 384, length > 0" (§4.4); a range that does not begin at 0 would get the whole post too. */
export function isWholePiece({ start, length }: Pick<Block, 'start' | 'length'>): boolean {
  return start === 0 && length > 0 && length <= WIRE_BLOCK_BYTES
}

/** The frame: 4-byte big-endian length, then the message. */
export function encodeWireMessage(message: WireMessage): Uint8Array {
  if (message.kind === 'keep-alive') return new Uint8Array(4)
  const id = message.kind === 'unknown' ? message.id : WIRE_IDS[message.kind]
  const payload = encodePayload(message)
  return new ByteWriter()
    .u32be(1 + payload.length)
    .u8(id)
    .bytes(payload)
    .finish()
}

/** The body of a frame, without its length; undefined when the payload has the wrong form for its id. */
export function parseWireMessage(body: Uint8Array): WireMessage | undefined {
  const [id] = body
  if (id === undefined) return { kind: 'keep-alive' }
  const kind = KIND_OF_ID.get(id)
  if (kind === undefined) return { kind: 'unknown', id, payload: body.subarray(1) }
  return parseWith(body.subarray(1), (reader) => {
    const message = readPayload(kind, reader)
    return reader.done ? message : undefined
  })
}

function encodePayload(message: Exclude<WireMessage, { kind: 'keep-alive' }>): Uint8Array {
  const writer = new ByteWriter()
  switch (message.kind) {
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return writer.finish()
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return writer.u32be(message.k).finish()
    case 'bitfield':
      return message.bits
    case 'request':
    case 'cancel':
    case 'reject':
      return writer.u32be(message.k).u32be(message.start).u32be(message.length).finish()
    case 'piece':
      return writer.u32be(message.k).u32be(message.start).bytes(message.data).finish()
    case 'port':
      return writer.u16be(message.port).finish()
    case 'hashcash-nbits':
      return writer.u16be(message.nbits).finish()
    case 'hashcash-nonce':
      return message.nonce
    case 'extended':
      return writer.u8(message.extension).bytes(message.payload).finish()
    case 'unknown':
      return message.payload
  }
}

function readPayload(kind: keyof typeof WIRE_IDS, reader: ByteReader): WireMessage | undefined {
  switch (kind) {
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return { kind }
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return { kind, k: reader.u32be() }
    case 'bitfield':
      return { kind, bits: reader.rest() }
    case 'request':
    case 'cancel':
    case 'reject':
      return { kind, k: reader.u32be(), start: reader.u32be(), length: reader.u32be() }
    case 'piece':
      return { kind, k: reader.u32be(), start: reader.u32be(), data: reader.rest() }
    case 'port':
      return { kind, port: reader.u16be() }
    case 'hashcash-nbits':
      return { kind, nbits: reader.u16be() }
    case 'hashcash-nonce':
      // "hashcash_nonce(<= 9 bytes)" (§4.4)
      return reader.remaining <= MAX_HASHCASH_NONCE_BYTES ? { kind, nonce: reader.rest() } : undefined
    case 'extended':
      return { kind, extension: reader.u8(), payload: reader.rest() }
  }
}

/** Bits of the pieces 0…count−1, the first in the highest bit of the first byte. */
export function bitfieldOf(count: number, isHeld: (k: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (let k = 0; k < count; k++) if (isHeld(k)) bits[k >> 3] = (bits[k >> 3] ?? 0) | (0x80 >> (k & 7))
  return bits
}

export function bitfieldHas(bits: Uint8Array, k: number): boolean {
  return ((bits[k >> 3] ?? 0) & (0x80 >> (k & 7))) !== 0
}
