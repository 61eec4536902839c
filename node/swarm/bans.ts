import { LRUCache } from 'lru-cache'
import { BAN_SCORE, BAN_SECONDS, MAX_BANNED } from './limits.ts'
import { type Endpoint, endpointKey, isLoopback } from './peer-book.ts'

/** Scores of addresses that delivered forgeries. On loopback many peers share an address, so there the port counts too. */
export class Bans {
  readonly #scores = new LRUCache<string, number>({ max: MAX_BANNED, ttl: BAN_SECONDS * 1_000 })

  add(endpoint: Endpoint, score: number): void {
    const key = banKey(endpoint)
    this.#scores.set(key, (this.#scores.get(key) ?? 0) + score)
  }

  isBanned(endpoint: Endpoint): boolean {
    return (this.#scores.get(banKey(endpoint)) ?? 0) >= BAN_SCORE
  }
}

function banKey(endpoint: Endpoint): string {
  return isLoopback(endpoint.host) ? endpointKey(endpoint) : endpoint.host
}
