import type { Connection } from './connection.ts'
import { CHOKE_ROTATION_MS, UNCHOKE_SLOTS } from './limits.ts'

/**
 * Who may ask: whoever is interested, as long as there are slots; when somebody waits, every 15 s the peer that has
 * been served least lately makes room. Who has got everything takes no slot and is not choked: it may ask for the next
 * post at once.
 */
export class UnchokeSlots {
  /** Unchoked and interested peers with the time of their last request. */
  readonly #served = new Map<Connection, number>()
  /** Unchoked peers that want nothing for now. */
  readonly #resting = new Set<Connection>()
  readonly #waiting = new Set<Connection>()
  #rotatedAtMs = 0

  want(connection: Connection): void {
    if (this.#served.has(connection)) return
    if (this.#served.size < UNCHOKE_SLOTS) this.#serve(connection)
    else this.#wait(connection)
  }

  used(connection: Connection): void {
    if (this.#served.has(connection)) this.#served.set(connection, performance.now())
  }

  /** The peer wants nothing for now. */
  rest(connection: Connection): void {
    this.#waiting.delete(connection)
    if (!this.#served.delete(connection)) return
    this.#resting.add(connection)
    this.#serveNext()
  }

  /** The peer is gone. */
  leave(connection: Connection): void {
    this.#waiting.delete(connection)
    this.#resting.delete(connection)
    if (this.#served.delete(connection)) this.#serveNext()
  }

  rotate(nowMs: number): void {
    if (this.#waiting.size === 0 || nowMs - this.#rotatedAtMs < CHOKE_ROTATION_MS) return
    this.#rotatedAtMs = nowMs
    const idle = [...this.#served].sort((a, b) => a[1] - b[1]).slice(0, this.#waiting.size)
    for (const [connection] of idle) {
      this.#served.delete(connection)
      connection.choke()
      this.#serveNext()
      this.#waiting.add(connection)
    }
  }

  #wait(connection: Connection): void {
    this.#waiting.add(connection)
    if (this.#resting.delete(connection)) connection.choke()
  }

  #serve(connection: Connection): void {
    this.#waiting.delete(connection)
    this.#served.set(connection, performance.now())
    if (!this.#resting.delete(connection)) connection.unchoke()
  }

  #serveNext(): void {
    const [next] = this.#waiting
    if (next !== undefined) this.#serve(next)
  }
}
