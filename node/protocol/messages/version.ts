import { type ByteReader, ByteWriter, parseWith, utf8Encode } from '../bytes.ts'
import { MAX_USER_AGENT_BYTES } from '../limits.ts'
import { type NetAddress, readNetAddress, UNKNOWN_ADDRESS, writeNetAddress } from './net-address.ts'

/** chain.md 5.2, version.h. */
export const PROTOCOL_VERSION = 70_003
export const MIN_PROTOCOL_VERSION = 209
/** "ping has nonce / pong answered if peer version > this". */
export const PONG_ABOVE_VERSION = 60_000
/** "addr entries carry a time from here; addr relay only to such peers". */
export const ADDR_TIME_VERSION = 31_402
/** The only service bit; "A peer without it is a client: no block sync from it". */
export const NODE_NETWORK = 1n

export interface VersionMessage {
  readonly version: number
  readonly services: bigint
  /** Unix time in seconds. */
  readonly time: bigint
  readonly receiver: NetAddress
  readonly sender: NetAddress
  /** Random, to notice a connection to oneself. */
  readonly nonce: bigint
  readonly userAgent: string
  readonly startHeight: number
  readonly relay: boolean
}

/**
 * "Fields after the receiver address are optional on input (defaults: nonce 1, agent "", height −1, relay true)"
 * (chain.md 5.3, main.cpp:2738-2841).
 */
export function parseVersion(payload: Uint8Array): VersionMessage | undefined {
  return parseWith(payload, (reader) => {
    const fixed = {
      version: reader.i32(),
      services: reader.u64(),
      time: reader.i64(),
      receiver: readNetAddress(reader),
    }
    const identity = reader.done
      ? { sender: UNKNOWN_ADDRESS, nonce: 1n }
      : { sender: readNetAddress(reader), nonce: reader.u64() }
    return {
      ...fixed,
      ...identity,
      userAgent: reader.done ? '' : readUserAgent(reader),
      startHeight: reader.done ? -1 : reader.i32(),
      relay: reader.done ? true : reader.u8() !== 0,
    }
  })
}

export function encodeVersion(message: VersionMessage): Uint8Array {
  const writer = new ByteWriter().i32(message.version).u64(message.services).i64(message.time)
  writeNetAddress(writer, message.receiver)
  writeNetAddress(writer, message.sender)
  return writer
    .u64(message.nonce)
    .varBytes(utf8Encode(message.userAgent))
    .i32(message.startHeight)
    .u8(message.relay ? 1 : 0)
    .finish()
}

// Any bytes may stand here and end up in a log: what is not printable ASCII is shown as a question mark.
function readUserAgent(reader: ByteReader): string {
  const bytes = reader.varBytes(MAX_USER_AGENT_BYTES)
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?')).join('')
}
