import { encodeBlock, encodeHeader, parseBlock, parseHeader } from '../node/protocol/block.ts'
import {
  type DhtMessage,
  encodeDhtError,
  encodeDhtQuery,
  encodeDhtReply,
  parseDhtMessage,
} from '../node/protocol/dht-message.ts'
import { encodeAddr, parseAddr } from '../node/protocol/messages/addr.ts'
import { encodeSignedAlert, parseSignedAlert } from '../node/protocol/messages/alert.ts'
import { encodeCp, parseCp } from '../node/protocol/messages/cp.ts'
import {
  encodeDhtGetReply,
  encodeDhtGetRequest,
  encodeDhtPutRequest,
  parseDhtGetReply,
  parseDhtGetRequest,
  parseDhtPutRequest,
} from '../node/protocol/messages/dhtproxy.ts'
import { encodeFilteradd, encodeFilterload, parseFilteradd, parseFilterload } from '../node/protocol/messages/filter.ts'
import { encodeGetblocks, parseGetblocks } from '../node/protocol/messages/getblocks.ts'
import { encodeHeaders, parseHeaders } from '../node/protocol/messages/headers.ts'
import { encodeInv, parseInv } from '../node/protocol/messages/inv.ts'
import { encodeMerkleblock, parseMerkleblock } from '../node/protocol/messages/merkleblock.ts'
import { encodePing, parsePing } from '../node/protocol/messages/ping.ts'
import { encodeVersion, parseVersion } from '../node/protocol/messages/version.ts'
import { encodeTransaction, parseTransaction } from '../node/protocol/transaction.ts'
import {
  encodeExtendedHandshake,
  encodePex,
  parseExtendedHandshake,
  parsePex,
} from '../node/protocol/wire-extension.ts'
import {
  encodeHandshake,
  encodeWireMessage,
  parseHandshake,
  parseWireMessage,
  type WireMessage,
} from '../node/protocol/wire-message.ts'

/** A parser and its writer, whatever their type. */
export interface Codec {
  readonly name: string
  readonly parse: (bytes: Uint8Array) => unknown
  /** encode(parse(bytes)); undefined where the parser refuses. */
  readonly rewrite: (bytes: Uint8Array) => Uint8Array | undefined
}

export function codecOf<T>(
  name: string,
  parse: (bytes: Uint8Array) => T | undefined,
  encode: (value: T) => Uint8Array,
): Codec {
  const rewrite = (bytes: Uint8Array): Uint8Array | undefined => {
    const value = parse(bytes)
    return value === undefined ? undefined : encode(value)
  }
  return { name, parse, rewrite }
}

const empty = (command: string): Codec =>
  codecOf(
    command,
    (bytes) => (bytes.length === 0 ? command : undefined),
    () => new Uint8Array(0),
  )

/** The payload of every command of the chain network. */
export const CHAIN_CODECS: ReadonlyMap<string, Codec> = new Map(
  [
    codecOf('version', parseVersion, encodeVersion),
    empty('verack'),
    codecOf('addr', parseAddr, encodeAddr),
    empty('getaddr'),
    codecOf('inv', parseInv, encodeInv),
    codecOf('getdata', parseInv, encodeInv),
    codecOf('notfound', parseInv, encodeInv),
    codecOf('getblocks', parseGetblocks, encodeGetblocks),
    codecOf('getheaders', parseGetblocks, encodeGetblocks),
    codecOf('headers', parseHeaders, encodeHeaders),
    codecOf('block', parseBlock, (block) => encodeBlock(block.header, block.transactions)),
    codecOf('tx', parseTransaction, encodeTransaction),
    empty('mempool'),
    codecOf('ping', parsePing, encodePing),
    codecOf('pong', parsePing, encodePing),
    codecOf('alert', parseSignedAlert, encodeSignedAlert),
    codecOf('cp', parseCp, encodeCp),
    codecOf('filterload', parseFilterload, encodeFilterload),
    codecOf('filteradd', parseFilteradd, encodeFilteradd),
    empty('filterclear'),
    codecOf('merkleblock', parseMerkleblock, encodeMerkleblock),
    codecOf('dhtgetreq', parseDhtGetRequest, encodeDhtGetRequest),
    codecOf('dhtputreq', parseDhtPutRequest, encodeDhtPutRequest),
    codecOf('dhtgetreply', parseDhtGetReply, encodeDhtGetReply),
    empty('nodhtproxy'),
  ].map((codec) => [codec.name, codec]),
)

export const HEADER_CODEC = codecOf('header', parseHeader, encodeHeader)

/** A datagram. What is only read has no writer, and counts as refused: faults, and getData of what nobody can hold. */
export const DATAGRAM_CODEC = codecOf(
  'datagram',
  (bytes) => {
    const message = parseDhtMessage(bytes)
    if (message?.kind === 'query' && message.call.method === 'unknown' && message.call.name === 'getData')
      return undefined
    return message?.kind === 'fault' ? undefined : message
  },
  encodeDatagram,
)

export const HANDSHAKE_CODEC = codecOf('handshake', parseHandshake, encodeHandshake)

/** The body of a frame, without its length. */
export const WIRE_CODEC = codecOf('wire message', parseWireMessage, (message: WireMessage) =>
  encodeWireMessage(message).subarray(4),
)

export const EXTENDED_HANDSHAKE_CODEC = codecOf('extended handshake', parseExtendedHandshake, encodeExtendedHandshake)
export const PEX_CODEC = codecOf('ut_pex', parsePex, encodePex)

function encodeDatagram(message: Exclude<DhtMessage, { kind: 'fault' }>): Uint8Array {
  switch (message.kind) {
    case 'query':
      return encodeDhtQuery(message)
    case 'reply':
      return encodeDhtReply(message)
    case 'error':
      return encodeDhtError(message)
  }
}
