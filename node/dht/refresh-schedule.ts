import { bytesEqual, bytesToHex } from '../protocol/bytes.ts'
import type { DhtItem, RawDhtItem } from '../protocol/dht-item.ts'
import { type Target, targetHash } from '../protocol/dht-target.ts'
import {
  FIRST_REPUT_MS,
  MAX_REFRESHED_ITEMS,
  REPUT_CONFIRMED_MS,
  REPUT_FIRST_ITEM_MS,
  REPUT_UNCONFIRMED_MS,
  UNCONFIRMED_LIFE_MS,
} from './limits.ts'

export interface Refreshed {
  readonly target: Target
  /** Of a multi, which value of its target. */
  readonly sigP: Uint8Array | undefined
  /** Some other node is known to hold it. */
  isConfirmed: boolean
  nextAtMs: number
  readonly addedAtMs: number
}

/**
 * When which value is put again: "unconfirmed (own, fresh): every 1 min ±10 %; becomes confirmed when any reply contains
 * the same sig_p, or 2 days after adding; confirmed: every 60 min ±10 %" (spec 3.6).
 */
export class RefreshSchedule {
  readonly #entries = new Map<string, Refreshed>()

  get size(): number {
    return this.#entries.size
  }

  /** Written on this node just now. */
  addFresh(item: DhtItem, nowMs: number): void {
    this.#set(item, false, nowMs + REPUT_UNCONFIRMED_MS * jitter(), nowMs)
  }

  /** Came from another node, which has just put it to those nearest to it: there is an hour until it is our turn. */
  addConfirmed(item: DhtItem, nowMs: number): void {
    const known = this.#entries.get(keyOf(item))
    if (known === undefined) this.#set(item, true, nowMs + REPUT_CONFIRMED_MS * jitter(), nowMs)
  }

  /** Somebody else has put it again. */
  postpone(item: RawDhtItem, target: Target, isMulti: boolean, nowMs: number): void {
    const entry = this.#entries.get(textKey(target, isMulti ? item.sigP : undefined))
    if (entry?.isConfirmed === true) entry.nextAtMs = nowMs + REPUT_CONFIRMED_MS * jitter()
  }

  /** Lay in the store at the start: "first refresh spread over 1 min + random·max(60 min, 0.5 s·n)" (spec 2.9). */
  addStored(item: DhtItem, nowMs: number, count: number): void {
    const spreadMs = Math.max(REPUT_CONFIRMED_MS, REPUT_FIRST_ITEM_MS * count)
    this.#set(item, true, nowMs + FIRST_REPUT_MS + Math.random() * spreadMs, nowMs)
  }

  /** A reply to a refresh. */
  saw(item: DhtItem, values: readonly RawDhtItem[]): void {
    const entry = this.#entries.get(keyOf(item))
    if (entry === undefined || entry.isConfirmed) return
    if (!values.some((value) => bytesEqual(value.sigP, item.sigP))) return
    entry.isConfirmed = true
    entry.nextAtMs += REPUT_CONFIRMED_MS - REPUT_UNCONFIRMED_MS
  }

  /** The next value whose time has come. */
  takeDue(nowMs: number): Refreshed | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.nextAtMs > nowMs) continue
      if (nowMs - entry.addedAtMs > UNCONFIRMED_LIFE_MS) entry.isConfirmed = true
      entry.nextAtMs = nowMs + (entry.isConfirmed ? REPUT_CONFIRMED_MS : REPUT_UNCONFIRMED_MS) * jitter()
      return entry
    }
    return undefined
  }

  remove({ target, sigP }: Refreshed): void {
    this.#entries.delete(textKey(target, sigP))
  }

  #set(item: DhtItem, isConfirmed: boolean, nextAtMs: number, addedAtMs: number): void {
    const key = keyOf(item)
    if (!this.#entries.has(key) && this.#entries.size >= MAX_REFRESHED_ITEMS) return
    const sigP = item.resource.t === 'm' ? item.sigP : undefined
    this.#entries.set(key, { target: targetHash(item.resource), sigP, isConfirmed, nextAtMs, addedAtMs })
  }
}

function keyOf({ resource, sigP }: DhtItem): string {
  return textKey(targetHash(resource), resource.t === 'm' ? sigP : undefined)
}

function textKey(target: Target, sigP: Uint8Array | undefined): string {
  return sigP === undefined ? bytesToHex(target) : `${bytesToHex(target)} ${bytesToHex(sigP)}`
}

function jitter(): number {
  return 0.9 + Math.random() / 5
}
