import { type Bvalue, encodeBencode, parseBencode, type RawBencode, rawBencode } from '../node/protocol/bencode.ts'
import { ByteReader, ByteWriter, concatBytes } from '../node/protocol/bytes.ts'
import {
  encodeEndpoint,
  encodeNodes,
  formatIp,
  parseEndpoint,
  parseEndpoints4,
  parseEndpoints6,
  parseIp,
  parseNodes,
  parsePeerValues,
} from '../node/protocol/compact-peer.ts'
import { encodeDhtP, parseDhtItem } from '../node/protocol/dht-item.ts'
import { parseDhtMessage } from '../node/protocol/dht-message.ts'
import { encodeTarget, parseTarget, parseTargetHash } from '../node/protocol/dht-target.ts'
import { isHashcashNonce } from '../node/protocol/hashcash.ts'
import { DHT_PACKET_BENCODE, USERPOST_BENCODE, WIRE_EXTENSION_BENCODE } from '../node/protocol/limits.ts'
import { parseAvatar } from '../node/protocol/resources/avatar.ts'
import { embeddedUserpost } from '../node/protocol/resources/embedded-userpost.ts'
import { parseFollowing } from '../node/protocol/resources/following.ts'
import { parseHashtag } from '../node/protocol/resources/hashtag.ts'
import { parseMention } from '../node/protocol/resources/mention.ts'
import { parsePost } from '../node/protocol/resources/post.ts'
import { parseProfile } from '../node/protocol/resources/profile.ts'
import { parseReplies } from '../node/protocol/resources/replies.ts'
import { parseRts } from '../node/protocol/resources/rts.ts'
import { parseStatus } from '../node/protocol/resources/status.ts'
import { fullText, parseSignedUserpost, userpostKind } from '../node/protocol/userpost.ts'
import { bitfieldHas } from '../node/protocol/wire-message.ts'
import { DATAGRAM_CODEC, EXTENDED_HANDSHAKE_CODEC, HANDSHAKE_CODEC, PEX_CODEC, WIRE_CODEC } from './codecs.ts'
import type { FuzzTarget } from './fuzz-laws.ts'
import { recordedFrames } from './recorded-frames.ts'
import { RECORDINGS } from './recorded-wire.ts'
import { readRecordings } from './replay-peer-recordings.ts'

const frames = RECORDINGS.flatMap(recordedFrames)
const bytesOf = (prefix: string): Uint8Array[] =>
  frames.flatMap(({ kind, bytes }) => (kind.startsWith(prefix) ? [bytes] : []))
const extended = (extension: number): Uint8Array[] =>
  bytesOf('wire extended').flatMap((bytes) => (bytes[1] === extension ? [bytes.subarray(2)] : []))
const { pieces, values } = readRecordings()
const posts = [...pieces.values()].flatMap((byNumber) => [...byNumber.values()])
const signed = [...values.values()].flat()
const datagrams = bytesOf('dht ')
const nodes = datagrams.flatMap((datagram) => {
  const message = parseDhtMessage(datagram)
  return message?.kind === 'reply' && message.nodes !== undefined ? [encodeNodes(message.nodes)] : []
})
const SIGNATURE = new Uint8Array(65).fill(31)
const itemOf = (p: Uint8Array) => parseDhtItem({ p, sigP: SIGNATURE, sigUser: 'alice' })

/** Bencoding with the bounds of one of its readers. */
const bencode = (name: string, limits: typeof DHT_PACKET_BENCODE, samples: readonly Uint8Array[]): FuzzTarget => ({
  name: `bencode of ${name}`,
  parse: (bytes) => parseBencode(bytes, limits),
  // "is exactly what the canonical writer would make of the value": then, and only then, it comes back
  rewrite: (bytes) => {
    const value = parseBencode(bytes, limits)
    if (value === undefined) return undefined
    const written = encodeBencode(bencodableOf(value))
    const isSame = Buffer.compare(written, bytes) === 0
    if (isSame !== value.isCanonical) throw new Error(`canonical: ${value.isCanonical}, and written again: ${isSame}`)
    return written
  },
  form: 'lenient',
  samples,
})

export const DHT_TARGETS: readonly FuzzTarget[] = [
  {
    ...DATAGRAM_CODEC,
    form: 'lenient',
    samples: datagrams.filter((bytes) => DATAGRAM_CODEC.parse(bytes) !== undefined),
  },
  { name: 'datagram that may be a fault', parse: parseDhtMessage, form: 'lenient', samples: bytesOf('dht query') },
  bencode('datagrams', DHT_PACKET_BENCODE, datagrams),
  {
    name: 'DHT value',
    parse: itemOf,
    rewrite: (bytes) => {
      const item = itemOf(bytes)
      return item && encodeDhtP({ ...item, v: rawBencode(item.vRaw) })
    },
    form: 'lenient',
    samples: signed.map(({ p }) => p),
  },
  {
    name: 'DHT resource',
    parse: (bytes) => {
      const item = itemOf(bytes)
      return item && RESOURCES.map((parse) => parse(item))
    },
    form: 'lenient',
    samples: signed.map(({ p }) => p),
  },
  {
    name: 'DHT target',
    parse: (bytes) => parseTarget(parseBencode(bytes, DHT_PACKET_BENCODE)),
    rewrite: (bytes) => {
      const target = parseTarget(parseBencode(bytes, DHT_PACKET_BENCODE))
      return target && encodeTarget(target)
    },
    form: 'exact',
    samples: signed.flatMap(({ p }) => itemOf(p) ?? []).map(({ resource }) => encodeTarget(resource)),
  },
  {
    name: 'nodes',
    parse: parseNodes,
    rewrite: (bytes) => encodeNodes(parseNodes(bytes)),
    form: 'lenient',
    samples: nodes,
  },
  {
    name: 'peers',
    parse: (bytes) => [
      parseEndpoints4(bytes),
      parseEndpoints6(bytes),
      parsePeerValues(parseBencode(bytes, DHT_PACKET_BENCODE)),
    ],
    rewrite: (bytes) => concatBytes(...parseEndpoints6(bytes).map(encodeEndpoint)),
    form: 'lenient',
    samples: [...nodes.slice(0, 40), encodeBencode(nodes.slice(0, 8))],
  },
  {
    name: 'endpoint',
    parse: parseEndpoint,
    rewrite: (bytes) => {
      const endpoint = parseEndpoint(bytes)
      return endpoint && encodeEndpoint(endpoint)
    },
    form: 'exact',
    samples: [Uint8Array.of(127, 0, 0, 1, 0x79, 0x19), new Uint8Array(18).fill(0x20), new Uint8Array(18)],
  },
  {
    name: 'IP address',
    parse: (bytes) => parseIp(latin1(bytes)),
    rewrite: (bytes) => {
      const ip = parseIp(latin1(bytes))
      return ip && new Uint8Array(Buffer.from(formatIp(ip)))
    },
    form: 'lenient',
    samples: ['127.0.0.1', '::', '2001:db8::7', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'].map((text) => Buffer.from(text)),
  },
]

export const SWARM_TARGETS: readonly FuzzTarget[] = [
  { ...HANDSHAKE_CODEC, form: 'exact', samples: bytesOf('wire handshake') },
  { ...WIRE_CODEC, form: 'exact', samples: bytesOf('wire ').filter((bytes) => bytes.length !== 68) },
  { ...EXTENDED_HANDSHAKE_CODEC, form: 'lenient', samples: extended(0) },
  { ...PEX_CODEC, form: 'lenient', samples: extended(1) },
  bencode('extensions', WIRE_EXTENSION_BENCODE, [
    ...extended(0),
    ...extended(1),
    encodeBencode({ ['k'.repeat(100_000)]: 1 }),
  ]),
  {
    name: 'bitfield',
    parse: (bytes) => Array.from({ length: 64 }, (_, k) => bitfieldHas(bytes, k * 97)),
    form: 'exact',
    samples: bytesOf('wire bitfield'),
  },
  {
    name: 'hashcash',
    parse: (bytes) => {
      const infohash = parseTargetHash(new Uint8Array(20))
      const nbits = bytes[0] ?? 0
      return infohash && isHashcashNonce(infohash, new ByteReader(pad(bytes)).u32be(), bytes.subarray(4), nbits * 257)
    },
    form: 'exact',
    samples: bytesOf('wire hashcash-nonce'),
  },
  {
    name: 'post',
    parse: (bytes) => {
      const post = parseSignedUserpost(bytes)
      return post && [post.piece, userpostKind(post.userpost), fullText(post.userpost)]
    },
    // strict: what a daemon would read and write again otherwise is not taken at all
    rewrite: (bytes) => {
      const value = parseSignedUserpost(bytes) && parseBencode(bytes, USERPOST_BENCODE)
      return value && encodeBencode(bencodableOf(value))
    },
    form: 'exact',
    samples: posts,
  },
  bencode('posts', USERPOST_BENCODE, posts),
]

const RESOURCES = [
  parseAvatar,
  parseFollowing,
  parseHashtag,
  parseMention,
  parsePost,
  parseProfile,
  parseReplies,
  parseRts,
  parseStatus,
  embeddedUserpost,
]

/** Each part written by itself; keys are bytes, written as one character each. */
function bencodableOf(value: Bvalue): number | Uint8Array | RawBencode {
  switch (value.kind) {
    case 'integer':
      return value.value
    case 'string':
      return value.bytes
    case 'list':
      return rawBencode(
        enclosed(
          'l',
          value.items.map((item) => encodeBencode(bencodableOf(item))),
        ),
      )
    case 'dict': {
      const keys = value.keys.map((key) => new Uint8Array(Buffer.from(key, 'latin1'))).sort(Buffer.compare)
      const members = keys.flatMap((key) => {
        const member = value.get(latin1(key))
        return member === undefined ? [] : [encodeBencode(key), encodeBencode(bencodableOf(member))]
      })
      return rawBencode(enclosed('d', members))
    }
  }
}

function enclosed(letter: string, parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(Buffer.from(letter), ...parts, Buffer.from('e'))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function pad(bytes: Uint8Array): Uint8Array {
  return new ByteWriter().bytes(bytes).u32be(0).finish()
}
