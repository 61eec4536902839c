import { LRUCache } from 'lru-cache'
import { type Finished, sizeOf } from './finished.ts'
import { MAX_RENDERS_AT_ONCE, RESPONSE_CACHE_BYTES, RESPONSE_CACHE_TTL_MS } from './limits.ts'

/** Thrown when more different pages are being rendered at once than this process takes on. */
export class TooBusy extends Error {}

/** Finished responses by key, each rendered once however many readers ask for it at the same time. */
export interface ResponseCache {
  get(key: string, render: () => Promise<Finished>): Promise<Finished>
}

export function createResponseCache(): ResponseCache {
  const kept = new LRUCache<string, Finished>({
    maxSize: RESPONSE_CACHE_BYTES,
    sizeCalculation: sizeOf,
    ttl: RESPONSE_CACHE_TTL_MS,
  })
  const running = new Map<string, Promise<Finished>>()

  async function renderOnce(key: string, render: () => Promise<Finished>): Promise<Finished> {
    const finished = await render()
    if (finished.status < 500) kept.set(key, finished)
    return finished
  }

  return {
    async get(key, render) {
      const found = kept.get(key)
      if (found !== undefined) return found
      const already = running.get(key)
      if (already !== undefined) return already
      if (running.size >= MAX_RENDERS_AT_ONCE) throw new TooBusy('too many pages are being made at once')
      const promise = renderOnce(key, render).finally(() => running.delete(key))
      running.set(key, promise)
      return promise
    },
  }
}
