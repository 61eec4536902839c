import { bytesOf, dictOf, encodeBencode, integerOf, parseBencode, textOf } from './bencode.ts'
import { concatBytes } from './bytes.ts'
import { type Endpoint, encodeEndpoint, formatIp, parseEndpoints4, parseEndpoints6, parseIp } from './compact-peer.ts'
import { MAX_PEX_PEERS, WIRE_EXTENSION_BENCODE } from './limits.ts'

/** Extension 0, "20 0": the dict both sides send first (§4.3, bt_peer_connection.cpp:2215-2328). */
export interface ExtendedHandshake {
  /** Message numbers by which the sender wants to receive ut_pex; absent or 0: not at all. */
  readonly utPex?: number
  /** "p: listen port; only on outgoing connections". */
  readonly listenPort?: number
  /** Requests the sender queues: "reqq 250". */
  readonly requestQueue?: number
  readonly version?: string
  /** "yourip: 4/16 bytes, a vote for external IP". */
  readonly yourIp?: string
}

export interface PexPeer extends Endpoint {
  /** The flag byte of `added.f`. */
  readonly flags: number
}

export interface Pex {
  readonly added: readonly PexPeer[]
  readonly dropped: readonly Endpoint[]
}

export function encodeExtendedHandshake(handshake: ExtendedHandshake): Uint8Array {
  const { utPex, listenPort, requestQueue, version, yourIp } = handshake
  const yourip = yourIp === undefined ? undefined : parseIp(yourIp)
  return encodeBencode({ m: { ut_pex: utPex }, p: listenPort, reqq: requestQueue, v: version, yourip })
}

export function parseExtendedHandshake(payload: Uint8Array): ExtendedHandshake | undefined {
  const dict = dictOf(parseBencode(payload, WIRE_EXTENSION_BENCODE))
  if (dict === undefined) return undefined
  const yourIp = bytesOf(dict.get('yourip'))
  return {
    utPex: within(integerOf(dictOf(dict.get('m'))?.get('ut_pex')), 0xff),
    listenPort: within(integerOf(dict.get('p')), 0xffff),
    requestQueue: within(integerOf(dict.get('reqq')), 0xffff),
    version: textOf(dict.get('v'))?.slice(0, 64),
    yourIp: yourIp?.length === 4 || yourIp?.length === 16 ? formatIp(yourIp) : undefined,
  }
}

/** ut_pex: all six keys, as the reference writes them. */
export function encodePex(pex: Pex): Uint8Array {
  const added = [pex.added.filter(isIpv4), pex.added.filter((peer) => !isIpv4(peer))] as const
  const dropped = [pex.dropped.filter(isIpv4), pex.dropped.filter((peer) => !isIpv4(peer))] as const
  return encodeBencode({
    added: encodeAll(added[0]),
    'added.f': Uint8Array.from(added[0], (peer) => peer.flags),
    added6: encodeAll(added[1]),
    'added6.f': Uint8Array.from(added[1], (peer) => peer.flags),
    dropped: encodeAll(dropped[0]),
    dropped6: encodeAll(dropped[1]),
  })
}

/** "<= 100 added" (§4.2): what comes after is not looked at. */
export function parsePex(payload: Uint8Array): Pex | undefined {
  const dict = dictOf(parseBencode(payload, WIRE_EXTENSION_BENCODE))
  if (dict === undefined) return undefined
  const bytesAt = (key: string): Uint8Array => bytesOf(dict.get(key)) ?? new Uint8Array(0)
  const flagged = (peers: Endpoint[], flags: Uint8Array): PexPeer[] =>
    peers.map((peer, index) => ({ ...peer, flags: flags[index] ?? 0 }))
  const added4 = flagged(parseEndpoints4(bytesAt('added')), bytesAt('added.f'))
  const added6 = flagged(parseEndpoints6(bytesAt('added6')), bytesAt('added6.f'))
  const dropped = [...parseEndpoints4(bytesAt('dropped')), ...parseEndpoints6(bytesAt('dropped6'))]
  return { added: [...added4, ...added6].slice(0, MAX_PEX_PEERS), dropped: dropped.slice(0, MAX_PEX_PEERS) }
}

function encodeAll(peers: readonly Endpoint[]): Uint8Array {
  return concatBytes(...peers.map(encodeEndpoint))
}

function isIpv4(peer: Endpoint): boolean {
  return !peer.ip.includes(':')
}

function within(value: number | undefined, max: number): number | undefined {
  return value !== undefined && value >= 0 && value <= max ? value : undefined
}
