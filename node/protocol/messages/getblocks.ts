import { ByteWriter, parseWith } from '../bytes.ts'
import type { Hash256 } from '../hash.ts'
import { MAX_LOCATOR_ENTRIES } from '../limits.ts'

export interface BlockRequest {
  readonly version: number
  /** Newest first; empty in a getheaders that asks for the stop hash alone. */
  readonly locator: readonly Hash256[]
  /** ZERO_HASH: as far as the answer goes. */
  readonly stop: Hash256
}

/** Payload of getblocks and getheaders: "i32 version ‖ vector<u256> locator ‖ u256 stop" (chain.md 5.4). */
export function parseGetblocks(payload: Uint8Array): BlockRequest | undefined {
  return parseWith(payload, (reader) => {
    const version = reader.i32()
    const locator = reader.vector(MAX_LOCATOR_ENTRIES, 32, () => reader.take(32) as Hash256)
    return { version, locator, stop: reader.take(32) as Hash256 }
  })
}

export function encodeGetblocks(request: BlockRequest): Uint8Array {
  const writer = new ByteWriter().i32(request.version).compactSize(request.locator.length)
  for (const hash of request.locator) writer.bytes(hash)
  return writer.bytes(request.stop).finish()
}
