import { LRUCache } from 'lru-cache'
import type { Username } from '../../node/protocol/username.ts'

/** Visitors' wishes for users who are not followed: each is passed on once in a while, all together not too often. */
export interface Wanted {
  /** True if this user was asked for of late, perhaps just now. */
  ask(username: Username): boolean
}

interface WantedOptions {
  /** Tells the indexer; what goes wrong there is not the reader's. */
  notify: (username: Username) => Promise<void>
  perMinute: number
  againMs: number
  maxRemembered: number
}

/** A page may be fetched by anybody as often as he likes, robots among them: what that sets off is bounded here. */
export function createWanted({ notify, perMinute, againMs, maxRemembered }: WantedOptions): Wanted {
  const asked = new LRUCache<Username, true>({ max: maxRemembered, ttl: againMs })
  let left = perMinute
  let refilledAtMs = performance.now()

  function takesRate(): boolean {
    const nowMs = performance.now()
    left = Math.min(perMinute, left + ((nowMs - refilledAtMs) / 60_000) * perMinute)
    refilledAtMs = nowMs
    if (left < 1) return false
    left--
    return true
  }

  return {
    ask: (username) => {
      if (asked.has(username)) return true
      if (!takesRate()) return false
      asked.set(username, true)
      notify(username).catch(() => asked.delete(username))
      return true
    },
  }
}
