import { PROBE_LOOPBACK_MS, PROBE_MS, PROBE_NEWEST, PROBE_TRIES } from './limits.ts'
import type { Member } from './member.ts'
import type { PieceSet } from './piece-set.ts'

interface RivalProbeOptions {
  held: PieceSet
  isLoopback: boolean
  members: () => Iterable<Member>
  /** Asks the peer for a post that is held; false if it cannot be asked now. */
  ask: (member: Member, k: number) => boolean
}

/**
 * An author can sign two posts with one number, and each part of the swarm then holds the one it got first ("first wins:
 * the swarm stays split", spec 4.5). Now and then somebody is asked for a post that is held already from somebody else,
 * the newest first, then any: what differs and is valid is kept beside it.
 */
export class RivalProbe {
  readonly #options: RivalProbeOptions
  #dueAtMs: number
  /** Numbers known to have rivals: everybody is asked for them. */
  readonly #split = new Set<number>()

  constructor(options: RivalProbeOptions) {
    this.#options = options
    this.#dueAtMs = performance.now() + this.#pauseMs
  }

  /** Everybody is asked what he has under this number. */
  found(k: number): void {
    this.#split.add(k)
    this.#dueAtMs = 0
  }

  /** True if somebody was asked. */
  tick(nowMs: number): boolean {
    if (nowMs < this.#dueAtMs) return false
    this.#dueAtMs = nowMs + this.#pauseMs * (0.75 + Math.random() / 2)
    const members = [...this.#options.members()]
    const start = Math.floor(Math.random() * members.length)
    for (let step = 0; step < members.length; step++) {
      const member = members[(start + step) % members.length]
      const k = member && this.#numberFor(member)
      if (member !== undefined && k !== undefined && this.#options.ask(member, k)) return true
    }
    this.#split.clear()
    return false
  }

  get #pauseMs(): number {
    const pauseMs = this.#options.isLoopback ? PROBE_LOOPBACK_MS : PROBE_MS
    return this.#split.size > 0 ? pauseMs / 10 : pauseMs
  }

  #numberFor(member: Member): number | undefined {
    // One that waits for the unchoke is enough.
    if (member.probe !== undefined) return undefined
    const { held } = this.#options
    const { requests, compared, refused, postponed, spoilt } = member
    const isOpen = (k: number) =>
      held.has(k) && requests.has.has(k) && !compared.has(k) && !refused.has(k) && !postponed.has(k) && !spoilt.has(k)
    for (const k of this.#split) if (isOpen(k)) return k
    let looked = 0
    for (const k of requests.has.descending()) {
      if (isOpen(k)) return k
      if (++looked >= PROBE_NEWEST) break
    }
    for (let tried = 0; tried < PROBE_TRIES; tried++) {
      const k = Math.floor(Math.random() * (requests.has.highest + 1))
      if (isOpen(k)) return k
    }
    return undefined
  }
}
