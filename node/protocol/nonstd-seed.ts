/** A peer found by resolving `nonstd.<seed host>`. */
export interface SeedPeer {
  readonly host: string
  readonly port: number
}

/** CRC-16/CCITT-FALSE: "poly 1021, init ffff" (chain.md 1.5, netbase.cpp:897-910). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff
  }
  return crc
}

/**
 * "the A-record set mixes real peer addresses and companion records … every record whose first two bytes are crc>>8,
 * crc&255 gives a port = byte3·256 + byte4 for that ip" (chain.md 1.5, net.cpp:1215-1256).
 */
export function decodeNonstdSeeds(hosts: readonly string[]): SeedPeer[] {
  const records = hosts.flatMap((host) => {
    const bytes = parseIpv4(host)
    return bytes === undefined ? [] : [{ host, bytes, crc: crc16(bytes) }]
  })
  return records.flatMap(({ host, crc }) =>
    records
      .filter((companion) => wordAt(companion.bytes, 0) === crc)
      .map((companion) => ({ host, port: wordAt(companion.bytes, 2) })),
  )
}

function parseIpv4(host: string): Uint8Array | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number)
  return parts?.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0)
}
