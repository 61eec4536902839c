import { encodePing } from '../protocol/messages/ping.ts'
import { PONG_ABOVE_VERSION } from '../protocol/messages/version.ts'
import type { Connection } from './connection.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  INBOUND_HANDSHAKE_TIMEOUT_MS,
  OLD_SILENCE_TIMEOUT_MS,
  PING_INTERVAL_MS,
  SILENCE_TIMEOUT_MS,
} from './limits.ts'
import type { Peer } from './peer.ts'

interface Living {
  readonly version: Peer['version']
  readonly isOutbound: boolean
  readonly connection: Pick<Connection, 'openedAt' | 'lastReceivedAt' | 'stuckFor'>
}

interface Pinged extends Pick<Peer, 'version' | 'ping'> {
  readonly connection: Pick<Connection, 'send'>
}

/** Why a peer is not to be kept any longer. `now` by performance.now(). */
export function whyGone({ version, isOutbound, connection }: Living, now: number): string | undefined {
  const timeoutMs = isOutbound ? HANDSHAKE_TIMEOUT_MS : INBOUND_HANDSHAKE_TIMEOUT_MS
  // However much of it drips in: a version message that never ends must not keep its place.
  if (version === undefined && now - connection.openedAt > timeoutMs) return 'no version'
  if (now - connection.lastReceivedAt > silenceTimeoutMs(version?.version ?? 0)) return 'silent'
  return connection.stuckFor(now)
}

/** Pings a peer whose turn it is. "ping: u64 nonce … answered if peer version > 60000" (chain.md 5.4). */
export function pingIfDue(peer: Pinged, now: number): void {
  if (peer.version === undefined || now < peer.ping.nextAt) return
  peer.ping.nextAt = now + PING_INTERVAL_MS
  if (peer.version.version <= PONG_ABOVE_VERSION) {
    peer.connection.send('ping')
    return
  }
  peer.ping.nonce = new DataView(crypto.getRandomValues(new Uint8Array(8)).buffer).getBigUint64(0)
  peer.ping.sentAt = now
  peer.connection.send('ping', encodePing(peer.ping.nonce))
}

/** Takes the answer; one that was not asked for, or "pong: ignored" without a nonce of ours, tells nothing. */
export function takePong(peer: Pick<Peer, 'ping'>, nonce: bigint, now: number): void {
  if (nonce !== peer.ping.nonce) return
  peer.ping.nonce = undefined
  peer.ping.bestMs = Math.min(peer.ping.bestMs, now - peer.ping.sentAt)
}

// One that answers pings is never so silent.
function silenceTimeoutMs(version: number): number {
  return version > PONG_ABOVE_VERSION ? SILENCE_TIMEOUT_MS : OLD_SILENCE_TIMEOUT_MS
}
