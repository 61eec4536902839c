import type { Socket } from 'node:dgram'
import {
  type Bdict,
  type Bencodable,
  bytesOf,
  dictOf,
  encodeBencode,
  parseBencode,
  rawBencode,
} from '../node/protocol/bencode.ts'
import { bytesToHex, utf8Encode } from '../node/protocol/bytes.ts'
import { type Endpoint, encodeEndpoint } from '../node/protocol/compact-peer.ts'
import type { RawDhtItem } from '../node/protocol/dht-item.ts'
import { sha1 } from '../node/protocol/hash.ts'

const VERSION = Uint8Array.of(0x4c, 0x54, 1, 0)
const TOKEN = Uint8Array.of(1, 2, 3, 4)
const LIMITS = { maxDepth: 10, maxItems: 500 }

export interface ScriptedDhtOptions {
  /** Any words: the node id is made of them. Node ids on loopback are not bound to the address. */
  readonly name: string
  /** The node id itself, if it is to be near something. */
  readonly id?: Uint8Array
  /** Nodes that it knows, 26 bytes each: told to whoever asks, whatever is asked for. */
  readonly nodes?: Uint8Array
  /** Values by the hex of the target they are served for, whatever their own target says. */
  readonly values: ReadonlyMap<string, readonly RawDhtItem[]>
  /** Users whose swarm is said to be at `swarmAt`. */
  readonly users: readonly string[]
  readonly swarmAt: Endpoint
  /** More members of every swarm, whether there are any or not. */
  readonly claimedPeers?: readonly Endpoint[]
}

export interface ScriptedDht {
  /** Asks a node for itself, by which that learns of us. */
  greet(host: string, port: number): void
  /** Methods received, in order. */
  readonly methods: readonly string[]
}

/** A DHT node that shares nothing with node/dht. It knows no other node, and keeps nothing of what it is given. */
export function scriptedDht(socket: Socket, options: ScriptedDhtOptions): ScriptedDht {
  const methods: string[] = []
  const id = options.id ?? sha1(utf8Encode(options.name))
  const nodes = options.nodes ?? ''

  socket.on('message', (datagram, source) => {
    const query = dictOf(parseBencode(datagram, LIMITS))
    const method = textMember(query, 'q')
    const args = dictOf(query?.get('x'))
    const transaction = bytesOf(query?.get('t'))
    if (textMember(query, 'z') !== 'q' || method === undefined || args === undefined || transaction === undefined)
      return
    methods.push(method)
    const reply = { z: 'r', r: { id, ...results(method, args, datagram) }, t: transaction, v: VERSION }
    socket.send(encodeBencode(reply), source.port, source.address)
  })

  function results(method: string, args: Bdict, datagram: Uint8Array): Record<string, Bencodable> {
    if (method === 'findNode') return { nodes }
    const target = dictOf(args.get('target'))
    if (method !== 'getData' || target === undefined) return {}
    const common = { nodes, token: TOKEN }
    if (textMember(target, 'r') === 'tracker') return { ...common, ...tracker(textMember(target, 'n') ?? '') }
    const values = options.values.get(bytesToHex(sha1(target.raw(datagram)))) ?? []
    if (values.length === 0) return common
    const data = values.map(({ p, sigP, sigUser }) => ({ p: rawBencode(p), sig_p: sigP, sig_user: sigUser }))
    return { ...common, data: args.get('justtoken') === undefined ? data : [] }
  }

  function tracker(user: string): Record<string, Bencodable> {
    if (!options.users.includes(user)) return { values: [] }
    // daemons begin with an entry of 0.0.0.0, their own
    const claimed = (options.claimedPeers ?? []).map(encodeEndpoint)
    const values = [encodeEndpoint({ ...options.swarmAt, ip: '0.0.0.0' }), encodeEndpoint(options.swarmAt), ...claimed]
    return { values, followers: 4, n: user }
  }

  function greet(host: string, port: number): void {
    const query = { q: 'findNode', t: 'hi', v: VERSION, x: { id, target: id }, z: 'q' }
    socket.send(encodeBencode(query), port, host)
  }

  return { methods, greet }
}

function textMember(dict: Bdict | undefined, key: string): string | undefined {
  const bytes = bytesOf(dict?.get(key))
  return bytes && Buffer.from(bytes).toString('latin1')
}
