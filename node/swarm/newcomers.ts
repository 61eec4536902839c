import type { Connection } from './connection.ts'
import { MAX_UNKNOWN_CONNECTIONS, MAX_UNKNOWN_CONNECTIONS_PER_IP } from './limits.ts'
import { isLoopback } from './peer-book.ts'

/**
 * Connections that came in and have not said yet which swarm they are for. Who opens many and says nothing keeps nobody
 * else out: the oldest of the address with the most makes room.
 */
export class Newcomers {
  /** The oldest first. */
  readonly #connections = new Set<Connection>()

  /** False if its address has as many as one may have. */
  hasRoomFor(host: string): boolean {
    if (isLoopback(host)) return true
    let ofHost = 0
    for (const { remote } of this.#connections) if (remote.host === host) ofHost++
    return ofHost < MAX_UNKNOWN_CONNECTIONS_PER_IP
  }

  add(connection: Connection): void {
    if (this.#connections.size >= MAX_UNKNOWN_CONNECTIONS) this.#oldestOfMost()?.drop('making-room')
    this.#connections.add(connection)
  }

  /** It has said it, or is gone. */
  remove(connection: Connection): void {
    this.#connections.delete(connection)
  }

  #oldestOfMost(): Connection | undefined {
    const oldest = new Map<string, { first: Connection; count: number }>()
    for (const connection of this.#connections) {
      const { host } = connection.remote
      const known = oldest.get(host)
      if (known === undefined) oldest.set(host, { first: connection, count: 1 })
      else known.count++
    }
    let most: { first: Connection; count: number } | undefined
    for (const ofHost of oldest.values()) if (most === undefined || ofHost.count > most.count) most = ofHost
    return most?.first
  }
}
