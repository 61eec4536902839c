import {
  encodeVersion,
  MIN_PROTOCOL_VERSION,
  NODE_NETWORK,
  PROTOCOL_VERSION,
  parseVersion,
} from '../protocol/messages/version.ts'
import { ignore, reject } from '../protocol/verdict.ts'
import type { PeersContext } from './context.ts'
import { parseIp } from './ip.ts'
import type { Peer } from './peer.ts'

export interface Handshake {
  sendVersion(peer: Peer): void
  /** Takes the peer's version message; true once the peer is ready for the rest. */
  takeVersion(peer: Peer, payload: Uint8Array): boolean
  /** To be called for each peer that goes. */
  forget(peer: Peer): void
}

export interface HandshakeOptions {
  readonly userAgent: string
  /** Where we listen, for a peer that wants to dial back; 0 if we do not. */
  readonly listenPort: () => number
  readonly onTime: (host: string, offset: number) => void
}

export function makeHandshake(context: PeersContext, options: HandshakeOptions): Handshake {
  const nonces = new Map<Peer, bigint>()

  /** Layout: chain.md 5.3. */
  function sendVersion(peer: Peer): void {
    const nonce = new DataView(crypto.getRandomValues(new Uint8Array(8)).buffer).getBigUint64(0)
    nonces.set(peer, nonce)
    const { chain } = context
    const payload = encodeVersion({
      version: PROTOCOL_VERSION,
      services: NODE_NETWORK,
      time: BigInt(Math.floor(context.adjustedTime())),
      receiver: { services: NODE_NETWORK, host: parseIp(peer.host) ?? '0.0.0.0', port: peer.port },
      // The reference leaves the port 0 here; a peer of our kind learns from it where our DHT is.
      sender: { services: NODE_NETWORK, host: '0.0.0.0', port: options.listenPort() },
      nonce,
      userAgent: options.userAgent,
      startHeight: chain.tip.height,
      relay: true,
    })
    peer.connection.send('version', payload)
  }

  function takeVersion(peer: Peer, payload: Uint8Array): boolean {
    // "second version → score +1, ignored" (chain.md 5.3)
    if (peer.version !== undefined) {
      context.judge(peer, reject('duplicate-version', 1))
      return false
    }
    const version = parseVersion(payload)
    if (version === undefined) {
      context.judge(peer, ignore('malformed-version'))
      return false
    }
    // "< 209 → disconnect without an answer"
    if (version.version < MIN_PROTOCOL_VERSION) {
      peer.connection.close('obsolete version')
      return false
    }
    // "nonce equals our last sent one and > 1 → disconnect"; all that are open are remembered, not only the last (B22).
    if (version.nonce > 1n && [...nonces.values()].includes(version.nonce)) {
      peer.connection.close('connected to self')
      return false
    }
    peer.version = version
    options.onTime(peer.host, Number(version.time) - context.clock.now())
    if (!peer.isOutbound) sendVersion(peer)
    peer.connection.send('verack')
    // "Outbound side: … sends getaddr" (chain.md 5.3)
    if (peer.isOutbound) {
      peer.hasAskedGetaddr = true
      peer.connection.send('getaddr')
    }
    return true
  }

  return { sendVersion, takeVersion, forget: (peer) => void nonces.delete(peer) }
}
