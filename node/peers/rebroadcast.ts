import { type Hash256, hashKey } from '../protocol/hash.ts'
import { MAX_REBROADCAST, REBROADCAST_INTERVAL_S } from './limits.ts'

/**
 * Which registrations are to be announced again: "Nobody rebroadcasts registrations … ADVICE: re-announce own unconfirmed
 * registrations (e.g. every 30 min)" (chain.md 5.8), and only when a block came that could have held them.
 */
export class Rebroadcast {
  readonly #announced = new Map<string, { readonly at: number; readonly height: number }>()

  /** `txids` is what the pool holds now; time in Unix seconds. A first look only begins to wait. */
  due(txids: readonly Hash256[], height: number, now: number): Hash256[] {
    const held = new Set(txids.map(hashKey))
    for (const key of this.#announced.keys()) if (!held.has(key)) this.#announced.delete(key)
    const due: Hash256[] = []
    for (const txid of txids) {
      const key = hashKey(txid)
      const last = this.#announced.get(key)
      const isDue = last !== undefined && height > last.height && now - last.at >= REBROADCAST_INTERVAL_S
      if (isDue && due.length >= MAX_REBROADCAST) continue
      if (isDue) due.push(txid)
      if (isDue || last === undefined) this.#announced.set(key, { at: now, height })
    }
    return due
  }
}
