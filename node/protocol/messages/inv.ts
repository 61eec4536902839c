import { ByteReader, ByteWriter, parseWith } from '../bytes.ts'
import type { Hash256 } from '../hash.ts'
import { MAX_INV_ENTRIES } from '../limits.ts'

/** "1 tx, 2 block, 3 filtered block (getdata only)" (chain.md 5.4, protocol.h:129-136); others are not answered. */
export const INV_TRANSACTION = 1
export const INV_BLOCK = 2

const ENTRY_BYTES = 36

export interface InvItem {
  readonly type: number
  readonly hash: Hash256
}

/** Payload of inv, getdata and notfound: "vector of {u32 type, u256 hash} (36 bytes)" (chain.md 5.4). */
export function parseInv(payload: Uint8Array): InvItem[] | undefined {
  return parseWith(payload, (reader) =>
    reader.vector(MAX_INV_ENTRIES, ENTRY_BYTES, () => ({ type: reader.u32(), hash: reader.take(32) as Hash256 })),
  )
}

/**
 * As parseInv, one item after the other: for a question that takes long to answer, whose items would fill more memory
 * than the message.
 */
export function readInv(payload: Uint8Array): Iterable<InvItem> | undefined {
  const items = parseWith(payload, (reader) => {
    const count = reader.compactSize()
    return count > MAX_INV_ENTRIES ? undefined : reader.take(ENTRY_BYTES * count)
  })
  return items && itemsOf(items)
}

function* itemsOf(items: Uint8Array): Generator<InvItem> {
  const reader = new ByteReader(items)
  while (!reader.done) yield { type: reader.u32(), hash: reader.take(32) as Hash256 }
}

export function encodeInv(items: readonly InvItem[]): Uint8Array {
  const writer = new ByteWriter().compactSize(items.length)
  for (const item of items) writer.u32(item.type).bytes(item.hash)
  return writer.finish()
}
