import fc from 'fast-check'
import { rawBytes } from '../node/protocol/bytes.ts'
import { formatIp } from '../node/protocol/compact-peer.ts'
import type { DhtCall } from '../node/protocol/dht-call.ts'
import { encodeDhtP } from '../node/protocol/dht-item.ts'
import { parseTargetHash, type Resource, type Target, targetHash } from '../node/protocol/dht-target.ts'
import { type Hash256, hash256 } from '../node/protocol/hash.ts'
import { type NodeId, parseNodeId } from '../node/protocol/node-id.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import type { WireMessage } from '../node/protocol/wire-message.ts'

// Values that a correct peer may say, made by chance: writing and reading them gives them back.

export const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
export const upTo = (maxLength: number) => fc.uint8Array({ maxLength })
export const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
export const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
export const u16 = fc.nat(0xffff)
export const u8 = fc.nat(0xff)
export const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
export const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
export const int31 = fc.nat(0x7fffffff)
export const hash: fc.Arbitrary<Hash256> = bytesOf(32).map((bytes) => must(hash256(bytes)))
export const target: fc.Arbitrary<Target> = bytesOf(20).map((bytes) => must(parseTargetHash(bytes)))
export const nodeId: fc.Arbitrary<NodeId> = bytesOf(20).map((bytes) => must(parseNodeId(bytes)))
export const username: fc.Arbitrary<Username> = fc
  .stringMatching(/^[a-z0-9_]{1,16}$/)
  .map((name) => must(parseUsername(name)))
export const printable = (maxLength: number) => fc.string({ unit: 'grapheme-ascii', maxLength })
export const unicode = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength })
/** As text in its one canonical form. */
export const ip = fc.oneof(bytesOf(4), bytesOf(16)).map(formatIp)
export const ipv4 = bytesOf(4).map(formatIp)
const endpoint = fc.record({ ip, port: u16 })

export const resource: fc.Arbitrary<Resource> = fc.record({
  n: unicode(12),
  r: fc.constantFrom('profile', 'status', 'post7', 'replies1', 'hashtag'),
  t: fc.constantFrom('s' as const, 'm' as const),
})

const dhtP = fc
  .record({ resource, height: int31, time: int31, seq: fc.option(int31, { nil: undefined }), v: unicode(50) })
  .map((fields) => ({ p: encodeDhtP(fields), target: targetHash(fields.resource) }))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

export const dhtCall: fc.Arbitrary<DhtCall> = fc.oneof(
  fc.constant({ method: 'ping' as const }),
  fc.record({ method: fc.constant('findNode' as const), target }),
  fc
    .record({ resource, justToken: maybe(fc.boolean()), infohash: maybe(target) })
    .map((call) => ({ method: 'getData' as const, ...call, target: targetHash(call.resource) })),
  fc
    .record({ token: upTo(64), sigP: upTo(70), sigUser: upTo(20), value: dhtP })
    .map(({ value, ...call }) => ({ method: 'putData' as const, ...call, ...value })),
  fc.record({
    method: fc.constant('announcePeer' as const),
    infohash: target,
    port: u16,
    token: upTo(64),
    n: maybe(printable(50)),
    isSeed: maybe(fc.boolean()),
    isImpliedPort: maybe(fc.boolean()),
  }),
)

const envelope = { transactionId: upTo(32), version: upTo(8) }

export const dhtQuery = fc.record({ ...envelope, id: nodeId, call: dhtCall })

export const dhtReply = fc.record({
  ...envelope,
  id: nodeId,
  ip: maybe(ip),
  nodes: maybe(fc.array(fc.record({ id: bytesOf(20), ip: ipv4, port: u16 }), { maxLength: 64 })),
  nodes2: maybe(fc.array(fc.record({ id: bytesOf(20), ip: bytesOf(16).map(formatIp), port: u16 }), { maxLength: 8 })),
  token: maybe(upTo(64)),
  data: maybe(
    fc.array(fc.record({ p: dhtP.map(({ p }) => rawBytes(p)), sigP: upTo(70), sigUser: upTo(20) }), { maxLength: 4 }),
  ),
  // "a values list with exactly one string is concatenated 6-byte IPv4 records" (§2.6): one of them is one peer too
  values: maybe(fc.array(endpoint, { maxLength: 12 })),
  followers: maybe(int31),
  n: maybe(printable(50)),
})

/** With a word at least: "size > 20" (dht-swarm-posts.md 2.2), and an error that says nothing at all has 20 bytes. */
export const dhtError = fc
  .record({ ...envelope, id: maybe(nodeId), text: printable(200) })
  .filter(({ text }) => text !== '')

const k = u32
const block = { k, start: u32, length: u32 }

export const wireMessage: fc.Arbitrary<WireMessage> = fc.oneof(
  fc
    .constantFrom(
      ...(['keep-alive', 'choke', 'unchoke', 'interested', 'not-interested', 'have-all', 'have-none'] as const),
    )
    .map((kind) => ({ kind })),
  fc.record({ kind: fc.constantFrom('have' as const, 'suggest' as const, 'allowed-fast' as const), k }),
  fc.record({ kind: fc.constant('bitfield' as const), bits: upTo(100) }),
  fc.record({ kind: fc.constantFrom('request' as const, 'cancel' as const, 'reject' as const), ...block }),
  fc.record({ kind: fc.constant('piece' as const), k, start: u32, data: upTo(2100) }),
  fc.record({ kind: fc.constant('port' as const), port: u16 }),
  fc.record({ kind: fc.constant('hashcash-nbits' as const), nbits: u16 }),
  fc.record({ kind: fc.constant('hashcash-nonce' as const), nonce: upTo(9) }),
  fc.record({ kind: fc.constant('extended' as const), extension: u8, payload: upTo(300) }),
  fc.record({ kind: fc.constant('unknown' as const), id: fc.constantFrom(12, 18, 19, 21, 99, 255), payload: upTo(60) }),
)

const peer = fc.record({ ip, port: u16, flags: u8 })

export const pex = fc.record({
  added: fc.array(peer, { maxLength: 30 }).map(ipv4First),
  dropped: fc.array(endpoint, { maxLength: 30 }).map(ipv4First),
})

export const extendedHandshake = fc.record(
  {
    utPex: u8,
    listenPort: u16,
    requestQueue: u16,
    version: printable(64),
    yourIp: ip,
  },
  { requiredKeys: [] },
)

/** On the wire all of IPv4 come before all of IPv6. */
function ipv4First<T extends { readonly ip: string }>(peers: readonly T[]): T[] {
  return [...peers.filter((entry) => !entry.ip.includes(':')), ...peers.filter((entry) => entry.ip.includes(':'))]
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an arbitrary that makes what is not valid')
  return value
}
