import { bytesEqual, concatBytes } from './bytes.ts'
import { parseIp } from './compact-peer.ts'
import { sha1 } from './hash.ts'

/** DHT node id: 20 bytes. */
export type NodeId = Uint8Array & { readonly __brand: 'NodeId' }

export function parseNodeId(bytes: Uint8Array | undefined): NodeId | undefined {
  return bytes?.length === 20 ? (bytes as NodeId) : undefined
}

// "mask4 = 01 07 1f 7f; mask6 = 00 01 03 07 0f 1f 3f 7f on the first 8 octets" (§2.4, node_id.cpp:101-141).
const MASK4 = Uint8Array.of(0x01, 0x07, 0x1f, 0x7f)
const MASK6 = Uint8Array.of(0x00, 0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f)

/** The first four bytes that the id of a node at `ip` must have when its last byte is `lastByte`. */
export function nodeIdPrefix(ip: string, lastByte: number): Uint8Array | undefined {
  const octets = parseIp(ip)
  if (octets === undefined) return undefined
  const mask = octets.length === 4 ? MASK4 : MASK6
  // "h = SHA1((ip[i] & mask[i])… ‖ (r & 7)); id[0..3] = h[0..3]; id[4..18] random; id[19] = r"
  const masked = mask.map((bits, index) => bits & (octets[index] ?? 0))
  return sha1(concatBytes(masked, Uint8Array.of(lastByte & 7))).subarray(0, 4)
}

/** An id that fits `ip`; `random` are 16 random bytes. */
export function nodeIdForIp(ip: string, random: Uint8Array): NodeId {
  const lastByte = random[15] ?? 0
  const prefix = nodeIdPrefix(ip, lastByte)
  if (prefix === undefined || random.length !== 16) throw new RangeError('nodeIdForIp needs an IP and 16 bytes')
  return concatBytes(prefix, random) as NodeId
}

/** "Check = first 4 bytes compared with the id derived from (source IP, id[19])" (§2.4, node_id.cpp:153-160). */
export function isNodeIdOfIp(id: Uint8Array, ip: string): boolean {
  if (isLocalAddress(ip)) return true
  const prefix = nodeIdPrefix(ip, id[19] ?? 0)
  return prefix !== undefined && id.length === 20 && bytesEqual(prefix, id.subarray(0, 4))
}

/** "Exempt sources: 10/8, 172.16/12, 192.168/16, 169.254/16, 127/8" (§2.4, broadcast_socket.cpp:65-82). */
export function isLocalAddress(ip: string): boolean {
  const [a = 0, b = 0, ...rest] = parseIp(ip) ?? []
  if (rest.length !== 2) return false
  return (
    a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  )
}
