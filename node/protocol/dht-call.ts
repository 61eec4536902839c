import { type Bdict, type Bencodable, bytesOf, dictOf, integerOf, rawBencode, textOf } from './bencode.ts'
import { type RawBytes, rawBytes, utf8Decode } from './bytes.ts'
import { encodeTarget, parseTarget, parseTargetHash, type Resource, type Target, targetHash } from './dht-target.ts'
import { sha1 } from './hash.ts'
import { MAX_DHT_METHOD_BYTES, MAX_DHT_SWARM_NAME_BYTES, MAX_DHT_TOKEN_BYTES } from './limits.ts'

/** The methods of §2.6 with their arguments. */
export type DhtCall =
  | { readonly method: 'ping' }
  | { readonly method: 'findNode'; readonly target: Target }
  | GetDataCall
  | PutDataCall
  | AnnouncePeerCall
  /** "unknown method with a 20-byte target or infoHash ⇒ answered like findNode, else error unknown message". */
  | { readonly method: 'unknown'; readonly name: string; readonly target?: Target; readonly infohash?: Target }

export interface GetDataCall {
  readonly method: 'getData'
  readonly resource: Resource
  readonly target: Target
  readonly justToken?: boolean
  /** Sent by swarm look-ups, without meaning. */
  readonly infohash?: Target
}

export interface PutDataCall {
  readonly method: 'putData'
  readonly token: Uint8Array
  /** The signed slice. */
  readonly p: RawBytes
  readonly sigP: Uint8Array
  readonly sigUser: Uint8Array
  readonly target: Target
}

export interface AnnouncePeerCall {
  readonly method: 'announcePeer'
  readonly infohash: Target
  readonly port: number
  readonly token: Uint8Array
  readonly n?: string
  readonly isSeed?: boolean
  readonly isImpliedPort?: boolean
}

/** The method and the members of `x` besides the id. */
export function encodeCall(call: DhtCall): {
  readonly method: string
  readonly members: Record<string, Bencodable | undefined>
} {
  switch (call.method) {
    case 'ping':
      return { method: 'ping', members: {} }
    case 'findNode':
      return { method: 'findNode', members: { target: call.target } }
    case 'getData': {
      const target = rawBencode(encodeTarget(call.resource))
      return { method: 'getData', members: { target, justtoken: flag(call.justToken), infoHash: call.infohash } }
    }
    case 'putData': {
      const { token, p, sigP, sigUser } = call
      return { method: 'putData', members: { token, p: rawBencode(p), sig_p: sigP, sig_user: sigUser } }
    }
    case 'announcePeer': {
      const { infohash, port, token, n, isSeed, isImpliedPort } = call
      const flags = { seed: flag(isSeed), implied_port: flag(isImpliedPort) }
      return { method: 'announcePeer', members: { infoHash: infohash, port, token, n, ...flags } }
    }
    case 'unknown':
      return { method: call.name, members: { target: call.target, infoHash: call.infohash } }
  }
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}

/** The call, or the error text. */
export function parseCall(methodBytes: Uint8Array, x: Bdict, datagram: Uint8Array): DhtCall | string {
  const method = methodBytes.length > MAX_DHT_METHOD_BYTES ? '' : (utf8Decode(methodBytes) ?? '')
  switch (method) {
    case 'ping':
      return { method: 'ping' }
    case 'findNode': {
      const bytes = bytesOf(x.get('target'))
      if (bytes === undefined) return missing('target')
      const target = parseTargetHash(bytes)
      return target === undefined ? invalid('target') : { method: 'findNode', target }
    }
    case 'getData':
      return parseGetData(x, datagram)
    case 'putData':
      return parsePutData(x, datagram)
    case 'announcePeer':
      return parseAnnouncePeer(x)
    default: {
      const [target, infohash] = [targetAt(x, 'target'), targetAt(x, 'infoHash')]
      return target || infohash ? { method: 'unknown', name: method, target, infohash } : 'unknown message'
    }
  }
}

function parseGetData(x: Bdict, datagram: Uint8Array): DhtCall | string {
  const dict = dictOf(x.get('target'))
  const resource = readTarget(dict)
  if (typeof resource === 'string') {
    if (dict === undefined || resource !== invalid('target')) return resource
    // We hold nothing under a name that is not UTF-8, or not sorted, but know who is near to it: "receiver hashes the raw
    // bytes" (§3.1).
    return { method: 'unknown', name: 'getData', target: parseTargetHash(sha1(dict.raw(datagram))) }
  }
  const justToken = integerOf(x.get('justtoken'))
  return {
    method: 'getData',
    resource,
    target: targetHash(resource),
    justToken: justToken === undefined ? undefined : justToken !== 0,
    infohash: targetAt(x, 'infoHash'),
  }
}

function parsePutData(x: Bdict, datagram: Uint8Array): PutDataCall | string {
  // "keys & types: token, sig_p, sig_user strings; p dict; p.v any; p.time, p.height ints" (§3.3-1)
  const token = bytesOf(x.get('token'))
  if (token === undefined) return missing('token')
  const p = dictOf(x.get('p'))
  if (p === undefined) return missing('p')
  if (p.get('v') === undefined) return missing('v')
  if (p.get('time')?.kind !== 'integer') return missing('time')
  if (p.get('height')?.kind !== 'integer') return missing('height')
  const resource = readTarget(dictOf(p.get('target')))
  if (typeof resource === 'string') return resource
  const sigP = bytesOf(x.get('sig_p'))
  if (sigP === undefined) return missing('sig_p')
  const sigUser = bytesOf(x.get('sig_user'))
  if (sigUser === undefined) return missing('sig_user')
  if (token.length > MAX_DHT_TOKEN_BYTES) return 'invalid token'
  return { method: 'putData', token, p: rawBytes(p.raw(datagram)), sigP, sigUser, target: targetHash(resource) }
}

function readTarget(target: Bdict | undefined): Resource | string {
  if (target === undefined) return missing('target')
  for (const key of ['n', 'r', 't']) if (target.get(key)?.kind !== 'string') return missing(key)
  if (target.keys.length !== 3) return 'target dict size != 3'
  const t = textOf(target.get('t'))
  if (t !== 's' && t !== 'm') return 'invalid target.t value'
  return parseTarget(target) ?? invalid('target')
}

function parseAnnouncePeer(x: Bdict): AnnouncePeerCall | string {
  const infohashBytes = bytesOf(x.get('infoHash'))
  if (infohashBytes === undefined) return missing('infoHash')
  const infohash = parseTargetHash(infohashBytes)
  if (infohash === undefined) return invalid('infoHash')
  const port = integerOf(x.get('port'))
  if (port === undefined) return missing('port')
  // "port must be 0…65535" (§2.6)
  if (port < 0 || port > 0xffff) return 'invalid port'
  const token = bytesOf(x.get('token'))
  if (token === undefined) return missing('token')
  if (token.length > MAX_DHT_TOKEN_BYTES) return 'invalid token'
  const seed = integerOf(x.get('seed'))
  const impliedPort = integerOf(x.get('implied_port'))
  return {
    method: 'announcePeer',
    infohash,
    port,
    token,
    n: swarmName(x),
    isSeed: seed === undefined ? undefined : seed !== 0,
    isImpliedPort: impliedPort === undefined ? undefined : impliedPort !== 0,
  }
}

function targetAt(dict: Bdict, key: string): Target | undefined {
  const bytes = bytesOf(dict.get(key))
  return bytes && parseTargetHash(bytes)
}

/** "n = name stored by announces (<= 50 bytes)" (§2.6). */
export function swarmName(dict: Bdict): string | undefined {
  const bytes = bytesOf(dict.get('n'))
  return bytes && bytes.length <= MAX_DHT_SWARM_NAME_BYTES ? utf8Decode(bytes) : undefined
}

export function missing(key: string): string {
  return `missing '${key}' key`
}

export function invalid(key: string): string {
  return `invalid value for '${key}'`
}
