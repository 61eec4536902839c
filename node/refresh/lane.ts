import type { Errand } from './errand.ts'

/** One owner's errands of a kind. */
interface Turn {
  readonly owner: string
  readonly errands: Errand[]
  /** When it is in the queue for; undefined while all its errands are under way. */
  place: Place | undefined
}

interface Place {
  readonly turn: Turn
  readonly at: number
  /** Of two with one time, who came first. */
  readonly order: number
}

/**
 * The errands of one kind. Owners take turns: who has many that are due waits, between two of them, for all others who
 * have one.
 */
export class Lane {
  readonly #turns = new Map<string, Turn>()
  /** A binary heap, the next on top. Places that were given up are passed over when they come up. */
  #heap: Place[] = []
  #order = 0

  get(owner: string, k: number | undefined): Errand | undefined {
    return this.#turns.get(owner)?.errands.find((errand) => errand.k === k)
  }

  *errands(): Generator<Errand> {
    for (const { errands } of this.#turns.values()) yield* errands
  }

  add(errand: Errand): void {
    const turn = this.#turns.get(errand.owner) ?? { owner: errand.owner, errands: [], place: undefined }
    this.#turns.set(errand.owner, turn)
    turn.errands.push(errand)
    this.#queue(turn, earliest(turn))
  }

  remove(errand: Errand): void {
    const turn = this.#turns.get(errand.owner)
    const index = turn?.errands.indexOf(errand) ?? -1
    if (turn === undefined || index < 0) return
    turn.errands.splice(index, 1)
    if (turn.errands.length > 0) return
    this.#turns.delete(errand.owner)
    turn.place = undefined
  }

  /** The next that is due, which is under way from now on. */
  take(now: number): Errand | undefined {
    for (let place = this.#heap[0]; place !== undefined && place.at <= now; place = this.#heap[0]) {
      this.#pop()
      const { turn } = place
      if (turn.place !== place) continue
      turn.place = undefined
      const [errand, next] = turn.errands.filter(({ isRunning }) => !isRunning).sort((a, b) => a.dueAt - b.dueAt)
      if (errand === undefined) continue
      if (errand.dueAt > now) {
        this.#queue(turn, errand.dueAt)
        continue
      }
      errand.isRunning = true
      // Behind all who have waited until now.
      if (next !== undefined) this.#queue(turn, Math.max(now, next.dueAt))
      return errand
    }
    return undefined
  }

  /** Its time has changed, or it is not under way any more. */
  moved(errand: Errand): void {
    const turn = this.#turns.get(errand.owner)
    if (turn?.errands.includes(errand)) this.#queue(turn, earliest(turn))
  }

  /** Of the owner's errands the earliest says when its turn comes; a place that it had in an earlier queue stays. */
  #queue(turn: Turn, at: number): void {
    if (at === Number.POSITIVE_INFINITY || (turn.place !== undefined && turn.place.at <= at)) return
    turn.place = { turn, at, order: this.#order++ }
    this.#push(turn.place)
    if (this.#heap.length > 2 * this.#turns.size + 64) this.#rebuild()
  }

  #rebuild(): void {
    this.#heap = []
    for (const { place } of this.#turns.values()) if (place !== undefined) this.#push(place)
  }

  #push(place: Place): void {
    const heap = this.#heap
    let index = heap.push(place) - 1
    for (let parent = (index - 1) >> 1; index > 0; parent = (index - 1) >> 1) {
      const above = heap[parent]
      if (above === undefined || isBefore(above, place)) break
      heap[index] = above
      index = parent
    }
    heap[index] = place
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]]
      if (left === undefined) break
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, 2 * index + 2] : [left, 2 * index + 1]
      if (isBefore(last, child)) break
      heap[index] = child
      index = at
    }
    heap[index] = last
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function earliest({ errands }: Turn): number {
  let at = Number.POSITIVE_INFINITY
  for (const { isRunning, dueAt } of errands) if (!isRunning) at = Math.min(at, dueAt)
  return at
}
