import type { Username } from '../../node/protocol/username.ts'
import { FOLLOWING_MOVE_S, FOLLOWING_PAGES } from '../limits.ts'

/** What a user's following<page> held since a time. Of one page, in the order of seq. */
export interface FollowingVersion {
  page: number
  time: number
  height: number
  usernames: readonly Username[]
}

export interface FollowingSpan {
  followed: Username
  sinceTime: number
  sinceHeight: number
  /** Undefined while the last list known holds it. */
  untilTime: number | undefined
  untilHeight: number | undefined
}

/**
 * Since when and until when a user's list held a name, by the times that its pages say. A page is replaced by the one
 * with the next seq, and never earlier than it came: "single: replace iff new seq > stored seq" (§3.4).
 */
export function followingSpans(versions: readonly FollowingVersion[]): FollowingSpan[] {
  const list = new FollowingList()
  for (const version of inOrder(versions)) list.turnTo(version)
  return list.spans()
}

/** Of equal times by page, so that every reader walks the same way. */
function inOrder(versions: readonly FollowingVersion[]): FollowingVersion[] {
  const reached = new Map<number, number>()
  const steady = versions.map((version) => {
    const time = Math.max(version.time, reached.get(version.page) ?? 0)
    reached.set(version.page, time)
    return { ...version, time }
  })
  // The sort is stable: versions of one page keep their order.
  return steady.sort((a, b) => a.time - b.time || a.page - b.page)
}

/** The list as it stands, page by page, and since when each name is in it. */
class FollowingList {
  readonly #pages = new Map<number, readonly Username[]>()
  /** How many pages in force hold the name. */
  readonly #holders = new Map<Username, number>()
  readonly #open = new Map<Username, FollowingSpan>()
  readonly #closed = new Map<Username, FollowingSpan[]>()
  /** Pages in force: 1 to this. */
  #length = 0

  turnTo({ page, time, height, usernames }: FollowingVersion): void {
    const touched = new Set<Username>()
    const [before, lengthBefore] = [this.#pages.get(page) ?? [], this.#length]
    this.#pages.set(page, usernames)
    this.#length = this.#lengthNow()
    if (page <= lengthBefore) this.#hold(before, -1, touched)
    if (page <= this.#length) this.#hold(usernames, 1, touched)
    for (let other = 1; other <= Math.max(lengthBefore, this.#length); other++) {
      const change = Number(other <= this.#length) - Number(other <= lengthBefore)
      if (other !== page && change !== 0) this.#hold(this.#pages.get(other) ?? [], change, touched)
    }
    for (const name of touched) this.#note(name, time, height)
  }

  spans(): FollowingSpan[] {
    return [...[...this.#closed.values()].flat(), ...this.#open.values()]
  }

  /** "pages from N=1; an empty list terminates"; "≤ 50 pages, stops at first missing/empty page" (§3.8). */
  #lengthNow(): number {
    let length = 0
    while (length < FOLLOWING_PAGES && (this.#pages.get(length + 1) ?? []).length > 0) length++
    return length
  }

  #hold(names: readonly Username[], change: number, touched: Set<Username>): void {
    for (const name of names) {
      this.#holders.set(name, (this.#holders.get(name) ?? 0) + change)
      touched.add(name)
    }
  }

  #note(followed: Username, time: number, height: number): void {
    const isHeld = (this.#holders.get(followed) ?? 0) > 0
    const open = this.#open.get(followed)
    if (isHeld === (open !== undefined)) return
    const closed = this.#closed.get(followed) ?? []
    this.#closed.set(followed, closed)
    if (open !== undefined) {
      this.#open.delete(followed)
      // In and out at one time was never seen.
      if (time > open.sinceTime) closed.push({ ...open, untilTime: time, untilHeight: height })
      return
    }
    // Pages of one list are written one after another: a name that moves between them was never gone.
    const last = closed.at(-1)
    const isMove = last?.untilTime !== undefined && time - last.untilTime <= FOLLOWING_MOVE_S
    if (isMove) closed.pop()
    const { sinceTime, sinceHeight } = isMove ? last : { sinceTime: time, sinceHeight: height }
    this.#open.set(followed, { followed, sinceTime, sinceHeight, untilTime: undefined, untilHeight: undefined })
  }
}
