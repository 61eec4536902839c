import { type Bvalue, listOf } from './bencode.ts'
import { ByteWriter, bytesToHex, concatBytes } from './bytes.ts'
import { MAX_DHT_REPLY_NODES, MAX_DHT_REPLY_PEERS } from './limits.ts'

/** An address as text, v4 or v6, and a port. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
}

/** A DHT node: 20-byte id and where it answers. */
export interface Contact extends Endpoint {
  readonly id: Uint8Array
}

const ID_BYTES = 20
const ENDPOINT4_BYTES = 6
const ENDPOINT6_BYTES = 18
const DIGIT_0 = 0x30

/** 6 or 18 bytes: address, then port big-endian. */
export function encodeEndpoint(endpoint: Endpoint): Uint8Array {
  const ip = parseIp(endpoint.ip)
  if (ip === undefined) throw new RangeError(`not an IP address: ${endpoint.ip}`)
  if (!Number.isInteger(endpoint.port) || endpoint.port < 0 || endpoint.port > 0xffff) {
    throw new RangeError(`not a port: ${endpoint.port}`)
  }
  const bytes = new Uint8Array(ip.length + 2)
  bytes.set(ip)
  bytes[ip.length] = endpoint.port >> 8
  bytes[ip.length + 1] = endpoint.port & 0xff
  return bytes
}

export function parseEndpoint(bytes: Uint8Array): Endpoint | undefined {
  if (bytes.length !== ENDPOINT4_BYTES && bytes.length !== ENDPOINT6_BYTES) return undefined
  const [high = 0, low = 0] = bytes.subarray(-2)
  return { ip: formatIp(bytes.subarray(0, -2)), port: high * 256 + low }
}

/** Records of 6 bytes end to end, as in ut_pex; a last incomplete one is dropped. */
export function parseEndpoints4(bytes: Uint8Array): Endpoint[] {
  return records(bytes, ENDPOINT4_BYTES, MAX_DHT_REPLY_PEERS).flatMap((record) => parseEndpoint(record) ?? [])
}

export function parseEndpoints6(bytes: Uint8Array): Endpoint[] {
  return records(bytes, ENDPOINT6_BYTES, MAX_DHT_REPLY_PEERS).flatMap((record) => parseEndpoint(record) ?? [])
}

/** "nodes = concatenated 26-byte records id(20) ip(4) port(2 BE)" (§2.6). */
export function parseNodes(bytes: Uint8Array): Contact[] {
  return records(bytes, ID_BYTES + ENDPOINT4_BYTES, MAX_DHT_REPLY_NODES).flatMap((record) => parseContact(record) ?? [])
}

/** "nodes2 = list of 38-byte strings id(20) ip6(16) port(2)" (§2.6). */
export function parseNodes2(value: Bvalue | undefined): Contact[] {
  const items = listOf(value)?.items.slice(0, MAX_DHT_REPLY_NODES) ?? []
  return items.flatMap((item) =>
    item.kind === 'string' && item.bytes.length === ID_BYTES + ENDPOINT6_BYTES ? (parseContact(item.bytes) ?? []) : [],
  )
}

export function encodeContact(contact: Contact): Uint8Array {
  return concatBytes(contact.id, encodeEndpoint(contact))
}

export function encodeNodes(contacts: readonly Contact[]): Uint8Array {
  return concatBytes(...contacts.map(encodeContact))
}

/**
 * "values = list of 6- or 18-byte endpoint strings; a values list with exactly one string is concatenated 6-byte IPv4
 * records" (§2.6). One string of 18 bytes is taken for the one IPv6 peer that it is when the reference wrote it (§8.1-15).
 */
export function parsePeerValues(value: Bvalue | undefined): Endpoint[] {
  const strings = listOf(value)?.items.flatMap((item) => (item.kind === 'string' ? [item.bytes] : [])) ?? []
  const [only] = strings
  if (strings.length === 1 && only !== undefined && only.length !== ENDPOINT6_BYTES) return parseEndpoints4(only)
  return strings.slice(0, MAX_DHT_REPLY_PEERS).flatMap((bytes) => parseEndpoint(bytes) ?? [])
}

/** 4 or 16 bytes; undefined for anything that is not an address. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** Text of 4 or 16 bytes: dotted, or eight groups of hex digits with the first longest run of zeros left out. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups: string[] = []
  for (let index = 0; index < 16; index += 2) {
    groups.push(bytesToHex(bytes.subarray(index, index + 2)).replace(/^0{1,3}/, ''))
  }
  const text = groups.join(':')
  const [longest] = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort((a, b) => b[0].length - a[0].length)
  if (longest === undefined) return text
  const after = text.slice(longest.index + longest[0].length)
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${after.replace(/^:/, '')}`
}

// Eight of them are in nearly every answer of the DHT.
function parseIpv4(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(4)
  let position = 0
  for (let index = 0; index < 4; index++) {
    const end = index < 3 ? text.indexOf('.', position) : text.length
    if (end <= position || end > position + 3) return undefined
    let octet = 0
    for (; position < end; position++) {
      const digit = text.charCodeAt(position) - DIGIT_0
      if (digit < 0 || digit > 9) return undefined
      octet = octet * 10 + digit
    }
    if (octet > 255) return undefined
    octets[index] = octet
    position++
  }
  return octets
}

function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined
  const lastColon = text.lastIndexOf(':')
  const dotted = text.includes('.') ? parseIpv4(text.slice(lastColon + 1)) : undefined
  if (text.includes('.') && dotted === undefined) return undefined
  const hex = dotted === undefined ? text : `${text.slice(0, lastColon + 1)}${groupsOf(dotted)}`
  const halves = hex.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  const writer = new ByteWriter()
  for (const group of groups) writer.u16be(Number.parseInt(group, 16))
  return writer.finish()
}

function groupsOf(ipv4: Uint8Array): string {
  return `${bytesToHex(ipv4.subarray(0, 2))}:${bytesToHex(ipv4.subarray(2, 4))}`
}

function parseContact(record: Uint8Array): Contact | undefined {
  const endpoint = parseEndpoint(record.subarray(ID_BYTES))
  return endpoint && { id: record.subarray(0, ID_BYTES), ...endpoint }
}

function records(bytes: Uint8Array, size: number, max: number): Uint8Array[] {
  const count = Math.min(Math.floor(bytes.length / size), max)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
