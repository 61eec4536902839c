import type { Resource } from '../protocol/dht-target.ts'
import { LOOPBACK_MAX_S, LOOPBACK_QUICKER } from './limits.ts'

/** Resources that are asked for again and again, in the words of dht-swarm-posts.md 3.8. */
export const KINDS = ['status', 'profile', 'avatar', 'following', 'mention', 'replies', 'rts', 'hashtag'] as const
export type Kind = (typeof KINDS)[number]

/** Kinds of which each followed user has one. */
export const USER_KINDS = ['status', 'profile', 'avatar', 'following', 'mention'] as const

/** Seconds between two look-ups: at first, when there is always something new, and when there is never anything. */
export interface Pace {
  readonly first: number
  readonly min: number
  readonly max: number
}

const MINUTE = 60
const HOUR = 3600
const PACES: Readonly<Record<Kind, Pace>> = {
  status: { first: 2 * MINUTE, min: 2 * MINUTE, max: 2 * HOUR },
  profile: { first: 30 * MINUTE, min: 15 * MINUTE, max: 12 * HOUR },
  avatar: { first: HOUR, min: 30 * MINUTE, max: 24 * HOUR },
  following: { first: HOUR, min: 30 * MINUTE, max: 24 * HOUR },
  mention: { first: 10 * MINUTE, min: 5 * MINUTE, max: 6 * HOUR },
  replies: { first: 10 * MINUTE, min: 5 * MINUTE, max: 12 * HOUR },
  rts: { first: 20 * MINUTE, min: 10 * MINUTE, max: 24 * HOUR },
  hashtag: { first: 15 * MINUTE, min: 5 * MINUTE, max: 6 * HOUR },
}

export function paceOf(kind: Kind, isLoopback: boolean): Pace {
  const pace = PACES[kind]
  if (!isLoopback) return pace
  const quick = (seconds: number) => Math.min(LOOPBACK_MAX_S, seconds / LOOPBACK_QUICKER)
  return { first: quick(pace.first), min: quick(pace.min), max: quick(pace.max) }
}

/** One resource to be looked up again and again. */
export interface Errand {
  readonly kind: Kind
  /** Whose turn it takes: the followed user; a tag, which has no one owner, is its own. */
  readonly owner: string
  /** Of replies and rts: to which of the owner's posts. */
  readonly k: number | undefined
  /** Unix seconds. */
  dueAt: number
  intervalS: number
  isRunning: boolean
  /** Nothing was found yet, and it was never asked for before the start: asked again as more nodes are known. */
  isNew: boolean
  /** Of a single: the seq that was found last. */
  seq: number | undefined
}

/** What an errand asks for. There are many errands, and few are under way: each makes it when its time has come. */
export function resourceOf({ kind, owner, k }: Pick<Errand, 'kind' | 'owner' | 'k'>): Resource {
  const isMulti = kind === 'mention' || kind === 'replies' || kind === 'rts' || kind === 'hashtag'
  const r = kind === 'following' ? 'following1' : `${kind}${k ?? ''}`
  return { n: owner, r, t: isMulti ? 'm' : 's' }
}

/** Names a resource among all others. */
export function errandKey(errand: Pick<Errand, 'kind' | 'owner' | 'k'>): string {
  const { n, r } = resourceOf(errand)
  return `${r} ${n}`
}
