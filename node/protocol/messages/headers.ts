import { type BlockHeader, HEADER_BYTES, readHeader } from '../block.ts'
import { ByteWriter, EndOfData, parseWith } from '../bytes.ts'
import { MAX_HEADERS_ENTRIES } from '../limits.ts'

/** "CompactSize count, each: 84-byte header ‖ 00 (empty tx vector)" (chain.md 5.4, main.cpp:3052-3062). */
export function parseHeaders(payload: Uint8Array): BlockHeader[] | undefined {
  return parseWith(payload, (reader) =>
    reader.vector(MAX_HEADERS_ENTRIES, HEADER_BYTES + 1, () => {
      const header = readHeader(reader)
      if (reader.compactSize() !== 0) throw new EndOfData('a header with transactions')
      return header
    }),
  )
}

export function encodeHeaders(headers: readonly Pick<BlockHeader, 'raw'>[]): Uint8Array {
  const writer = new ByteWriter().compactSize(headers.length)
  for (const header of headers) writer.bytes(header.raw).u8(0)
  return writer.finish()
}
