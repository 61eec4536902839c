import type { Target } from '../protocol/dht-target.ts'
import type { Connection } from './connection.ts'
import type { Endpoint } from './peer-book.ts'
import type { PieceSet } from './piece-set.ts'

/** The swarm that a connection serves. */
export interface ConnectionHandler {
  readonly infoHash: Target
  readonly held: PieceSet
  join(connection: Connection): void
  leave(connection: Connection): void
  onHave(connection: Connection, k: number): void
  onHaveAll(connection: Connection): void
  onBitfield(connection: Connection, bits: Uint8Array): void
  onPiece(connection: Connection, k: number, piece: Uint8Array): void
  onChoke(connection: Connection): void
  onUnchoke(connection: Connection): void
  onAllowedFast(connection: Connection): void
  onReject(connection: Connection, k: number): void
  onInterested(connection: Connection): void
  onUninterested(connection: Connection): void
  onPeers(endpoints: readonly Endpoint[]): void
  pieceFor(connection: Connection, k: number): Uint8Array | undefined
}

/** Who knows all swarms and connections. */
export interface ConnectionHub {
  readonly peerId: Uint8Array
  readonly listenPort: number
  /** The peer's handshake: the swarm it may join, or the reason why not. */
  welcome(connection: Connection, infoHash: Target, peerId: string): ConnectionHandler | string
  /** The peer said at which port it listens: false if it is not wanted from there. */
  located(connection: Connection, endpoint: Endpoint): boolean
  onDhtPort(endpoint: Endpoint): void
  /** What came cannot be read; the connection ends. */
  violated(code: string): void
  ended(connection: Connection, reason: string): void
}
