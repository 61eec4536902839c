import { type Errand, KINDS, type Kind, paceOf } from './errand.ts'
import { Lane } from './lane.ts'
import { CATCH_UP_S, JITTER, MUCH_SLOWER, QUICKER, SLOWER } from './limits.ts'

/** What came of a look-up: something new; what was known; nothing; nobody answered at all. */
export type Outcome = 'new' | 'same' | 'nothing' | 'failed'

/** When an errand was due, and how often, before the node was stopped. Seconds. */
export interface SavedErrand {
  readonly dueAt: number
  readonly intervalS: number
}

export interface LaneCounts {
  errands: number
  due: number
  running: number
  /** Unix seconds of the next that is not due yet. */
  next: number | undefined
}

interface ScheduleOptions {
  isLoopback: boolean
  /** From 0 to 1. */
  random: () => number
}

/**
 * What is to be looked up when. Kinds take turns, and within a kind its owners; an interval halves when something new is
 * found and doubles when nothing is, within the kind's pace.
 */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #lanes: ReadonlyMap<Kind, Lane> = new Map(KINDS.map((kind) => [kind, new Lane()]))
  /** Whose turn it is among the kinds. */
  #turn = 0

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  get(kind: Kind, n: string, k?: number): Errand | undefined {
    return this.#lane(kind).get(n, k)
  }

  /** Where it was left; what nobody has ever asked for is due at once. */
  add(kind: Kind, n: string, k: number | undefined, now: number, saved: SavedErrand | undefined): Errand {
    const pace = paceOf(kind, this.#options.isLoopback)
    const intervalS = Math.min(pace.max, Math.max(pace.min, saved?.intervalS ?? pace.first))
    const dueAt = saved === undefined ? now : this.#dueAgain(saved, intervalS, now)
    const isNew = saved === undefined
    const errand: Errand = { kind, owner: n, k, dueAt, intervalS, isRunning: false, isNew, seq: undefined }
    this.#lane(kind).add(errand)
    return errand
  }

  /** True if it was there. */
  remove(kind: Kind, n: string, k?: number): boolean {
    const errand = this.get(kind, n, k)
    if (errand !== undefined) this.#lane(kind).remove(errand)
    return errand !== undefined
  }

  /** The next that is due. */
  take(now: number): Errand | undefined {
    for (let tried = 0; tried < KINDS.length; tried++) {
      const kind = KINDS[this.#turn]
      this.#turn = (this.#turn + 1) % KINDS.length
      const errand = kind && this.#lane(kind).take(now)
      if (errand !== undefined) return errand
    }
    return undefined
  }

  done(errand: Errand, outcome: Outcome, now: number): void {
    const { min, max, first } = paceOf(errand.kind, this.#options.isLoopback)
    const factor = outcome === 'new' ? QUICKER : outcome === 'same' ? SLOWER : outcome === 'nothing' ? MUCH_SLOWER : 1
    errand.isRunning = false
    if (outcome === 'new' || outcome === 'same') errand.isNew = false
    errand.intervalS = Math.min(max, Math.max(min, errand.intervalS * factor))
    // That nobody answered says nothing about the resource: it is not left for as long as one that is not there.
    errand.dueAt = now + this.#jittered(outcome === 'failed' ? Math.min(first, errand.intervalS) : errand.intervalS)
    this.#lane(errand.kind).moved(errand)
  }

  /** What was asked while nobody, or only few, could answer is asked again. */
  hurry(now: number): void {
    for (const errand of this.#errands()) {
      if (errand.isNew && !errand.isRunning) this.#move(errand, now)
    }
  }

  /** The clock was set back: nothing may be left until it is there again. */
  restart(now: number): void {
    for (const errand of this.#errands()) {
      if (!errand.isRunning && errand.dueAt > now + errand.intervalS) this.#move(errand, now + errand.intervalS)
    }
  }

  counts(kind: Kind, now: number): LaneCounts {
    const counts: LaneCounts = { errands: 0, due: 0, running: 0, next: undefined }
    for (const { dueAt, isRunning } of this.#lane(kind).errands()) {
      counts.errands++
      if (isRunning) counts.running++
      else if (dueAt <= now) counts.due++
      else if (counts.next === undefined || dueAt < counts.next) counts.next = dueAt
    }
    return counts
  }

  #move(errand: Errand, dueAt: number): void {
    if (errand.dueAt <= dueAt) return
    errand.dueAt = dueAt
    this.#lane(errand.kind).moved(errand)
  }

  /** What fell due meanwhile is spread: a node that starts has nothing to ask all at once. */
  #dueAgain({ dueAt }: SavedErrand, intervalS: number, now: number): number {
    if (dueAt > now) return Math.min(dueAt, now + intervalS * (1 + JITTER))
    return now + this.#options.random() * Math.min(CATCH_UP_S, intervalS)
  }

  #jittered(seconds: number): number {
    return seconds * (1 - JITTER + 2 * JITTER * this.#options.random())
  }

  *#errands(): Generator<Errand> {
    for (const lane of this.#lanes.values()) yield* lane.errands()
  }

  #lane(kind: Kind): Lane {
    const lane = this.#lanes.get(kind)
    if (lane === undefined) throw new Error(`no lane for ${kind}`)
    return lane
  }
}
