import { bytesToHex } from '../node/protocol/bytes.ts'
import type { Clock } from '../node/protocol/clock.ts'
import type { RawDhtItem } from '../node/protocol/dht-item.ts'
import { targetHash } from '../node/protocol/dht-target.ts'
import type { ChainMessage } from '../node/protocol/messages/envelope.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import type { ForgedItem, ForgedPost } from './forgeries.ts'
import { openScriptedPeer, type ScriptedPeer, type ScriptedPeerOptions } from './scripted-peer.ts'

export interface AttackerOptions {
  /** Its own address: an attacker is marked by it. */
  readonly host: string
  readonly port: number
  readonly params: NetworkParams
  readonly clock: Clock
  /** Honest raw blocks from genesis on: what it offers to begin with. */
  readonly blocks: readonly Uint8Array[]
  /** Blocks it pushes after the handshake. */
  readonly forgedBlocks?: readonly Uint8Array[]
  readonly forgedPosts?: readonly ForgedPost[]
  readonly forgedItems?: readonly ForgedItem[]
  /** Users whose swarm it claims to be in, besides those it has forged posts of. */
  readonly swarmsOf?: readonly string[]
  /** Where its DHT node is and what that makes up. */
  readonly dht?: ScriptedPeerOptions['dht']
  /** Random bytes as chain messages of good form. */
  readonly garbage?: readonly Uint8Array[]
}

/** A peer that behaves well until it lies. It must be refused and marked, and everybody else must go on. */
export function openAttacker(options: AttackerOptions): Promise<ScriptedPeer> {
  const pieces = new Map<string, Map<number, Uint8Array>>()
  for (const username of options.swarmsOf ?? []) pieces.set(username, new Map())
  for (const { username, k, piece } of options.forgedPosts ?? []) {
    pieces.set(username, (pieces.get(username) ?? new Map<number, Uint8Array>()).set(k, piece))
  }
  const values = new Map<string, RawDhtItem[]>()
  for (const { resource, item } of options.forgedItems ?? []) {
    const target = bytesToHex(targetHash(resource))
    values.set(target, [...(values.get(target) ?? []), item])
  }
  const surprises: ChainMessage[] = [
    ...(options.forgedBlocks ?? []).map((payload) => ({ command: 'block', payload })),
    ...(options.garbage ?? []).flatMap((payload) =>
      ['addr', 'inv', 'headers', 'block', 'tx', 'cp', 'nonsense'].map((command) => ({ command, payload })),
    ),
  ]
  return openScriptedPeer({
    host: options.host,
    port: options.port,
    magic: options.params.magic,
    blocks: options.blocks,
    clock: options.clock,
    userAgent: '/twisterd:0.9.40/',
    surprises,
    pieces,
    values,
    dht: options.dht,
  })
}
