import { LRUCache } from 'lru-cache'
import type { BlockHeader } from '../protocol/block.ts'
import { type Hash256, hashKey, scryptHashAside } from '../protocol/hash.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { checkHeaderWork } from '../protocol/rules/check-header.ts'
import type { Verdict } from '../protocol/verdict.ts'
import { FIRST_HEADERS_HASHED, HEADERS_PER_WRITE, MAX_HASHED_WITHOUT_THREADS, MAX_REMEMBERED_WORK } from './limits.ts'
import { openWorkThreads } from './work-threads.ts'

/**
 * The context-free rule of headers: their work. scrypt is nearly all the cost of a chain (0.3 ms a header), so it is done
 * on threads, and once for each header: the tree holds those that were found good, `remember` the others.
 */
export interface WorkChecks {
  /** Headers hashed by this process. */
  readonly hashed: number
  /** Threads that hash, at most. */
  readonly threads: number
  /**
   * Verdicts in order, by groups, up to and including the first that is not accepted. Little is hashed before the first
   * group has shown that the sender does not lie.
   */
  inGroups(headers: readonly BlockHeader[]): AsyncGenerator<Verdict[]>
  /** The verdict of each. */
  all(headers: readonly BlockHeader[]): Promise<Verdict[]>
  /** To be called for headers that have their work and are not in the tree: they are not hashed when they come again. */
  remember(header: BlockHeader): void
  close(): Promise<void>
}

export function openWorkChecks(params: NetworkParams): WorkChecks {
  const threads = openWorkThreads()
  const known = new LRUCache<string, Verdict>({ max: MAX_REMEMBERED_WORK })
  let hashed = 0

  async function verdicts(headers: readonly BlockHeader[]): Promise<Verdict[]> {
    const before = headers.map((header) => known.get(hashKey(header.hash)))
    const fresh = headers.filter((_, index) => before[index] === undefined)
    hashed += fresh.length
    const hashes = await hash(fresh.map((header) => header.raw))
    const found = fresh.map((header, index) => judge(header, hashes[index]))
    return before.map((verdict) => verdict ?? found.shift() ?? notHashed())
  }

  function judge(header: BlockHeader, workHash: Hash256 | undefined): Verdict {
    const verdict = checkHeaderWork(header, workHash ?? notHashed(), params)
    if (verdict.kind !== 'accept') known.set(hashKey(header.hash), verdict)
    return verdict
  }

  // Starting a thread for a few would take longer than hashing them.
  function hash(headers: readonly Uint8Array[]): Promise<Hash256[]> {
    return headers.length <= MAX_HASHED_WITHOUT_THREADS
      ? Promise.all(headers.map(scryptHashAside))
      : threads.hash(headers)
  }

  async function* inGroups(headers: readonly BlockHeader[]): AsyncGenerator<Verdict[]> {
    const sizes = groupSizes(headers.length)
    const underway: Promise<Verdict[]>[] = []
    let start = 0
    const startNext = (): void => {
      const size = sizes.shift()
      if (size === undefined) return
      const next = verdicts(headers.slice(start, start + size))
      // It is awaited below, but maybe after it has failed.
      next.catch(() => undefined)
      underway.push(next)
      start += size
    }
    startNext()
    for (let next = underway.shift(); next !== undefined; next = underway.shift()) {
      const group = await next
      const end = group.findIndex((verdict) => verdict.kind !== 'accept')
      if (end !== -1) {
        yield group.slice(0, end + 1)
        return
      }
      // While a group is written to the store, each thread has the next one.
      while (sizes.length > 0 && underway.length <= threads.count) startNext()
      yield group
    }
  }

  return {
    get hashed() {
      return hashed
    },
    threads: threads.count,
    inGroups,
    all: async (headers) => {
      const groups: Promise<Verdict[]>[] = []
      for (let start = 0; start < headers.length; start += HEADERS_PER_WRITE) {
        groups.push(verdicts(headers.slice(start, start + HEADERS_PER_WRITE)))
      }
      return (await Promise.all(groups)).flat()
    },
    remember: (header) => void known.set(hashKey(header.hash), { kind: 'accept' }),
    close: threads.close,
  }
}

/** Groups that double up to the largest. */
function groupSizes(count: number): number[] {
  const sizes: number[] = []
  for (let rest = count, size = FIRST_HEADERS_HASHED; rest > 0; size = Math.min(2 * size, HEADERS_PER_WRITE)) {
    sizes.push(Math.min(rest, size))
    rest -= size
  }
  return sizes
}

function notHashed(): never {
  throw new Error('a header was not hashed')
}
