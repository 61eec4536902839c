import { gatheringTopics, showAll } from '../../db/queries/topics.ts'

/** What many pages show beside their own: read once for all that are made meanwhile. */
export interface SharedReads {
  /** `name`: of what is read, the same for every page that shows it. */
  get<Value>(name: string, read: () => Promise<Value>): Promise<Value>
  /** The index has told of a change: nothing that was read before it is given to a page that begins after it. */
  change(): void
  /** Whether changes are heard of: while they are not, each page reads for itself. */
  setHearing(isHearing: boolean): void
}

/** Trends and ages move though nothing changes. */
export const SHARED_READ_MS = 5000

interface Shared {
  untilMs: number
  /** With what it shows (db/queries/topics.ts): each page that has it shows that, too. */
  result: Promise<{ value: unknown; topics: ReadonlySet<string> }>
}

/** `nowMs`: milliseconds of a clock that never goes back. */
export function createSharedReads(nowMs: () => number = () => performance.now()): SharedReads {
  const reads = new Map<string, Shared>()
  let isHearing = false

  function begin(name: string, read: () => Promise<unknown>): Shared {
    const topics = new Set<string>()
    const result = gatheringTopics(topics, read).then((value) => ({ value, topics }))
    const shared = { untilMs: nowMs() + SHARED_READ_MS, result }
    if (isHearing) reads.set(name, shared)
    // Whoever waits for it is told; the next one tries again.
    result.catch(() => {
      if (reads.get(name) === shared) reads.delete(name)
    })
    return shared
  }

  return {
    async get<Value>(name: string, read: () => Promise<Value>) {
      const known = reads.get(name)
      const shared = known !== undefined && nowMs() < known.untilMs ? known : begin(name, read)
      const { value, topics } = await shared.result
      showAll(topics)
      return value as Value
    },
    change: () => reads.clear(),
    setHearing(hears) {
      if (!hears) reads.clear()
      isHearing = hears
    },
  }
}
