import { readBytes } from './bytes.ts'
import { sha256d } from './hash.ts'

/** "Block header — 84 bytes" (chain.md 2.4). */
export const HEADER_BYTES = 84

export interface Header {
  raw: Uint8Array
  /** "Block hash (identity) = dsha(84 header bytes)". */
  hash: Uint8Array
  height: number
  prevHash: Uint8Array
  merkleRoot: Uint8Array
  /** Unix seconds. */
  time: number
  bits: number
}

/** Exactly 84 bytes. */
export function parseHeader(raw: Uint8Array): Header | undefined {
  if (raw.length !== HEADER_BYTES) return undefined
  return readBytes(raw, (reader) => {
    reader.i32()
    const height = reader.i32()
    const prevHash = reader.take(32)
    const merkleRoot = reader.take(32)
    const [time, bits] = [reader.u32(), reader.u32()]
    return { raw, hash: sha256d(raw), height, prevHash, merkleRoot, time, bits }
  })
}
