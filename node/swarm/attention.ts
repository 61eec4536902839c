import type { ConnectionPool } from './connection-pool.ts'
import type { GapFiller } from './gap-filler.ts'
import { MAX_LONELY_PER_TICK } from './limits.ts'
import type { Endpoint } from './peer-book.ts'
import type { Swarm } from './swarm.ts'
import { TickBudget } from './tick-budget.ts'

interface AttentionOptions {
  pool: ConnectionPool
  gaps: GapFiller | undefined
  /** Endpoints to try in any swarm. */
  candidates: () => readonly Endpoint[]
}

/**
 * Looks after each swarm once a second while somebody is connected; the others get their turn, so many a second, those
 * whose user wrote last first.
 */
export class Attention {
  readonly #options: AttentionOptions
  readonly #swarms = new Set<Swarm>()
  /** Those whose turn is still to come in this round. */
  #round: Swarm[] = []
  #added: Swarm[] = []

  constructor(options: AttentionOptions) {
    this.#options = options
  }

  /** It comes next. */
  add(swarm: Swarm): void {
    this.#swarms.add(swarm)
    this.#added.push(swarm)
  }

  remove(swarm: Swarm): void {
    this.#swarms.delete(swarm)
  }

  tick(nowMs: number): void {
    const budget = new TickBudget()
    const candidates = this.#options.candidates()
    this.#round.push(...inTurn(this.#added))
    this.#added = []
    for (const swarm of this.#swarms) if (swarm.size > 0) this.#look(swarm, nowMs, budget, candidates)
    this.#lookAtLonely(nowMs, budget, true)
  }

  /** More swarms get their turn, if the round is not over. */
  goOn(nowMs: number): void {
    this.#lookAtLonely(nowMs, new TickBudget(), false)
  }

  /** Out of turn. */
  look(swarm: Swarm, nowMs: number): void {
    this.#look(swarm, nowMs, new TickBudget(), this.#options.candidates())
  }

  #look(swarm: Swarm, nowMs: number, budget: TickBudget, candidates: readonly Endpoint[]): void {
    swarm.tick(nowMs, budget)
    const { pool, gaps } = this.#options
    if (pool.isShort(swarm)) {
      for (const endpoint of candidates) swarm.book.add(endpoint, 'chain')
      pool.dialSome(swarm, nowMs)
    }
    gaps?.fill(swarm, nowMs)
  }

  /** Whoever cannot dial now keeps his turn. */
  #lookAtLonely(nowMs: number, budget: TickBudget, mayBegin: boolean): void {
    const candidates = this.#options.candidates()
    for (let count = 0; count < MAX_LONELY_PER_TICK && !this.#options.pool.isBusy; count++) {
      const swarm = this.#nextLonely(mayBegin && count === 0)
      if (swarm === undefined) return
      this.#look(swarm, nowMs, budget, candidates)
    }
  }

  #nextLonely(mayBegin: boolean): Swarm | undefined {
    for (;;) {
      const swarm = this.#round.pop()
      if (swarm === undefined) {
        if (!mayBegin) return undefined
        this.#round = inTurn([...this.#swarms].filter(({ size }) => size === 0))
        if (this.#round.length === 0) return undefined
        mayBegin = false
      } else if (swarm.size === 0 && this.#swarms.has(swarm)) return swarm
    }
  }
}

/** The last is the next. */
function inTurn(swarms: readonly Swarm[]): Swarm[] {
  const dated = swarms.map((swarm) => ({ swarm, atMs: swarm.lastPostAtMs }))
  // Infinity minus itself is no number.
  return dated.sort((a, b) => (a.atMs === b.atMs ? 0 : a.atMs - b.atMs)).map(({ swarm }) => swarm)
}
