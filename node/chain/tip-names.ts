import { LRUCache } from 'lru-cache'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { Names } from '../store/names.ts'
import { MAX_CACHED_NAMES } from './limits.ts'

/** The names as the connected chain has them: the store's, with those in use kept at hand. */
export interface TipNames extends NameView {
  /** To be called for each name whose records change. */
  forget(name: Username): void
  forgetAll(): void
}

export function tipNames(names: Names, tipHeight: () => number): TipNames {
  const cache = new LRUCache<Username, readonly NameRecord[]>({ max: MAX_CACHED_NAMES })
  return {
    get tipHeight() {
      return tipHeight()
    },
    history: (name) => {
      const cached = cache.get(name)
      if (cached !== undefined) return cached
      const records = names.history(name)
      // Most names that are asked for and not registered are so in the next moment.
      if (records.length > 0) cache.set(name, records)
      return records
    },
    forget: (name) => void (cache.has(name) && cache.delete(name)),
    forgetAll: () => cache.clear(),
  }
}
