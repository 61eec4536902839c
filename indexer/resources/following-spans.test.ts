import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUsername, type Username } from '../../node/protocol/username.ts'
import { FOLLOWING_MOVE_S } from '../limits.ts'
import { type FollowingVersion, followingSpans } from './following-spans.ts'

const DAY = 86_400

function names(...texts: string[]): Username[] {
  return texts.flatMap((text) => parseUsername(text) ?? [])
}

function version(page: number, day: number, ...usernames: string[]): FollowingVersion {
  return { page, time: day * DAY, height: day, usernames: names(...usernames) }
}

function told(versions: readonly FollowingVersion[]): string[] {
  return followingSpans(versions)
    .map(({ followed, sinceHeight, untilHeight }) => `${followed} ${sinceHeight}-${untilHeight ?? ''}`)
    .sort()
}

describe('followingSpans', () => {
  it('knows since when and until when a name was in the list, also again', () => {
    const versions = [version(1, 1, 'a', 'b'), version(1, 2, 'b', 'c'), version(1, 3, 'a', 'b')]
    expect(told(versions)).toEqual(['a 1-2', 'a 3-', 'b 1-', 'c 2-3'])
  })

  it('ends at the first page that is empty or missing, and goes on when it is there', () => {
    const versions = [version(1, 1, 'a'), version(3, 1, 'c'), version(2, 2, 'b'), version(2, 3), version(1, 4)]
    expect(told(versions)).toEqual(['a 1-4', 'b 2-3', 'c 2-3'])
  })

  it('does not take a name for gone that moves to another page', () => {
    const later = { ...version(2, 2, 'b'), time: 2 * DAY + FOLLOWING_MOVE_S }
    expect(told([version(1, 1, 'a', 'b'), version(1, 2, 'a'), later])).toEqual(['a 1-', 'b 1-'])
    const tooLate = { ...later, time: later.time + 1 }
    expect(told([version(1, 1, 'a', 'b'), version(1, 2, 'a'), tooLate])).toEqual(['a 1-', 'b 1-2', 'b 2-'])
  })

  it('goes by seq where the times of a page run backwards', () => {
    expect(told([version(1, 5, 'a'), version(1, 3, 'b'), version(1, 6, 'c')])).toEqual(['b 3-6', 'c 6-'])
  })

  it('ends in the list of the last pages, holds each name once at a time, and does not care how pages are mixed', () => {
    const page = fc.record({
      page: fc.integer({ min: 1, max: 4 }),
      time: fc.integer({ min: 0, max: 20 }).map((day) => day * DAY),
      height: fc.nat(9),
      usernames: fc.uniqueArray(fc.constantFrom(...names('a', 'b', 'c', 'd')), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(page, { maxLength: 25 }), (versions) => {
        const spans = followingSpans(versions)
        const last = new Map(versions.map((one) => [one.page, one.usernames]))
        const listed = new Set<string>()
        for (let number = 1; (last.get(number) ?? []).length > 0; number++)
          for (const name of last.get(number) ?? []) listed.add(name)
        const open = spans.filter(({ untilTime }) => untilTime === undefined).map(({ followed }) => followed)
        expect(open.sort()).toEqual([...listed].sort())
        for (const span of spans) expect(span.untilTime ?? Number.POSITIVE_INFINITY).toBeGreaterThan(span.sinceTime)
        const keys = spans.map(({ followed, sinceTime }) => `${followed} ${sinceTime}`)
        expect(new Set(keys).size).toBe(keys.length)
        const byPage = versions.toSorted((a, b) => a.page - b.page)
        expect(told(byPage)).toEqual(told(versions))
      }),
    )
  })
})
