import type { Target } from '../protocol/dht-target.ts'
import type { Endpoint } from './peer-book.ts'
import type { PieceSet } from './piece-set.ts'

/** The swarm that a connection serves. `C` is the connection, which knows this interface and not the other way round. */
export interface ConnectionHandler<C> {
  readonly infoHash: Target
  readonly held: PieceSet
  join(connection: C): void
  leave(connection: C): void
  onHave(connection: C, k: number): void
  onHaveAll(connection: C): void
  onBitfield(connection: C, bits: Uint8Array): void
  onPiece(connection: C, k: number, piece: Uint8Array): void
  onChoke(connection: C): void
  onUnchoke(connection: C): void
  onAllowedFast(connection: C): void
  onReject(connection: C, k: number): void
  onInterested(connection: C): void
  onUninterested(connection: C): void
  onPeers(endpoints: readonly Endpoint[]): void
  pieceFor(connection: C, k: number): Uint8Array | undefined
}

/** Who knows all swarms and connections. */
export interface ConnectionHub<C> {
  readonly peerId: Uint8Array
  readonly listenPort: number
  /** The peer's handshake: the swarm it may join, or the reason why not. */
  welcome(connection: C, infoHash: Target, peerId: string): ConnectionHandler<C> | string
  /** The peer said at which port it listens: false if it is not wanted from there. */
  located(connection: C, endpoint: Endpoint): boolean
  onDhtPort(endpoint: Endpoint): void
  /** What came cannot be read; the connection ends. */
  violated(code: string): void
  ended(connection: C, reason: string): void
}
