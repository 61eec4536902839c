import { ByteWriter, parseWith } from '../bytes.ts'

/** Payload of ping and pong: "u64 nonce (0 from reference)" (chain.md 5.4); undefined for a ping without one. */
export function parsePing(payload: Uint8Array): bigint | undefined {
  return parseWith(payload, (reader) => reader.u64())
}

export function encodePing(nonce: bigint): Uint8Array {
  return new ByteWriter().u64(nonce).finish()
}
