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
import { bytesToHex } from '../node/protocol/bytes.ts'
import { encodeEndpoint } from '../node/protocol/compact-peer.ts'
import { sha1 } from '../node/protocol/hash.ts'
import type { RecordedResource } from './replay-peer-recordings.ts'

const NODE_ID = sha1(new TextEncoder().encode('a recorded daemon'))
const VERSION = Uint8Array.of(0x4c, 0x54, 1, 0)
const TOKEN = Uint8Array.of(1, 2, 3, 4)
const LIMITS = { maxDepth: 10, maxItems: 500 }

export interface ReplayDht {
  /** Methods received, in order. */
  readonly methods: string[]
}

/** Answers queries with the recorded values; it knows no other node, and every recorded user's swarm is at `port`. */
export function replayDht(
  socket: Socket,
  resources: readonly RecordedResource[],
  users: readonly string[],
  endpoint: { ip: string; port: number },
): ReplayDht {
  const methods: string[] = []
  const byTarget = new Map(resources.map((resource) => [resource.targetHash, resource]))

  socket.on('message', (datagram, source) => {
    const query = dictOf(parseBencode(datagram, LIMITS))
    const method = textMember(query, 'q')
    const args = dictOf(query?.get('x'))
    const transaction = bytesOf(query?.get('t'))
    if (textMember(query, 'z') !== 'q' || method === undefined || args === undefined || transaction === undefined)
      return
    methods.push(method)
    const r = { id: NODE_ID, ...results(method, args, datagram) }
    socket.send(encodeBencode({ z: 'r', r, t: transaction, v: VERSION }), source.port, source.address)
  })

  function results(method: string, args: Bdict, datagram: Uint8Array): Record<string, Bencodable> {
    if (method === 'findNode') return { nodes: '' }
    if (method !== 'getData') return {}
    const target = dictOf(args.get('target'))
    if (target === undefined) return {}
    const common = { nodes: '', token: TOKEN }
    if (textMember(target, 'r') === 'tracker') return { ...common, ...tracker(textMember(target, 'n') ?? '') }
    const resource = byTarget.get(bytesToHex(sha1(target.raw(datagram))))
    if (resource === undefined || resource.values.length === 0) return common
    const data = resource.values.map((value) => ({
      p: rawBencode(value.p),
      sig_p: value.sigP,
      sig_user: value.sigUser,
    }))
    return { ...common, data: args.get('justtoken') === undefined ? data : [] }
  }

  function tracker(user: string): Record<string, Bencodable> {
    if (!users.includes(user)) return { values: [] }
    // the recorded answers begin with an entry of 0.0.0.0, the daemon's own
    const values = [encodeEndpoint({ ...endpoint, ip: '0.0.0.0' }), encodeEndpoint(endpoint)]
    return { values, followers: 4, n: user }
  }

  return { methods }
}

function textMember(dict: Bdict | undefined, key: string): string | undefined {
  const bytes = bytesOf(dict?.get(key))
  return bytes && Buffer.from(bytes).toString('latin1')
}
