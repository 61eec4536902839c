import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Log } from '../log.ts'
import { bytesToHex, concatBytes, utf8Encode } from '../protocol/bytes.ts'
import type { Target } from '../protocol/dht-target.ts'
import { Bans } from './bans.ts'
import { Connection } from './connection.ts'
import type { ConnectionHandler, ConnectionHub } from './connection-handler.ts'
import {
  ENOUGH_CONNECTIONS,
  FEW_CONNECTIONS,
  MANY_CONNECTIONS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_IP_AND_SWARM,
  MAX_UNKNOWN_CONNECTIONS,
  MAX_UNKNOWN_CONNECTIONS_PER_IP,
  PEER_ID_PREFIX,
  SIMULTANEOUS_MS,
} from './limits.ts'
import { type Endpoint, isLoopback } from './peer-book.ts'
import type { Swarm } from './swarm.ts'

interface ConnectionPoolOptions {
  log: Log
  bind: string
  listenPort: () => number
  allowAddress: (ip: string) => boolean
  isPaused: () => boolean
  swarmByInfohash: (infoHash: Target) => Swarm | undefined
  onDhtPort: (endpoint: Endpoint) => void
  onViolation: (code: string) => void
}

/** All connections of all swarms: who may come in, who is dialled, who is banned. */
export class ConnectionPool implements ConnectionHub<Connection> {
  readonly peerId = concatBytes(utf8Encode(PEER_ID_PREFIX), randomBytes(12))
  readonly bans = new Bans()
  readonly #options: ConnectionPoolOptions
  readonly #connections = new Set<Connection>()
  /** Outgoing connections belong to a swarm from the start; incoming ones once they are welcome. */
  readonly #swarmOf = new Map<Connection, Swarm>()

  constructor(options: ConnectionPoolOptions) {
    this.#options = options
  }

  get listenPort(): number {
    return this.#options.listenPort()
  }

  /** "skipped while the torrent has >= 8 connections" (spec 4.2); when there are many, everybody gets along with few. */
  dialsFor(connections: number): number {
    if (this.#connections.size >= MAX_CONNECTIONS && connections === 0) this.#makeRoom()
    if (this.#connections.size >= MAX_CONNECTIONS) return 0
    const enough = this.#connections.size < MANY_CONNECTIONS ? ENOUGH_CONNECTIONS : FEW_CONNECTIONS
    return enough - connections
  }

  dial(swarm: Swarm, endpoint: Endpoint): void {
    const { bind, allowAddress } = this.#options
    const { host, port } = endpoint
    const isOurselves = port === this.listenPort && host === bind
    const isShunned = this.bans.isBanned(endpoint) && !swarm.isLastResort(endpoint)
    if (isOurselves || !allowAddress(host) || isShunned) {
      swarm.book.avoid(endpoint)
      return
    }
    const socket = connect({ host, port, localAddress: isLoopback(bind) ? bind : undefined })
    const connection = new Connection(socket, this, endpoint, true)
    this.#connections.add(connection)
    this.#swarmOf.set(connection, swarm)
    socket.once('connect', () => connection.greet(swarm.infoHash))
  }

  /** Somebody connects. */
  admit(socket: Socket): void {
    const host = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const remote: Endpoint = { host, port: socket.remotePort ?? 0 }
    if (this.#isCrowded(host) || !this.#options.allowAddress(host) || this.bans.isBanned(remote)) {
      socket.on('error', () => {})
      socket.destroy()
    } else this.#connections.add(new Connection(socket, this, remote, false))
  }

  leave(swarm: Swarm): void {
    for (const [connection, of] of [...this.#swarmOf]) if (of === swarm) connection.drop('unfollowed')
  }

  close(): void {
    for (const connection of [...this.#connections]) connection.drop('closing')
  }

  // ---- what connections ask for ----

  welcome(connection: Connection, infoHash: Target, peerId: string): ConnectionHandler<Connection> | string {
    const swarm = this.#options.swarmByInfohash(infoHash)
    const dialled = this.#swarmOf.get(connection)
    if (this.#options.isPaused()) return 'paused'
    // "Unknown infohash | connection closed" (spec 4.3).
    if (swarm === undefined) return 'unknown-swarm'
    if (dialled !== undefined && dialled !== swarm) return 'wrong-infohash'
    if (peerId === bytesToHex(this.peerId)) return 'self'
    if (swarm.isFull) return 'swarm-full'
    const { host } = connection.remote
    const neighbours = swarm.connections.filter((other) => other.remote.host === host)
    if (!isLoopback(host) && neighbours.length >= MAX_CONNECTIONS_PER_IP_AND_SWARM) return 'too-many-of-ip'
    const twin = swarm.connections.find((other) => other.peerId === peerId)
    if (twin !== undefined && !this.#isBetter(connection, twin)) {
      twin.listenEndpoint ??= connection.listenEndpoint
      return 'duplicate'
    }
    twin?.drop('duplicate')
    this.#swarmOf.set(connection, swarm)
    if (connection.isOutgoing) swarm.book.succeeded(connection.remote)
    return swarm
  }

  located(connection: Connection, endpoint: Endpoint): boolean {
    const swarm = this.#swarmOf.get(connection)
    if (this.bans.isBanned(endpoint)) return false
    swarm?.book.add(endpoint, 'incoming')
    swarm?.book.succeeded(endpoint)
    return true
  }

  onDhtPort(endpoint: Endpoint): void {
    if (endpoint.port > 0) this.#options.onDhtPort(endpoint)
  }

  violated(code: string): void {
    this.#options.onViolation(code)
  }

  ended(connection: Connection, reason: string): void {
    const swarm = this.#swarmOf.get(connection)
    this.#connections.delete(connection)
    this.#swarmOf.delete(connection)
    const { remote, isOutgoing, hasJoined } = connection
    this.#options.log.debug({ peer: `${remote.host}:${remote.port}`, user: swarm?.username, reason }, 'swarm peer gone')
    if (swarm === undefined || !isOutgoing) return
    const wasGood = (hasJoined && reason !== 'request-timeout') || reason === 'duplicate'
    if (reason === 'self') swarm.book.avoid(remote)
    else swarm.book.ended(remote, performance.now(), wasGood)
    if (!wasGood && swarm.connections.length === 0) swarm.failed(reason)
  }

  // Both sides dialled at once: both keep the connection of the side with the greater id.
  #isBetter(connection: Connection, twin: Connection): boolean {
    if (connection.isOutgoing === twin.isOutgoing) return false
    if (connection.openedAtMs - twin.openedAtMs > SIMULTANEOUS_MS) return false
    const isOursGreater = bytesToHex(this.peerId) > connection.peerId
    return connection.isOutgoing === isOursGreater
  }

  #isCrowded(host: string): boolean {
    if (this.#connections.size >= MAX_CONNECTIONS) return true
    let unknown = 0
    let unknownOfHost = 0
    for (const connection of this.#connections) {
      if (this.#swarmOf.has(connection)) continue
      unknown++
      if (connection.remote.host === host) unknownOfHost++
    }
    return unknown >= MAX_UNKNOWN_CONNECTIONS || (!isLoopback(host) && unknownOfHost >= MAX_UNKNOWN_CONNECTIONS_PER_IP)
  }

  /** The swarm with the most connections gives one for a swarm that has none. */
  #makeRoom(): void {
    const counts = new Map<Swarm, number>()
    for (const swarm of this.#swarmOf.values()) counts.set(swarm, (counts.get(swarm) ?? 0) + 1)
    const [richest] = [...counts].sort((a, b) => b[1] - a[1])
    if (richest === undefined || richest[1] <= FEW_CONNECTIONS) return
    const [oldest] = richest[0].connections
    oldest?.drop('making-room')
  }
}
