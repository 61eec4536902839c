import type { Connection } from './connection.ts'
import { CHOKE_ROTATION_MS, UNCHOKE_SLOTS } from './limits.ts'

/**
 * Who may ask: whoever is interested, as long as there are slots; when somebody waits, every 15 s the peer that has
 * been served least lately makes room.
 */
export class UnchokeSlots {
  /** Unchoked peers with the time of their last request. */
  readonly #served = new Map<Connection, number>()
  readonly #waiting = new Set<Connection>()
  #rotatedAtMs = 0

  want(connection: Connection): void {
    if (this.#served.has(connection)) return
    if (this.#served.size >= UNCHOKE_SLOTS) this.#waiting.add(connection)
    else this.#unchoke(connection)
  }

  used(connection: Connection): void {
    if (this.#served.has(connection)) this.#served.set(connection, performance.now())
  }

  release(connection: Connection): void {
    this.#waiting.delete(connection)
    if (!this.#served.delete(connection)) return
    connection.choke()
    const [next] = this.#waiting
    if (next !== undefined) this.#unchoke(next)
  }

  rotate(nowMs: number): void {
    if (this.#waiting.size === 0 || nowMs - this.#rotatedAtMs < CHOKE_ROTATION_MS) return
    this.#rotatedAtMs = nowMs
    const idle = [...this.#served].sort((a, b) => a[1] - b[1]).slice(0, this.#waiting.size)
    for (const [connection] of idle) {
      this.release(connection)
      this.#waiting.add(connection)
    }
  }

  #unchoke(connection: Connection): void {
    this.#waiting.delete(connection)
    this.#served.set(connection, performance.now())
    connection.unchoke()
  }
}
