import { ByteWriter, parseWith } from '../bytes.ts'
import { MAX_ADDR_ENTRIES } from '../limits.ts'
import { type NetAddress, readNetAddress, writeNetAddress } from './net-address.ts'

const ENTRY_BYTES = 30

export interface AddrEntry extends NetAddress {
  /** When the peer was last seen, unix seconds. */
  readonly time: number
}

/** "vector of {u32 time, u64 services, 16 ip, u16 BE port} (30 bytes each)" (chain.md 5.4), the form after verack. */
export function parseAddr(payload: Uint8Array): AddrEntry[] | undefined {
  return parseWith(payload, (reader) =>
    reader.vector(MAX_ADDR_ENTRIES, ENTRY_BYTES, () => ({ time: reader.u32(), ...readNetAddress(reader) })),
  )
}

export function encodeAddr(entries: readonly AddrEntry[]): Uint8Array {
  const writer = new ByteWriter().compactSize(entries.length)
  for (const entry of entries) writeNetAddress(writer.u32(entry.time), entry)
  return writer.finish()
}
