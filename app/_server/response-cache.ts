import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { type ChangeMessage, topicsOf } from '../../db/schema/change.ts'
import { type Finished, sizeOf } from './finished.ts'
import {
  FAILED_AGAIN_MS,
  MAX_RENDERS_IN_ROW,
  MAX_RENDERS_IN_WORK,
  MIN_FRESH_MS,
  PATIENCE_MS,
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
  /** What `get` would give without making or awaiting anything. */
  fresh(key: string): Finished | undefined
  /** The index has told of a change. */
  change(message: ChangeMessage): void
  /** Whether changes are heard of: while they are not, nothing is believed for longer than a moment, if it can be made. */
  setHearing(isHearing: boolean): void
}

interface Kept extends Made {
  madeMs: number
  isOutdated: boolean
  /** When it could not be made again. */
  failedMs?: number
  /** Somebody has waited for the one after it long enough. */
  isAwaitedInVain?: boolean
}

interface ResponseCacheOptions {
  maxBytes?: number
  maxRendersInWork?: number
  /** Milliseconds of a clock that never goes back. */
  nowMs?: () => number
  /** For so long whoever could have the answer before waits for the one that is being made. */
  patienceMs?: number
}

export function createResponseCache({
  maxBytes = RESPONSE_CACHE_BYTES,
  maxRendersInWork = MAX_RENDERS_IN_WORK,
  nowMs = () => performance.now(),
  patienceMs = PATIENCE_MS,
}: ResponseCacheOptions = {}): ResponseCache {
  const keysByTopic = new Map<string, Set<string>>()
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ finished, topics }, key) => sizeOf(finished) + topics.size * 100 + key.length,
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

  /** False for what must not be shown to anybody: it was made before something in it was hidden, perhaps. */
  function keep(key: string, made: Made, started: { ms: number; changes: number }): boolean {
    const seen = recent.since(started.changes, made.topics)
    if (seen === 'hidden') return false
    kept.set(key, { ...made, madeMs: started.ms, isOutdated: seen === 'outdated' })
    if (!kept.has(key)) return true
    for (const topic of made.topics) {
      const keys = keysByTopic.get(topic) ?? new Set()
      keysByTopic.set(topic, keys.add(key))
    }
    return true
  }

  async function renderOnce(key: string, render: () => Promise<Made>): Promise<Finished> {
    for (let round = 0; round < MAX_RENDERS_IN_ROW; round++) {
      const started = { ms: nowMs(), changes: recent.count() }
      const made = await render().catch((error: unknown) => ({ error }))
      if ('error' in made || made.finished.status >= 500) {
        const before = kept.get(key)
        if (before !== undefined) {
          before.failedMs = nowMs()
          return before.finished
        }
        if ('error' in made) throw made.error
        return made.finished
      }
      if (keep(key, made, started)) return made.finished
    }
    throw new TooBusy('things are being hidden all the time')
  }

  function makeAgain(key: string, render: () => Promise<Made>): Promise<Finished> {
    const already = running.get(key)
    if (already !== undefined) return already
    const promise = renderOnce(key, render).finally(() => running.delete(key))
    running.set(key, promise)
    return promise
  }

  function judge({ madeMs, isOutdated, times, failedMs }: Kept): 'fresh' | 'stale' | 'outdated' {
    const now = nowMs()
    const ageMs = now - madeMs
    if (ageMs < MIN_FRESH_MS) return 'fresh'
    if (failedMs !== undefined && now - failedMs < FAILED_AGAIN_MS) return 'fresh'
    if (isOutdated) return 'outdated'
    const isHeardOf = isHearing && madeMs >= hearsSinceMs
    if (!isHeardOf) return ageMs < Math.min(times.freshMs, UNHEARD_FRESH_MS) ? 'fresh' : 'outdated'
    if (ageMs < times.freshMs) return 'fresh'
    return ageMs < times.freshMs + times.staleMs ? 'stale' : 'outdated'
  }

  /** What is being made, or what was there before if that takes long and nothing was hidden meanwhile. */
  async function soon(key: string, before: Kept, made: Promise<Finished>): Promise<Finished> {
    const waiting = new AbortController()
    const late = delay(patienceMs, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined)
    try {
      const first = await Promise.race([made, late])
      if (first !== undefined || kept.peek(key) !== before) return await made
      before.isAwaitedInVain = true
      return before.finished
    } finally {
      waiting.abort()
    }
  }

  return {
    async get(key, render) {
      const found = kept.get(key)
      const judged = found && judge(found)
      if (found !== undefined && judged === 'fresh') return found.finished
      if (found?.isAwaitedInVain && running.has(key)) return found.finished
      if (running.size >= maxRendersInWork && !running.has(key)) {
        if (found !== undefined) return found.finished
        throw new TooBusy('too many pages are being made at once')
      }
      const made = makeAgain(key, render)
      if (found === undefined) return made
      made.catch(() => undefined)
      return judged === 'stale' ? found.finished : soon(key, found, made)
    },

    fresh(key) {
      const found = kept.get(key)
      return found !== undefined && judge(found) === 'fresh' ? found.finished : undefined
    },

    change(message) {
      recent.note(message)
      if (message.kind === 'hidden') kept.clear()
      else if (message.kind === 'many') for (const entry of kept.values()) entry.isOutdated = true
      else {
        for (const key of topicsOf(message).flatMap((topic) => [...(keysByTopic.get(topic) ?? [])])) {
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
}

interface RecentChanges {
  note(message: ChangeMessage): void
  /** How many there have been. */
  count(): number
  /** What those after so many did to what is shown. */
  since(count: number, topics: ReadonlySet<string>): 'hidden' | 'outdated' | undefined
}

/** What changed while answers were being made: they may have been read before it. */
function createRecentChanges(nowMs: () => number): RecentChanges {
  let changes: { number: number; atMs: number; message: ChangeMessage; topics: readonly string[] }[] = []
  let last = 0
  return {
    note(message) {
      const atMs = nowMs()
      changes = changes.filter((change) => change.atMs > atMs - 2 * RENDER_TIMEOUT_MS)
      changes.push({ number: ++last, atMs, message, topics: message.kind === 'some' ? topicsOf(message) : [] })
    },
    count: () => last,
    since(count, shown) {
      const during = changes.filter(({ number }) => number > count)
      if (during.some(({ message }) => message.kind === 'hidden')) return 'hidden'
      const isShown = (topics: readonly string[]) => topics.some((topic) => shown.has(topic))
      return during.some(({ message, topics }) => message.kind === 'many' || isShown(topics)) ? 'outdated' : undefined
    },
  }
}
