import type { Connection } from './connection.ts'
import { PieceRequests } from './piece-requests.ts'
import { PieceSet } from './piece-set.ts'

/** A peer of one swarm, as its swarm sees it. */
export interface Member {
  readonly connection: Connection
  readonly requests: PieceRequests
  /** Numbers whose piece this peer has delivered: what it has under them is known. */
  readonly compared: PieceSet
  /** Numbers this peer refused: it is asked again after a while. */
  readonly refused: Set<number>
  /** Numbers this peer delivered badly. */
  readonly spoilt: Set<number>
  /** Numbers this peer did not answer for, or whose piece may not be judged yet, with the time to ask it again. */
  readonly postponed: Map<number, number>
  /** A post that is held, to be asked for when the peer unchokes us: what it has under the number may differ. */
  probe: number | undefined
  bitfields: number
  /** Has brought a forgery: of use only for what nobody else has. */
  isMarked: boolean
}

export function newMember(connection: Connection): Member {
  return {
    connection,
    requests: new PieceRequests(),
    compared: new PieceSet(),
    refused: new Set(),
    spoilt: new Set(),
    postponed: new Map(),
    probe: undefined,
    bitfields: 0,
    isMarked: false,
  }
}
