import { bytesToHex } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import { compareSingles, type DhtItem, parseDhtItem, type RawDhtItem } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import { checkDhtItem } from '../protocol/rules/check-dht-item.ts'
import { MAX_REPLY_VALUES_CHECKED, MAX_VALUES_CHECKED_PER_GET } from './limits.ts'
import { isLie, LIE_SCORES, type Lie } from './trust.ts'

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
  #checksLeft = MAX_VALUES_CHECKED_PER_GET

  constructor(options: ItemReaderOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#items.size
  }

  /** Whether one of an answer's values was good, and the worst lie among the others. */
  read(values: readonly RawDhtItem[]): { isAnyGood: boolean; lie: Lie | undefined } {
    let isAnyGood = false
    let lie: Lie | undefined
    for (const value of values.slice(0, MAX_REPLY_VALUES_CHECKED)) {
      const code = this.#take(value)
      if (code === undefined) isAnyGood = true
      else {
        this.#options.onRefused(code)
        if (isLie(code) && (lie === undefined || LIE_SCORES[code] > LIE_SCORES[lie])) lie = code
      }
    }
    return { isAnyGood, lie }
  }

  /** Why a value is refused; undefined if it is good. */
  #take(value: RawDhtItem): string | undefined {
    const { resource, nameView, clock } = this.#options
    const key = bytesToHex(value.sigP)
    if (this.#items.has(key)) return undefined
    if (this.#checksLeft-- <= 0) return 'too-many-values'
    const item = parseDhtItem(value)
    if (item === undefined) return 'malformed-item'
    const verdict = checkDhtItem(item, nameView, clock.now(), 'read', resource)
    if (verdict.kind !== 'accept') return verdict.code
    this.#items.set(key, item)
    return undefined
  }

  /** Of a single the best value, of a multi all, newest height first. */
  result(): DhtItem[] {
    const items = [...this.#items.values()]
    if (this.#options.resource.t === 'm') return items.sort((a, b) => b.height - a.height)
    return items.sort(compareSingles).slice(0, 1)
  }
}
