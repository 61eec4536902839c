import { LRUCache } from 'lru-cache'
import { type DhtItem, resourceNumber } from '../protocol/dht-item.ts'
import { MAX_THINNED_USERS, PROLIFIC_OLD_POSTS, PROLIFIC_POSTS } from './limits.ts'

/**
 * "For post<k> with k < (highest stored k of that user) − 100 and > 25 posts of that user known: refreshed with probability
 * 25/(known−25)" (spec 3.6, node.cpp:664-683).
 */
export class PostThinning {
  readonly #users = new LRUCache<string, { highest: number; known: number }>({ max: MAX_THINNED_USERS })
  readonly #random: () => number

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  add({ resource, sigUser }: Pick<DhtItem, 'resource' | 'sigUser'>): void {
    const k = resourceNumber(resource.r, 'post')
    if (k === undefined) return
    const { highest = 0, known = 0 } = this.#users.get(sigUser) ?? {}
    this.#users.set(sigUser, { highest: Math.max(highest, k), known: known + 1 })
  }

  isDue({ resource, sigUser }: Pick<DhtItem, 'resource' | 'sigUser'>): boolean {
    const k = resourceNumber(resource.r, 'post')
    const { highest = 0, known = 0 } = this.#users.get(sigUser) ?? {}
    if (k === undefined || k >= highest - PROLIFIC_OLD_POSTS || known <= PROLIFIC_POSTS) return true
    return this.#random() < PROLIFIC_POSTS / (known - PROLIFIC_POSTS)
  }
}
