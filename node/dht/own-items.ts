import { bytesEqual, bytesToHex } from '../protocol/bytes.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import type { DhtValue } from '../protocol/dht-message.ts'
import { targetHash } from '../protocol/dht-target.ts'
import { MAX_OWN_ITEMS, REPUT_CONFIRMED_MS, REPUT_UNCONFIRMED_MS } from './limits.ts'

interface OwnItem {
  item: DhtItem
  nextAtMs: number
  isConfirmed: boolean
}

/**
 * Values written on this node, put again while they live: "unconfirmed (own, fresh): every 1 min ±10 %; becomes
 * confirmed when any reply contains the same sig_p; confirmed: every 60 min" (spec 3.6).
 */
export class OwnItems {
  readonly #items = new Map<string, OwnItem>()

  /** The first refresh comes within the minute. */
  add(item: DhtItem, nowMs: number, delayMs = REPUT_UNCONFIRMED_MS): void {
    const target = bytesToHex(targetHash(item.resource))
    const key = item.resource.t === 's' ? target : `${target} ${bytesToHex(item.sigP)}`
    if (!this.#items.has(key) && this.#items.size >= MAX_OWN_ITEMS) return
    this.#items.set(key, { item, nextAtMs: nowMs + delayMs * jitter(), isConfirmed: false })
  }

  /** Another node was seen to hold it. */
  saw(item: DhtItem, values: readonly DhtValue[]): void {
    if (!values.some((value) => bytesEqual(value.sigP, item.sigP))) return
    for (const own of this.#items.values()) if (own.item === item) own.isConfirmed = true
  }

  /** The next value whose time has come. */
  takeDue(nowMs: number): DhtItem | undefined {
    for (const own of this.#items.values()) {
      if (own.nextAtMs > nowMs) continue
      own.nextAtMs = nowMs + (own.isConfirmed ? REPUT_CONFIRMED_MS : REPUT_UNCONFIRMED_MS) * jitter()
      return own.item
    }
    return undefined
  }
}

function jitter(): number {
  return 0.9 + Math.random() / 5
}
