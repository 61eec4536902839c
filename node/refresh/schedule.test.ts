import { describe, expect, it } from 'vitest'
import { Budget } from './budget.ts'
import { errandKey, paceOf } from './errand.ts'
import { JITTER, LOOKUPS_AT_ONCE, LOOKUPS_BURST, LOOKUPS_PER_MINUTE } from './limits.ts'
import { type Outcome, Schedule } from './schedule.ts'

const T = 1_795_358_500
/** In the middle: no jitter at all. */
const plain = { isLoopback: false, random: () => 0.5 }

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

/** Carries out one errand again and again, always with the same outcome; its intervals. */
function intervalsOf(outcome: Outcome, times: number): number[] {
  const schedule = new Schedule(plain)
  schedule.add('profile', 'alice', undefined, T, undefined)
  let now = T
  return Array.from({ length: times }, () => {
    const errand = schedule.take(now)
    if (errand === undefined) throw new Error(`nothing is due at ${now}`)
    schedule.done(errand, outcome, now)
    const waited = errand.dueAt - now
    now = errand.dueAt
    return waited
  })
}

describe('an interval', () => {
  const { first, min, max } = paceOf('profile', false)

  it('grows when nothing comes, and shrinks when something new does, within its bounds', () => {
    expect(intervalsOf('nothing', 8)).toEqual([2, 4, 8, 16, 24, 24, 24, 24].map((times) => times * first))
    expect(intervalsOf('same', 2)).toEqual([1.25 * first, 1.25 ** 2 * first])
    expect(intervalsOf('same', 40).at(-1)).toBe(max)
    expect(intervalsOf('new', 3)).toEqual([min, min, min])
  })

  it('is not longer for it when nobody answers', () => {
    expect(intervalsOf('failed', 5)).toEqual(Array(5).fill(first))
  })

  it('varies by a fifth either way', () => {
    const schedule = new Schedule({ isLoopback: false, random: seeded(7) })
    const waits = Array.from({ length: 200 }, (_, index) => {
      schedule.add('avatar', `u${index}`, undefined, T, undefined)
      const errand = schedule.take(T)
      if (errand === undefined) throw new Error('nothing is due')
      schedule.done(errand, 'failed', T)
      return (errand.dueAt - T) / paceOf('avatar', false).first
    })
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1 - JITTER)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1 + JITTER)
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(JITTER)
  })
})

describe('turns', () => {
  it('go round the kinds and the users: who has much to ask for holds nobody up', () => {
    const schedule = new Schedule(plain)
    for (let k = 0; k < 16; k++) schedule.add('replies', 'busy', k, T, undefined)
    for (const name of ['ann', 'ben']) schedule.add('replies', name, 1, T, undefined)
    schedule.add('profile', 'ann', undefined, T, undefined)
    const order = Array.from({ length: 6 }, () => schedule.take(T)).map((errand) => errand && errandKey(errand))
    expect(order).toEqual([
      'profile ann',
      'replies0 busy',
      'replies1 ann',
      'replies1 ben',
      'replies1 busy',
      'replies2 busy',
    ])
  })

  it('of thousands of users come round within the budget, each as often as every other', () => {
    const users = 3_000
    const minutes = 60
    const schedule = new Schedule({ isLoopback: false, random: seeded(11) })
    const budget = new Budget(false)
    for (let user = 0; user < users; user++) schedule.add('status', `u${user}`, undefined, T, undefined)
    const asked = new Map<string, number>()
    for (let now = T; now < T + minutes * 60; now++) {
      while (budget.hasRoom(0, now * 1000)) {
        const errand = schedule.take(now)
        if (errand === undefined) break
        budget.spend(now * 1000)
        asked.set(errand.owner, (asked.get(errand.owner) ?? 0) + 1)
        schedule.done(errand, 'new', now)
      }
    }
    const counts = [...asked.values()]
    expect(asked.size).toBe(users)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    const total = counts.reduce((sum, count) => sum + count, 0)
    expect(total).toBeLessThanOrEqual(LOOKUPS_BURST + minutes * LOOKUPS_PER_MINUTE)
    expect(total).toBeGreaterThan(0.99 * minutes * LOOKUPS_PER_MINUTE)
    expect(budget.hasRoom(LOOKUPS_AT_ONCE, (T + 2 * minutes * 60) * 1000)).toBe(false)
  })

  it('leave out what was taken away, and what is under way', () => {
    const schedule = new Schedule(plain)
    schedule.add('mention', 'ann', undefined, T, undefined)
    schedule.add('mention', 'ben', undefined, T, undefined)
    expect(schedule.remove('mention', 'ann')).toBe(true)
    expect(schedule.remove('mention', 'ann')).toBe(false)
    expect(schedule.take(T)?.owner).toBe('ben')
    expect(schedule.take(T + 86_400)).toBeUndefined()
    expect(schedule.counts('mention', T)).toEqual({ errands: 1, due: 0, running: 1, next: undefined })
  })
})

describe('after a restart', () => {
  it('goes on where it was, and spreads what fell due meanwhile', () => {
    const schedule = new Schedule({ isLoopback: false, random: seeded(3) })
    const kept = schedule.add('profile', 'ann', undefined, T, { dueAt: T + 700, intervalS: 3600 })
    expect(kept).toMatchObject({ dueAt: T + 700, intervalS: 3600 })
    for (let user = 0; user < 100; user++) {
      schedule.add('mention', `u${user}`, undefined, T, { dueAt: T - 1e6, intervalS: 600 })
    }
    const dues = Array.from({ length: 100 }, (_, user) => schedule.get('mention', `u${user}`)?.dueAt ?? 0)
    expect(dues.filter((dueAt) => dueAt <= T + 30).length).toBeLessThan(30)
    expect(Math.max(...dues)).toBeLessThanOrEqual(T + 300)
  })

  it('believes no time that is too far off, neither on disk nor when the clock is set back', () => {
    const schedule = new Schedule(plain)
    schedule.add('profile', 'ann', undefined, T, { dueAt: T + 1e9, intervalS: 3600 })
    expect(schedule.get('profile', 'ann')?.dueAt).toBeLessThanOrEqual(T + 2 * 3600)
    schedule.restart(T - 1e8)
    expect(schedule.take(T - 1e8 + 2 * 3600)?.owner).toBe('ann')
  })
})
