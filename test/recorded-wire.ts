import { readFileSync } from 'node:fs'
import { hexToBytes } from '../node/protocol/bytes.ts'

interface RecordedPacket {
  readonly udp?: string
  readonly tcp?: string
  readonly hex?: string
}

/** DHT datagrams of a recording in test/vectors; those of uTP are left out. */
export function recordedDatagrams(name: string): Uint8Array[] {
  return packets(name).flatMap(({ udp, hex }) => (udp !== undefined && hex?.startsWith('64') ? [bytes(hex)] : []))
}

/** The chunks of each direction of each TCP connection of a recording, keyed "source>destination". */
export function recordedStreams(name: string): Map<string, Uint8Array[]> {
  const streams = new Map<string, Uint8Array[]>()
  for (const { tcp, hex } of packets(name)) {
    if (tcp === undefined || hex === undefined) continue
    streams.set(tcp, [...(streams.get(tcp) ?? []), bytes(hex)])
  }
  return streams
}

function packets(name: string): RecordedPacket[] {
  const file = new URL(`./vectors/${name}.jsonl`, import.meta.url)
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): RecordedPacket => JSON.parse(line))
}

function bytes(hex: string): Uint8Array {
  return hexToBytes(hex) ?? new Uint8Array(0)
}
