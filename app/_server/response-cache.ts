import { LRUCache } from 'lru-cache'
import { type ChangeMessage, topicOf, topicsOf } from '../../db/schema/change.ts'
import { type Finished, sizeOf } from './finished.ts'
import {
  MAX_RENDERS_AT_ONCE,
  MIN_FRESH_MS,
  RENDER_TIMEOUT_MS,
  RESPONSE_CACHE_BYTES,
  UNHEARD_FRESH_MS,
} from './limits.ts'

/** Thrown when more different pages are being rendered at once than this process takes on. */
export class TooBusy extends Error {}

/** How long an answer is good without being made again, if nothing is heard of a change. */
export interface KeepTimes {
  freshMs: number
  /** For so long after that it is sent while it is made again. */
  staleMs: number
}

export interface Made {
  finished: Finished
  /** What it shows (db/schema/change.ts). */
  topics: ReadonlySet<string>
  times: KeepTimes
}

/**
 * Finished responses by key: each is rendered once however many readers ask for it at the same time, and again when what
 * it shows has changed. When that fails, the one before is sent, unless something in it may have been hidden since.
 */
export interface ResponseCache {
  get(key: string, render: () => Promise<Made>): Promise<Finished>
  /** The index has told of a change. */
  change(message: ChangeMessage): void
  /** Whether changes are heard of: while they are not, nothing is believed for longer than a moment. */
  setHearing(isHearing: boolean): void
}

interface Kept extends Made {
  madeMs: number
  isOutdated: boolean
}

export function createResponseCache(nowMs: () => number = () => performance.now()): ResponseCache {
  const keysByTopic = new Map<string, Set<string>>()
  const kept = new LRUCache<string, Kept>({
    maxSize: RESPONSE_CACHE_BYTES,
    sizeCalculation: ({ finished, topics }) => sizeOf(finished) + topics.size * 100,
    dispose: ({ topics }, key) => forgetTopics(key, topics),
  })
  const running = new Map<string, Promise<Finished>>()
  const recent = createRecentChanges(nowMs)
  let isHearing = false
  let hearsSinceMs = 0

  function forgetTopics(key: string, topics: ReadonlySet<string>): void {
    for (const topic of topics) {
      const keys = keysByTopic.get(topic)
      keys?.delete(key)
      if (keys?.size === 0) keysByTopic.delete(topic)
    }
  }

  function keep(key: string, made: Made, startedMs: number): void {
    const seen = recent.since(startedMs, made.topics)
    // What was hidden while it was being made may be in it.
    if (seen === 'hidden') return
    kept.set(key, { ...made, madeMs: startedMs, isOutdated: seen === 'outdated' })
    if (!kept.has(key)) return
    for (const topic of made.topics) {
      const keys = keysByTopic.get(topic) ?? new Set()
      keysByTopic.set(topic, keys.add(key))
    }
  }

  async function renderOnce(key: string, render: () => Promise<Made>): Promise<Finished> {
    const startedMs = nowMs()
    try {
      const made = await render()
      const before = made.finished.status < 500 ? undefined : kept.get(key)
      if (before !== undefined) return before.finished
      if (made.finished.status < 500) keep(key, made, startedMs)
      return made.finished
    } catch (error) {
      const before = kept.get(key)
      if (before === undefined) throw error
      return before.finished
    }
  }

  function makeAgain(key: string, render: () => Promise<Made>): Promise<Finished> {
    const already = running.get(key)
    if (already !== undefined) return already
    const promise = renderOnce(key, render).finally(() => running.delete(key))
    running.set(key, promise)
    return promise
  }

  function judge({ madeMs, isOutdated, times }: Kept): 'fresh' | 'stale' | 'outdated' {
    const ageMs = nowMs() - madeMs
    if (ageMs < MIN_FRESH_MS) return 'fresh'
    if (isOutdated) return 'outdated'
    const isHeardOf = isHearing && madeMs >= hearsSinceMs
    if (!isHeardOf) return ageMs < Math.min(times.freshMs, UNHEARD_FRESH_MS) ? 'fresh' : 'outdated'
    if (ageMs < times.freshMs) return 'fresh'
    return ageMs < times.freshMs + times.staleMs ? 'stale' : 'outdated'
  }

  return {
    async get(key, render) {
      const found = kept.get(key)
      const judged = found && judge(found)
      if (found !== undefined && judged === 'fresh') return found.finished
      if (running.size >= MAX_RENDERS_AT_ONCE && !running.has(key)) {
        if (found !== undefined) return found.finished
        throw new TooBusy('too many pages are being made at once')
      }
      const made = makeAgain(key, render)
      if (found === undefined || judged === 'outdated') return made
      made.catch(() => undefined)
      return found.finished
    },

    change(message) {
      recent.note(message)
      if (message.kind === 'hidden') kept.clear()
      else if (message.kind === 'many') for (const entry of kept.values()) entry.isOutdated = true
      else {
        // A profile can say that its owner is not to be shown.
        for (const key of keysOf(message.users.map(topicOf.user))) kept.delete(key)
        for (const key of keysOf(topicsOf(message))) {
          const entry = kept.peek(key)
          if (entry !== undefined) entry.isOutdated = true
        }
      }
    },

    setHearing(hears) {
      if (hears && !isHearing) hearsSinceMs = nowMs()
      isHearing = hears
    },
  }

  function keysOf(topics: readonly string[]): string[] {
    return topics.flatMap((topic) => [...(keysByTopic.get(topic) ?? [])])
  }
}

interface RecentChanges {
  note(message: ChangeMessage): void
  since(startedMs: number, topics: ReadonlySet<string>): 'hidden' | 'outdated' | undefined
}

/** What changed while answers were being made: they may have been read before it. */
function createRecentChanges(nowMs: () => number): RecentChanges {
  let changes: { atMs: number; message: ChangeMessage; topics: readonly string[] }[] = []
  return {
    note(message) {
      const atMs = nowMs()
      changes = changes.filter((change) => change.atMs > atMs - 2 * RENDER_TIMEOUT_MS)
      changes.push({ atMs, message, topics: message.kind === 'some' ? topicsOf(message) : [] })
    },
    since(startedMs, shown) {
      const during = changes.filter(({ atMs }) => atMs >= startedMs)
      const isShown = (topics: readonly string[]) => topics.some((topic) => shown.has(topic))
      const isHidden = during.some(
        ({ message }) =>
          message.kind === 'hidden' || (message.kind === 'some' && isShown(message.users.map(topicOf.user))),
      )
      if (isHidden) return 'hidden'
      return during.some(({ message, topics }) => message.kind === 'many' || isShown(topics)) ? 'outdated' : undefined
    },
  }
}
