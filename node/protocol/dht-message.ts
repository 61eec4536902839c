import {
  type Bdict,
  bytesOf,
  dictOf,
  encodeBencode,
  integerOf,
  listOf,
  parseBencode,
  rawBencode,
  textOf,
} from './bencode.ts'
import { type RawBytes, rawBytes, utf8Decode } from './bytes.ts'
import {
  type Contact,
  type Endpoint,
  encodeContact,
  encodeEndpoint,
  encodeNodes,
  formatIp,
  parseIp,
  parseNodes,
  parseNodes2,
  parsePeerValues,
} from './compact-peer.ts'
import { type DhtCall, encodeCall, invalid, missing, parseCall, swarmName } from './dht-call.ts'
import {
  DHT_PACKET_BENCODE,
  MAX_DHT_ERROR_BYTES,
  MAX_DHT_PACKET_BYTES,
  MAX_DHT_REPLY_VALUES,
  MAX_DHT_TOKEN_BYTES,
  MAX_DHT_TRANSACTION_ID_BYTES,
} from './limits.ts'
import { type NodeId, parseNodeId } from './node-id.ts'

interface Envelope {
  /** Echoed in the answer; empty when the packet has none. */
  readonly transactionId: Uint8Array
  /** `v`: ours when left out, none when empty. */
  readonly version?: Uint8Array
}

export interface DhtQuery extends Envelope {
  readonly kind: 'query'
  readonly id: NodeId
  readonly call: DhtCall
}

/** All results of §2.6: which of them a reply has depends on the query, which only its sender knows. */
export interface DhtReply extends Envelope {
  readonly kind: 'reply'
  readonly id: NodeId
  /** "A reply containing r.ip is a vote for one's external IP"; the query was not executed (§2.4). */
  readonly ip?: string
  readonly nodes?: readonly Contact[]
  readonly nodes2?: readonly Contact[]
  readonly token?: Uint8Array
  readonly data?: readonly DhtValue[]
  readonly values?: readonly Endpoint[]
  readonly followers?: number
  readonly n?: string
}

/** One element of `data`, unverified; parseDhtItem takes it. */
export interface DhtValue {
  readonly p: RawBytes
  readonly sigP: Uint8Array
  readonly sigUser: Uint8Array
}

export interface DhtError extends Envelope {
  readonly kind: 'error'
  readonly code: number
  readonly text: string
  readonly id?: NodeId
}

/** A query that cannot be executed: `text` is what the reference answers. With `id`, it failed after the id was read. */
export interface DhtFault extends Envelope {
  readonly kind: 'fault'
  readonly text: string
  readonly id?: NodeId
}

export type DhtMessage = DhtQuery | DhtReply | DhtError | DhtFault

/** "v: added to every packet sent" (§2.1, dht_tracker.cpp:650-652). */
export const DHT_VERSION: Uint8Array = Uint8Array.of(0x4c, 0x54, 0x01, 0x00)

const NO_VERSION = new Uint8Array(0)

/** "the code is always 203" (§2.2). */
export const DHT_ERROR_CODE = 203

const LETTER_D = 0x64
const LETTER_E = 0x65

/** undefined for what is "dropped silently" (§2.1), for answers without id, and for what is beyond our bounds. */
export function parseDhtMessage(datagram: Uint8Array): DhtMessage | undefined {
  // "size > 20, first byte d, last byte e; bdecode depth <= 10; root must be a dict"
  if (datagram.length <= 20 || datagram.length > MAX_DHT_PACKET_BYTES) return undefined
  if (datagram[0] !== LETTER_D || datagram.at(-1) !== LETTER_E) return undefined
  const root = dictOf(parseBencode(datagram, DHT_PACKET_BENCODE))
  if (root === undefined) return undefined
  const transactionId = bytesOf(root.get('t')) ?? new Uint8Array(0)
  if (transactionId.length > MAX_DHT_TRANSACTION_ID_BYTES) return undefined
  const envelope: Envelope = { transactionId, version: bytesOf(root.get('v')) ?? NO_VERSION }
  // "z missing/empty ⇒ silently dropped"; "only the first character of z matters"
  switch (textOf(root.get('z'))?.[0]) {
    case 'q':
      return parseQuery(root, envelope, datagram)
    case 'r':
      return parseReply(dictOf(root.get('r')), envelope, datagram)
    case 'e':
      return parseError(root, envelope)
    default:
      return undefined
  }
}

export function encodeDhtQuery(query: Omit<DhtQuery, 'kind'>): Uint8Array {
  const { method, members } = encodeCall(query.call)
  return encodeBencode({ q: method, t: query.transactionId, ...tail(query), x: { id: query.id, ...members }, z: 'q' })
}

export function encodeDhtReply(reply: Omit<DhtReply, 'kind'>): Uint8Array {
  const { id, ip, nodes, nodes2, token, data, values, followers, n } = reply
  const r = {
    id,
    ip: ip === undefined ? undefined : parseIp(ip),
    nodes: nodes && encodeNodes(nodes),
    nodes2: nodes2?.map(encodeContact),
    token,
    data: data?.map((value) => ({ p: rawBencode(value.p), sig_p: value.sigP, sig_user: value.sigUser })),
    values: values?.map(encodeEndpoint),
    followers,
    n,
  }
  return encodeBencode({ r, t: reply.transactionId, ...tail(reply), z: 'r' })
}

/** `r` is "present if the error arose after id was written"; `t` "absent in errors produced for replies" (§2.2). */
export function encodeDhtError(error: Omit<DhtError, 'kind' | 'code'>): Uint8Array {
  const r = error.id === undefined ? undefined : { id: error.id }
  const t = error.transactionId.length === 0 ? undefined : error.transactionId
  return encodeBencode({ e: [DHT_ERROR_CODE, error.text], r, t, ...tail(error), z: 'e' })
}

function tail({ version = DHT_VERSION }: Envelope): { readonly v?: Uint8Array } {
  return version.length === 0 ? {} : { v: version }
}

function parseQuery(root: Bdict, envelope: Envelope, datagram: Uint8Array): DhtQuery | DhtFault {
  // "q string, x dict, x.id 20-byte string required ⇒ else error" (§2.3-3, node.cpp:1150-1162)
  const method = bytesOf(root.get('q'))
  if (method === undefined) return { kind: 'fault', ...envelope, text: missing('q') }
  const x = dictOf(root.get('x'))
  if (x === undefined) return { kind: 'fault', ...envelope, text: missing('x') }
  const idBytes = bytesOf(x.get('id'))
  if (idBytes === undefined) return { kind: 'fault', ...envelope, text: missing('id') }
  const id = parseNodeId(idBytes)
  if (id === undefined) return { kind: 'fault', ...envelope, text: invalid('id') }
  const call = parseCall(method, x, datagram)
  if (typeof call === 'string') return { kind: 'fault', ...envelope, id, text: call }
  return { kind: 'query', ...envelope, id, call }
}

function parseReply(r: Bdict | undefined, envelope: Envelope, datagram: Uint8Array): DhtReply | undefined {
  const id = parseNodeId(bytesOf(r?.get('id')))
  if (r === undefined || id === undefined) return undefined
  const ip = bytesOf(r.get('ip'))
  const nodes = bytesOf(r.get('nodes'))
  const followers = integerOf(r.get('followers'))
  const token = bytesOf(r.get('token'))
  return {
    kind: 'reply',
    ...envelope,
    id,
    ip: ip?.length === 4 || ip?.length === 16 ? formatIp(ip) : undefined,
    nodes: nodes && parseNodes(nodes),
    nodes2: r.get('nodes2') && parseNodes2(r.get('nodes2')),
    token: token === undefined || token.length > MAX_DHT_TOKEN_BYTES ? undefined : token,
    data: parseData(r, datagram),
    values: r.get('values') && parsePeerValues(r.get('values')),
    followers: followers === undefined ? undefined : Math.max(0, followers),
    n: swarmName(r),
  }
}

// "entry has p dict, sig_p, sig_user strings" (§3.5, dht_get.cpp:105-113); others are passed over.
function parseData(r: Bdict, datagram: Uint8Array): DhtValue[] | undefined {
  return listOf(r.get('data'))
    ?.items.slice(0, MAX_DHT_REPLY_VALUES)
    .flatMap((item) => {
      const entry = dictOf(item)
      const p = dictOf(entry?.get('p'))
      const sigP = bytesOf(entry?.get('sig_p'))
      const sigUser = bytesOf(entry?.get('sig_user'))
      return p && sigP && sigUser ? [{ p: rawBytes(p.raw(datagram)), sigP, sigUser }] : []
    })
}

function parseError(root: Bdict, envelope: Envelope): DhtError | undefined {
  const [code, text] = listOf(root.get('e'))?.items ?? []
  const bytes = bytesOf(text)?.subarray(0, MAX_DHT_ERROR_BYTES)
  if (integerOf(code) === undefined || bytes === undefined) return undefined
  const id = parseNodeId(bytesOf(dictOf(root.get('r'))?.get('id')))
  return { kind: 'error', ...envelope, code: integerOf(code) ?? 0, text: utf8Decode(bytes) ?? '', id }
}
