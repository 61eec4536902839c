import { MAX_ADDR_ENTRIES } from '../protocol/limits.ts'
import { type NetAddress, UNKNOWN_ADDRESS } from '../protocol/messages/net-address.ts'
import {
  encodeVersion,
  MIN_PROTOCOL_VERSION,
  NODE_NETWORK,
  PROTOCOL_VERSION,
  parseVersion,
} from '../protocol/messages/version.ts'
import { ignore, reject } from '../protocol/verdict.ts'
import type { PeersContext } from './context.ts'
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
  /** Where others can reach us, if that is known. */
  readonly ownHost: () => string | undefined
  readonly onTime: (host: string, offset: number) => void
  /** The peer that we dialled is ourselves. */
  readonly onSelf: (peer: Peer) => void
}

export function makeHandshake(context: PeersContext, options: HandshakeOptions): Handshake {
  const nonces = new Map<Peer, bigint>()

  /** Layout: chain.md 5.3. */
  function sendVersion(peer: Peer): void {
    const nonce = new DataView(crypto.getRandomValues(new Uint8Array(8)).buffer).getBigUint64(0)
    nonces.set(peer, nonce)
    const { chain, clock } = context
    const payload = encodeVersion({
      version: PROTOCOL_VERSION,
      services: NODE_NETWORK,
      // "adjusted time if inbound, else local"
      time: BigInt(Math.floor(peer.isOutbound ? clock.now() : context.adjustedTime())),
      receiver: receiverOf(peer),
      // The reference leaves the port 0 while it does not know its address; a peer of our kind learns from it where our
      // DHT is.
      sender: { services: NODE_NETWORK, host: options.ownHost() ?? UNKNOWN_ADDRESS.host, port: options.listenPort() },
      nonce,
      userAgent: options.userAgent,
      startHeight: chain.tip.height,
      relay: true,
    })
    peer.connection.send('version', payload)
  }

  // "Unroutable receiver address is sent as services=1, ::ffff:0.0.0.0:0"
  function receiverOf({ host, port }: Peer): NetAddress {
    return context.isPublic(host)
      ? { services: NODE_NETWORK, host, port }
      : { ...UNKNOWN_ADDRESS, services: NODE_NETWORK }
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
    const self = version.nonce > 1n ? [...nonces].find(([, nonce]) => nonce === version.nonce)?.[0] : undefined
    if (self !== undefined) {
      options.onSelf(self)
      peer.connection.close('connected to self')
      return false
    }
    // "Version 10300 is rewritten to 300 (historic)" (chain.md 5.2)
    peer.version = version.version === 10_300 ? { ...version, version: 300 } : version
    peer.wantsTransactions = version.relay
    options.onTime(peer.host, Number(version.time) - context.clock.now())
    if (!peer.isOutbound) sendVersion(peer)
    peer.connection.send('verack')
    // "Outbound side: … sends getaddr" (chain.md 5.3)
    if (peer.isOutbound) {
      peer.hasAskedGetaddr = true
      peer.addressAllowance.raise(MAX_ADDR_ENTRIES)
      peer.connection.send('getaddr')
    }
    return true
  }

  return { sendVersion, takeVersion, forget: (peer) => void nonces.delete(peer) }
}
