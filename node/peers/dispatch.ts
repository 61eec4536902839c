import { parseBlock } from '../protocol/block.ts'
import { parseAddr } from '../protocol/messages/addr.ts'
import { parseSignedAlert } from '../protocol/messages/alert.ts'
import type { ChainMessage } from '../protocol/messages/envelope.ts'
import { parseFilteradd, parseFilterload } from '../protocol/messages/filter.ts'
import { parseGetblocks } from '../protocol/messages/getblocks.ts'
import { parseHeaders } from '../protocol/messages/headers.ts'
import { INV_BLOCK, type InvItem, parseInv, readInv } from '../protocol/messages/inv.ts'
import { checkPayloadSize } from '../protocol/messages/payload-limits.ts'
import { encodePing, parsePing } from '../protocol/messages/ping.ts'
import { checkVectorCount } from '../protocol/messages/vector-count.ts'
import { PONG_ABOVE_VERSION } from '../protocol/messages/version.ts'
import { parseTransaction } from '../protocol/transaction.ts'
import { ignore, reject } from '../protocol/verdict.ts'
import type { PeersContext } from './context.ts'
import type { Gossip } from './gossip.ts'
import type { Handshake } from './handshake.ts'
import { takePong } from './liveness.ts'
import type { Peer } from './peer.ts'
import type { Relay } from './relay.ts'
import { serveGetblocks, serveGetdata, serveGetheaders, serveMempool } from './serve.ts'
import {
  refuseDhtProxy,
  takeAlert,
  takeDhtReply,
  takeFilteradd,
  takeFilterclear,
  takeFilterload,
} from './side-messages.ts'
import type { Sync } from './sync.ts'

export interface DispatchParts {
  readonly context: PeersContext
  readonly handshake: Handshake
  readonly sync: Sync
  readonly relay: Relay
  readonly gossip: Gossip
  readonly onReady: (peer: Peer) => void
}

type Handler = (parts: DispatchParts, peer: Peer, message: ChainMessage) => Promise<void> | void

/** Hands a message to the part it is for. */
export function dispatch(parts: DispatchParts, peer: Peer, message: ChainMessage): Promise<void> | void {
  const { context } = parts
  if (message.command === 'version') {
    if (parts.handshake.takeVersion(peer, message.payload)) parts.onReady(peer)
    return
  }
  // "Anything before version → score +1 and ignored" (chain.md 5.3)
  if (peer.version === undefined) return context.judge(peer, reject('message-before-version', 1))
  const size = checkPayloadSize(message.command, message.leftOutBytes)
  const verdict = size.kind === 'accept' ? checkVectorCount(message.command, message.payload) : size
  if (verdict.kind !== 'accept') return context.judge(peer, verdict)
  // "unknown commands are ignored" (chain.md 5.1). So are cp, whose votes move nothing here, and what answers questions
  // that we never ask: merkleblock, nodhtproxy.
  return HANDLERS.get(message.command)?.(parts, peer, message)
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['verack', takeVerack],
  ['addr', parsed(parseAddr, ({ gossip }, peer, entries) => gossip.takeAddr(peer, entries))],
  ['getaddr', ({ gossip }, peer) => gossip.answerGetaddr(peer)],
  ['inv', parsed(parseInv, takeInv)],
  ['getdata', parsed(readInv, ({ context }, peer, items) => serveGetdata(context, peer, items))],
  ['getblocks', parsed(parseGetblocks, ({ context }, peer, request) => serveGetblocks(context, peer, request))],
  ['getheaders', parsed(parseGetblocks, ({ context }, peer, request) => serveGetheaders(context, peer, request))],
  ['headers', parsed(parseHeaders, ({ sync }, peer, headers) => sync.takeHeaders(peer, headers))],
  ['block', parsed(parseBlock, ({ sync }, peer, block) => sync.takeBlock(peer, block))],
  ['tx', parsed(parseTransaction, ({ relay }, peer, tx) => relay.takeTransaction(peer, tx))],
  ['notfound', parsed(parseInv, ({ relay }, peer, items) => relay.takeNotFound(peer, items))],
  ['mempool', ({ context }, peer) => serveMempool(context, peer)],
  ['ping', parsed(parsePing, answerPing)],
  ['pong', parsed(parsePing, (_parts, peer, nonce) => takePong(peer, nonce, performance.now()))],
  ['alert', parsed(parseSignedAlert, ({ context }, peer, alert) => takeAlert(context, peer, alert))],
  ['filterload', parsed(parseFilterload, ({ context }, peer, filter) => takeFilterload(context, peer, filter))],
  ['filteradd', parsed(parseFilteradd, ({ context }, peer, element) => takeFilteradd(context, peer, element))],
  ['filterclear', (_parts, peer) => takeFilterclear(peer)],
  ['dhtgetreq', ({ context }, peer, message) => refuseDhtProxy(context, peer, message)],
  ['dhtputreq', ({ context }, peer, message) => refuseDhtProxy(context, peer, message)],
  ['dhtgetreply', ({ context }, peer, message) => takeDhtReply(context, peer, message)],
])

function parsed<T>(
  parse: (payload: Uint8Array) => T | undefined,
  take: (parts: DispatchParts, peer: Peer, value: T) => Promise<void> | void,
): Handler {
  return (parts, peer, { command, payload }) => {
    const value = parse(payload)
    if (value !== undefined) return take(parts, peer, value)
    // "exceptions while parsing → message skipped" (chain.md 5.1), without a score.
    parts.context.judge(peer, ignore(`malformed-${command}`))
  }
}

function takeVerack(_parts: DispatchParts, peer: Peer): void {
  peer.hasVerack = true
}

function takeInv({ relay, sync }: DispatchParts, peer: Peer, items: readonly InvItem[]): void {
  relay.takeInventory(peer, items)
  const blocks = items.filter((item) => item.type === INV_BLOCK).map((item) => item.hash)
  if (blocks.length > 0) sync.takeInventory(peer, blocks)
}

function answerPing(_parts: DispatchParts, peer: Peer, nonce: bigint): void {
  // "answered by pong with same nonce if peer version > 60000" (chain.md 5.4)
  if ((peer.version?.version ?? 0) > PONG_ABOVE_VERSION) peer.connection.send('pong', encodePing(nonce))
}
