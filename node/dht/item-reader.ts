import { bytesToHex, compareBytes } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import { type DhtItem, parseDhtItem, type RawDhtItem } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import { sha256 } from '../protocol/hash.ts'
import type { NameView } from '../protocol/name-view.ts'
import { checkDhtItem } from '../protocol/rules/check-dht-item.ts'
import { MAX_REPLY_VALUES_CHECKED } from './limits.ts'

interface ItemReaderOptions {
  resource: Resource
  nameView: NameView
  clock: Clock
  onRefused: (code: string) => void
}

/** Collects the answers to one getData and keeps what passes every check of spec 3.5. */
export class ItemReader {
  readonly #options: ItemReaderOptions
  /** "multi: union by sig_p" (spec 3.5). */
  readonly #items = new Map<string, DhtItem>()

  constructor(options: ItemReaderOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#items.size
  }

  /** Returns whether one of the values was good. */
  read(values: readonly RawDhtItem[]): boolean {
    const { resource, nameView, clock, onRefused } = this.#options
    let isAnyGood = false
    for (const value of values.slice(0, MAX_REPLY_VALUES_CHECKED)) {
      const key = bytesToHex(value.sigP)
      if (this.#items.has(key)) {
        isAnyGood = true
        continue
      }
      const item = parseDhtItem(value)
      const verdict = item && checkDhtItem(item, nameView, clock.now(), 'read', resource)
      if (item !== undefined && verdict?.kind === 'accept') {
        this.#items.set(key, item)
        isAnyGood = true
      } else onRefused(verdict === undefined || verdict.kind === 'accept' ? 'malformed-item' : verdict.code)
    }
    return isAnyGood
  }

  /** Of a single the best value, of a multi all, newest height first. */
  result(): DhtItem[] {
    const items = [...this.#items.values()]
    if (this.#options.resource.t === 'm') return items.sort((a, b) => b.height - a.height)
    return items.sort(compareSingles).slice(0, 1)
  }
}

/** "single: keep the value with the highest seq" (spec 3.5); ties to the higher height, then to the smaller hash. */
export function compareSingles(a: DhtItem, b: DhtItem): number {
  return (b.seq ?? 0) - (a.seq ?? 0) || b.height - a.height || compareBytes(sha256(a.p), sha256(b.p))
}
