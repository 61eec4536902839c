import { LRUCache } from 'lru-cache'
import type { Connection } from './connection.ts'
import { MAX_SKIPS } from './limits.ts'
import { PieceRequests } from './piece-requests.ts'

/** A peer of one swarm, as its swarm sees it. */
export interface Member {
  readonly connection: Connection
  readonly requests: PieceRequests
  /** Numbers this peer refused, or delivered badly. */
  readonly skips: LRUCache<number, true>
  bitfields: number
}

export function newMember(connection: Connection): Member {
  return { connection, requests: new PieceRequests(), skips: new LRUCache({ max: MAX_SKIPS }), bitfields: 0 }
}
