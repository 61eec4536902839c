import ipaddr from 'ipaddr.js'
import type { ByteReader, ByteWriter } from '../bytes.ts'

/** Where a peer is, as chain messages write it. */
export interface NetAddress {
  readonly services: bigint
  /** IPv4 dotted, or IPv6 text. */
  readonly host: string
  readonly port: number
}

/** "services 0, ::ffff:0.0.0.0, port 0 if unknown" (chain.md 5.3). */
export const UNKNOWN_ADDRESS: NetAddress = { services: 0n, host: '0.0.0.0', port: 0 }

/** u64 services, 16-byte IP, u16 BE port: "IPv4 as 00×10 ff ff a b c d" (chain.md 5.3). */
export function readNetAddress(reader: ByteReader): NetAddress {
  return { services: reader.u64(), host: hostOf(reader.take(16)), port: reader.u16be() }
}

export function writeNetAddress(writer: ByteWriter, address: NetAddress): ByteWriter {
  return writer.u64(address.services).bytes(hostBytes(address.host)).u16be(address.port)
}

function hostOf(bytes: Uint8Array): string {
  return ipaddr.process(ipaddr.fromByteArray([...bytes]).toString()).toString()
}

/** Throws if the host is not an IP address: it comes from ourselves. */
function hostBytes(host: string): Uint8Array {
  const address = ipaddr.parse(host)
  const wide = address.kind() === 'ipv4' ? (address as ipaddr.IPv4).toIPv4MappedAddress() : address
  return Uint8Array.from(wide.toByteArray())
}
