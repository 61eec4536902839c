import type { Username } from '../protocol/username.ts'
import { MAX_GAPS_AT_ONCE } from './limits.ts'
import type { Swarm } from './swarm.ts'

/** `post<k>` of a user: the signed piece, as swarms carry it too. */
export type PostFromDht = (username: Username, k: number) => Promise<Uint8Array | undefined>

/** Looks in the DHT for posts that their author says exist and that no peer shows, few at a time and in turn. */
export class GapFiller {
  readonly #postFromDht: PostFromDht
  #running = 0
  #isClosed = false

  constructor(postFromDht: PostFromDht) {
    this.#postFromDht = postFromDht
  }

  /** True if there is room for another search. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#running < MAX_GAPS_AT_ONCE
  }

  fill(swarm: Swarm, nowMs: number): void {
    const k = this.hasRoom ? swarm.gap(nowMs) : undefined
    if (k !== undefined) void this.#find(swarm, k)
  }

  close(): void {
    this.#isClosed = true
  }

  async #find(swarm: Swarm, k: number): Promise<void> {
    this.#running++
    swarm.record.tried()
    const piece = await this.#postFromDht(swarm.username, k)
    this.#running--
    if (piece === undefined || this.#isClosed) return
    const verdict = swarm.take(k, piece, 'dht')
    if (verdict.kind === 'reject') swarm.record.refused(verdict.code)
  }
}
