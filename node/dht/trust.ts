import { LRUCache } from 'lru-cache'
import { type Endpoint, endpointKey } from './contact.ts'
import { DISTRUST_MS, DISTRUST_SCORE, MAX_DISTRUSTED, MAX_DISTRUSTED_SHOWN } from './limits.ts'

/** What a node may do to lose our trust: things that no honest node of ours or of the reference can be brought to do. */
export const LIE_SCORES = {
  /** "file results under the target": the reference answers with values of the target that it was asked for. */
  'wrong-target': 50,
  /** The reference takes a single from its owner alone (node.cpp:1408-1412). */
  'only-owner': 50,
  'seq-is-required': 50,
  'malformed-item': 10,
  // An honest node can be brought to alter a value by which it is given: it encodes again what was not canonical.
  'invalid-signature': 10,
  'id-changed': 5,
} as const

export type Lie = keyof typeof LIE_SCORES

export function isLie(code: string): code is Lie {
  return code in LIE_SCORES
}

/**
 * Who has lied, and is left alone for an hour: neither asked nor answered. On a network where nodes share addresses that
 * is an address and port, elsewhere an address.
 */
export class Trust {
  readonly #scores = new LRUCache<string, number>({ max: MAX_DISTRUSTED, ttl: DISTRUST_MS })
  readonly #keyOf: (endpoint: Endpoint) => string

  constructor(isByHost: boolean) {
    this.#keyOf = isByHost ? ({ host }) => host : endpointKey
  }

  /** True when that was the lie too many. */
  lied(endpoint: Endpoint, lie: Lie): boolean {
    const key = this.#keyOf(endpoint)
    const before = this.#scores.get(key) ?? 0
    const score = before + LIE_SCORES[lie]
    this.#scores.set(key, score)
    return before < DISTRUST_SCORE && score >= DISTRUST_SCORE
  }

  isTrusted(endpoint: Endpoint): boolean {
    return (this.#scores.get(this.#keyOf(endpoint)) ?? 0) < DISTRUST_SCORE
  }

  /** Some of them, the latest first. */
  distrusted(): string[] {
    const all = [...this.#scores.entries()].flatMap(([key, score]) => (score >= DISTRUST_SCORE ? [key] : []))
    return all.slice(0, MAX_DISTRUSTED_SHOWN)
  }
}
