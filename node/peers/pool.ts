import type { Socket } from 'node:net'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { ChainMessage } from '../protocol/messages/envelope.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { BufferBudget } from './buffer-budget.ts'
import { Connection } from './connection.ts'
import type { HostPort } from './dialer.ts'
import { PEER_CHECK_INTERVAL_MS } from './limits.ts'
import { pingIfDue, whyGone } from './liveness.ts'
import { makePeer, type Peer } from './peer.ts'
import { Turns } from './turns.ts'

export interface PoolOptions {
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
  /** A connection is open; nothing was said yet. */
  onOpen(peer: Peer): void
  onMessage(peer: Peer, message: ChainMessage): Promise<void> | void
  onFault(peer: Peer, code: string): void
  onGone(peer: Peer): void
}

/** All connections of the chain network, and what ends them when nothing is heard. */
export interface Pool {
  /** Ready or not. */
  readonly peers: ReadonlySet<Peer>
  /** Those whose version message came. */
  ready(): Peer[]
  add(socket: Socket, address: HostPort, isOutbound: boolean, onGone?: () => void): void
  close(): void
}

export function openPool({ params, clock, log, onOpen, onMessage, onFault, onGone }: PoolOptions): Pool {
  const peers = new Set<Peer>()
  const shared = { budget: new BufferBudget(), turns: new Turns() }
  let nextId = 1
  let isClosed = false

  function add(socket: Socket, address: HostPort, isOutbound: boolean, onSocketGone?: () => void): void {
    // A connection that was on its way when the pool closed would keep the listener open.
    if (isClosed) {
      socket.destroy()
      return
    }
    const connection = new Connection(socket, params.magic, shared, {
      onMessage: (message) => onMessage(peer, message),
      onFault: (code) => onFault(peer, code),
      onClose: (reason) => {
        log.info({ peer: peer.host, port: peer.port, reason }, 'peer gone')
        peers.delete(peer)
        onGone(peer)
        onSocketGone?.()
      },
    })
    const peer = makePeer({ id: nextId++, ...address, isOutbound, since: clock.now(), connection })
    peers.add(peer)
    onOpen(peer)
  }

  function ready(): Peer[] {
    return [...peers].filter((peer) => peer.version !== undefined)
  }

  function look(): void {
    const now = performance.now()
    for (const peer of [...peers]) {
      const reason = whyGone(peer, now)
      if (reason === undefined) pingIfDue(peer, now)
      else peer.connection.close(reason)
    }
  }

  const timer = setInterval(look, PEER_CHECK_INTERVAL_MS)
  return {
    peers,
    ready,
    add,
    close: () => {
      isClosed = true
      clearInterval(timer)
      for (const peer of [...peers]) peer.connection.close('stopping')
    },
  }
}
