import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { expect, test } from 'vitest'
import { encodeBencode, parseBencode } from '../node/protocol/bencode.ts'
import { encodeHeader, parseHeader } from '../node/protocol/block.ts'
import { rawBytes } from '../node/protocol/bytes.ts'
import { encodeDhtP, parseDhtItem } from '../node/protocol/dht-item.ts'
import { encodeDhtError, encodeDhtQuery, encodeDhtReply, parseDhtMessage } from '../node/protocol/dht-message.ts'
import { encodeTarget, parseTarget } from '../node/protocol/dht-target.ts'
import { DHT_PACKET_BENCODE } from '../node/protocol/limits.ts'
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
import { encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { encodeFilterload, parseFilterload } from '../node/protocol/messages/filter.ts'
import { encodeGetblocks, parseGetblocks } from '../node/protocol/messages/getblocks.ts'
import { encodeInv, parseInv } from '../node/protocol/messages/inv.ts'
import { encodePing, parsePing } from '../node/protocol/messages/ping.ts'
import { encodeVersion, parseVersion } from '../node/protocol/messages/version.ts'
import { encodePush, parsePushes } from '../node/protocol/script.ts'
import { encodeTransaction, parseTransaction } from '../node/protocol/transaction.ts'
import { encodeTwistUri, parseTwistUri } from '../node/protocol/twist-uri.ts'
import { parseSignedUserpost, signUserpost } from '../node/protocol/userpost.ts'
import {
  encodeExtendedHandshake,
  encodePex,
  parseExtendedHandshake,
  parsePex,
} from '../node/protocol/wire-extension.ts'
import { encodeHandshake, encodeWireMessage, parseHandshake, parseWireMessage } from '../node/protocol/wire-message.ts'
import * as arbitrary from './fuzz-values.ts'
import { bytesOf, hash, i32, i64, int31, u8, u16, u32, u64, upTo } from './fuzz-values.ts'

const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${SEED}`)
const RUNS = 150

/** parse(encode(x)) = x. */
function comesBack<T>(
  name: string,
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  parse: (bytes: Uint8Array) => unknown,
): void {
  test(`${name} comes back as it was`, () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(parse(encode(value))).toEqual(value)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
}

/** As chain messages write it: IPv6 in the words of the library that reads it, and no IPv4 in its clothes. */
const host = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => ipaddr.process(ipaddr.parse(text).toString()).toString())
const netAddress = { services: u64, host, port: u16 }
const name = arbitrary.printable(60).map((text) => new Uint8Array(Buffer.from(text)))

comesBack(
  'version',
  fc.record({
    version: i32,
    services: u64,
    time: i64,
    receiver: fc.record(netAddress),
    sender: fc.record(netAddress),
    nonce: u64,
    userAgent: arbitrary.printable(200),
    startHeight: i32,
    relay: fc.boolean(),
  }),
  encodeVersion,
  parseVersion,
)
comesBack('addr', fc.array(fc.record({ ...netAddress, time: u32 }), { maxLength: 30 }), encodeAddr, parseAddr)
comesBack('inv', fc.array(fc.record({ type: u32, hash }), { maxLength: 300 }), encodeInv, parseInv)
comesBack(
  'getblocks',
  fc.record({ version: i32, locator: fc.array(hash, { maxLength: 300 }), stop: hash }),
  encodeGetblocks,
  parseGetblocks,
)
comesBack('ping', u64, encodePing, parsePing)
comesBack(
  'header',
  fc.record({ version: i32, height: i32, prevHash: hash, merkleRoot: hash, time: u32, bits: u32, nonce: u32 }),
  encodeHeader,
  (bytes) => {
    const { raw, hash: _hash, ...fields } = parseHeader(bytes) ?? {}
    return fields
  },
)
comesBack(
  'transaction',
  fc.record({ version: i32, message: upTo(300), userName: upTo(300), pubKey: upTo(300), nonce: u32 }),
  encodeTransaction,
  (bytes) => {
    const { raw, txid, ...fields } = parseTransaction(bytes) ?? {}
    return fields
  },
)
comesBack(
  'script',
  fc.array(upTo(400), { maxLength: 8 }),
  (pushes) => Buffer.concat(pushes.map(encodePush)),
  parsePushes,
)
comesBack(
  'cp',
  fc.record({ height: i32, blockHash: hash, username: arbitrary.username, signature: upTo(65) }),
  encodeCp,
  parseCp,
)
comesBack(
  'alert',
  fc.record({ message: upTo(500).map(rawBytes), signature: upTo(80) }),
  encodeSignedAlert,
  parseSignedAlert,
)
comesBack(
  'filterload',
  fc.record({ data: upTo(600), hashFunctions: fc.nat(50), tweak: u32, flags: u8 }),
  encodeFilterload,
  parseFilterload,
)
comesBack(
  'dhtgetreq',
  fc.record({ username: name, resource: name, isMulti: fc.boolean(), isStop: fc.boolean() }),
  encodeDhtGetRequest,
  parseDhtGetRequest,
)
comesBack(
  'dhtputreq',
  fc.record({ username: name, resource: name, isMulti: fc.boolean(), p: upTo(900), sigP: upTo(70), sigUser: name }),
  encodeDhtPutRequest,
  parseDhtPutRequest,
)
comesBack('dhtgetreply', fc.record({ targetHash: bytesOf(20), list: upTo(900) }), encodeDhtGetReply, parseDhtGetReply)
comesBack(
  'envelope',
  fc.record({ command: fc.stringMatching(/^[\x20-\x7e]{0,12}$/), payload: upTo(900) }),
  ({ command, payload }) => encodeMessage(Uint8Array.of(1, 2, 3, 4), command, payload),
  (bytes) => new FrameReader(Uint8Array.of(1, 2, 3, 4)).push(bytes).messages[0],
)

comesBack('DHT query', arbitrary.dhtQuery.map(kind('query')), encodeDhtQuery, parseDhtMessage)
comesBack('DHT reply', arbitrary.dhtReply.map(kind('reply')), encodeDhtReply, parseDhtMessage)
comesBack(
  'DHT error',
  arbitrary.dhtError.map((error) => ({ kind: 'error' as const, code: 203, ...error })),
  encodeDhtError,
  parseDhtMessage,
)
comesBack('target', arbitrary.resource, encodeTarget, (bytes) => parseTarget(parseBencode(bytes, DHT_PACKET_BENCODE)))
comesBack(
  'DHT value',
  fc.record({ resource: arbitrary.resource, height: int31, time: int31, seq: int31, v: arbitrary.unicode(100) }),
  encodeDhtP,
  (p) => {
    const item = parseDhtItem({ p, sigP: new Uint8Array(65), sigUser: 'alice' })
    const { resource, height, time, seq, v } = item ?? {}
    return { resource, height, time, seq, v: v?.kind === 'string' && Buffer.from(v.bytes).toString('utf8') }
  },
)
comesBack(
  'swarm handshake',
  fc.record({ infohash: arbitrary.target, peerId: bytesOf(20), reserved: bytesOf(8) }),
  encodeHandshake,
  parseHandshake,
)
comesBack('swarm message', arbitrary.wireMessage, (message) => encodeWireMessage(message).subarray(4), parseWireMessage)
comesBack('ut_pex', arbitrary.pex, encodePex, parsePex)
comesBack('extended handshake', arbitrary.extendedHandshake, encodeExtendedHandshake, parseExtendedHandshake)
comesBack(
  'twist uri',
  fc.record({ uid: u32, k: u32 }),
  (uri) => Buffer.from(encodeTwistUri(uri)),
  (bytes) => parseTwistUri(Buffer.from(bytes).toString('latin1')),
)
comesBack(
  'bencoding',
  fc.oneof(fc.maxSafeInteger(), upTo(100)),
  (value) => encodeBencode(value),
  (bytes) => {
    const value = parseBencode(bytes, DHT_PACKET_BENCODE)
    return value?.kind === 'integer' ? value.value : value?.kind === 'string' ? value.bytes : undefined
  },
)
comesBack(
  'post',
  fc.record({ n: arbitrary.username, k: int31, height: int31, time: int31, msg: arbitrary.unicode(60), lastk: int31 }),
  (fields) => signUserpost(fields, new Uint8Array(32).fill(7)),
  (piece) => {
    const { n, k, height, time, msg, lastk } = parseSignedUserpost(piece)?.userpost ?? {}
    return { n, k, height, time, msg, lastk }
  },
)

function kind<K extends string>(name: K): <T>(value: T) => T & { readonly kind: K } {
  return (value) => ({ kind: name, ...value })
}
