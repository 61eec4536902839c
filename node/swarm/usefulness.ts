import type { Member } from './member.ts'
import type { NumberWindow } from './number-window.ts'

/** Who brought a forgery stays only for what nobody else has: good posts must not be lost because of its bad ones. */
export function isStillOfUse(member: Member, members: Iterable<Member>, numbers: NumberWindow): boolean {
  if (!member.isMarked) return true
  const { requests, refused, spoilt, postponed } = member
  const honest = [...members].filter(({ isMarked }) => !isMarked)
  const floor = numbers.floor()
  for (const k of requests.has.descending(numbers.limit)) {
    if (k < floor) return false
    const isUseless = numbers.held.has(k) || spoilt.has(k) || refused.has(k) || postponed.has(k)
    if (!isUseless && !honest.some((other) => other.requests.has.has(k) && !other.spoilt.has(k))) return true
  }
  return false
}
