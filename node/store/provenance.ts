import type { ByteReader, ByteWriter } from '../protocol/bytes.ts'

/** `index`: given back by the index. */
const SOURCES = ['chain', 'swarm', 'dht', 'local', 'index'] as const

export type Source = (typeof SOURCES)[number]

/** Where from, when first seen (Unix seconds), and at which height our tip was then. */
export interface Provenance {
  readonly source: Source
  readonly firstSeen: number
  readonly tipHeight: number
}

export function writeProvenance(writer: ByteWriter, { source, firstSeen, tipHeight }: Provenance): ByteWriter {
  return writer
    .u8(SOURCES.indexOf(source))
    .u64(BigInt(Math.round(firstSeen * 1000)))
    .i32(tipHeight)
}

export function readProvenance(reader: ByteReader): Provenance {
  const source = SOURCES[reader.u8()] ?? 'local'
  return { source, firstSeen: Number(reader.u64()) / 1000, tipHeight: reader.i32() }
}
