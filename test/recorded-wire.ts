import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { hexToBytes } from '../node/protocol/bytes.ts'

/** What reference daemons put on the wire: test/vectors/README.md says what each holds. */
export const RECORDINGS = [
  'phase1-dht-2nodes',
  'phase1-p2p-2nodes',
  'phase1-swarm-tcp-2nodes',
  'phase2-dht-node3',
  'phase2-p2p-node3-handshake-sync-relay',
  'phase2-swarm-tcp-node3',
  'phase2-swarm-tcp-peek',
  'phase3-utp-and-dht-node4',
  'phase3-utp-ignored-tcp-fallback',
  'phase4-dhtproxy-node6',
  'phase4-probe',
] as const

export type RecordingName = (typeof RECORDINGS)[number]

export interface RecordedPacket {
  readonly protocol: 'tcp' | 'udp'
  /** Ports, "source>destination". */
  readonly route: string
  /** Empty where a connection was opened or closed. */
  readonly bytes: Uint8Array
}

interface PacketJson {
  readonly udp?: string
  readonly tcp?: string
  readonly hex?: string
}

/** A recording, in the order in which it was recorded. */
export function recordedPackets(name: RecordingName): RecordedPacket[] {
  const file = new URL(`./vectors/wire/${name}.jsonl.gz`, import.meta.url)
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  return lines.map((line) => {
    const { udp, tcp, hex = '' }: PacketJson = JSON.parse(line)
    const bytes = hexToBytes(hex)
    const route = udp ?? tcp
    if (bytes === undefined || route === undefined) throw new Error(`${name}: not a packet: ${line}`)
    return { protocol: udp === undefined ? 'tcp' : 'udp', route, bytes }
  })
}

/** DHT datagrams of a recording; those of uTP, which share the port, are left out. */
export function recordedDatagrams(name: RecordingName): Uint8Array[] {
  return recordedPackets(name).flatMap((packet) => (isDhtPacket(packet) ? [packet.bytes] : []))
}

/** "first byte d" (dht-swarm-posts.md 2.1): the low digit of uTP's first byte is its version, 1. */
export function isDhtPacket({ protocol, bytes }: RecordedPacket): boolean {
  return protocol === 'udp' && bytes[0] === 0x64
}

/** The chunks of each direction of each TCP connection of a recording, by its route. */
export function recordedStreams(name: RecordingName): Map<string, Uint8Array[]> {
  const streams = new Map<string, Uint8Array[]>()
  for (const { protocol, route, bytes } of recordedPackets(name)) {
    if (protocol !== 'tcp' || bytes.length === 0) continue
    streams.set(route, [...(streams.get(route) ?? []), bytes])
  }
  return streams
}
