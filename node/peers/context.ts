import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Hash256 } from '../protocol/hash.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Peer } from './peer.ts'

/** What the parts of the chain network share. */
export interface PeersContext {
  readonly chain: Chain
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
  /** All connections, ready or not. */
  readonly peers: ReadonlySet<Peer>
  /** What a getdata for a registration is answered with. */
  transaction(txid: Hash256): Transaction | undefined
  /** Unix seconds, by our clock and the peers' median (chain.md 5.9). */
  adjustedTime(): number
  /** Whether others can be told of an address: "routable" (chain.md 5.8). */
  isPublic(host: string): boolean
  /** The one place where a verdict about what a peer sent turns into a score, a log line and a count. */
  judge(peer: Peer, verdict: Verdict): void
}
