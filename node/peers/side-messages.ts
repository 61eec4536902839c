import { checkAlert, type SignedAlert } from '../protocol/messages/alert.ts'
import { parseDhtGetReply, parseDhtGetRequest, parseDhtPutRequest } from '../protocol/messages/dhtproxy.ts'
import type { ChainMessage } from '../protocol/messages/envelope.ts'
import { type BloomFilter, checkFilteradd, checkFilterload } from '../protocol/messages/filter.ts'
import { reject } from '../protocol/verdict.ts'
import type { PeersContext } from './context.ts'
import type { Peer } from './peer.ts'

// What the reference has and a node like ours has no use for: it is read, scored as there, and left at that.

/** "ADVICE: relaying is optional; ignore display" (chain.md 5.11). */
export function takeAlert({ params, judge, adjustedTime }: PeersContext, peer: Peer, alert: SignedAlert): void {
  judge(peer, checkAlert(alert, params.alertKey, adjustedTime()))
}

// A peer with a filter is told of every registration all the same: the filter saves it traffic, and nothing else.
export function takeFilterload({ judge }: PeersContext, peer: Peer, filter: BloomFilter): void {
  const verdict = checkFilterload(filter)
  judge(peer, verdict)
  if (verdict.kind !== 'accept') return
  peer.hasFilter = true
  peer.wantsTransactions = true
}

export function takeFilteradd({ judge }: PeersContext, peer: Peer, element: Uint8Array): void {
  judge(peer, checkFilteradd(element, peer.hasFilter))
}

export function takeFilterclear(peer: Peer): void {
  peer.hasFilter = false
  peer.wantsTransactions = true
}

/** "A node that does not serve the DHT over TCP should answer dhtgetreq/dhtputreq with nodhtproxy" (chain.md 5.12). */
export function refuseDhtProxy({ judge }: PeersContext, peer: Peer, { command, payload }: ChainMessage): void {
  const request = command === 'dhtgetreq' ? parseDhtGetRequest(payload) : parseDhtPutRequest(payload)
  // "dht proxy abuse or malformed dht message: 20" (chain.md 5.10)
  if (request === undefined) judge(peer, reject(`malformed-${command}`, 20))
  if (peer.isDhtProxyRefused) return
  peer.isDhtProxyRefused = true
  peer.connection.send('nodhtproxy')
}

/** We never asked. */
export function takeDhtReply({ judge }: PeersContext, peer: Peer, { command, payload }: ChainMessage): void {
  if (parseDhtGetReply(payload) === undefined) judge(peer, reject(`malformed-${command}`, 20))
}
