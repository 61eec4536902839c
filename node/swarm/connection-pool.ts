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
  MAX_DIALLING,
  MAX_INCOMING_CONNECTIONS,
  MAX_UNSENT_TOTAL_BYTES,
  MIN_STAY_MS,
  PEER_ID_PREFIX,
  SIMULTANEOUS_MS,
} from './limits.ts'
import { Newcomers } from './newcomers.ts'
import { type Endpoint, endpointKey, isLoopback } from './peer-book.ts'
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
  /** Others can be dialled, after nobody could for a while. */
  onRoom: () => void
}

/** All connections of all swarms: who may come in, who is dialled, who is banned. */
export class ConnectionPool implements ConnectionHub<Connection> {
  readonly peerId = concatBytes(utf8Encode(PEER_ID_PREFIX), randomBytes(12))
  readonly bans = new Bans()
  readonly #options: ConnectionPoolOptions
  readonly #connections = new Set<Connection>()
  /** Outgoing ones that nobody has answered yet. */
  readonly #dialling = new Set<Connection>()
  readonly #newcomers = new Newcomers()
  #incoming = 0
  /** Nobody is dialled until half of them are done. */
  isBusy = false
  /** Outgoing connections belong to a swarm from the start; incoming ones once they are welcome. */
  readonly #swarmOf = new Map<Connection, Swarm>()

  constructor(options: ConnectionPoolOptions) {
    this.#options = options
  }

  get listenPort(): number {
    return this.#options.listenPort()
  }

  /** "skipped while the torrent has >= 8 connections" (spec 4.2); when there are many, everybody gets along with few. */
  isShort(swarm: Swarm): boolean {
    return swarm.size < this.#enough
  }

  /** Dials whom the swarm knows and is not connected to, as far as there is room. */
  dialSome(swarm: Swarm, nowMs: number): void {
    const busy = new Set<string>()
    for (const { remote, listenEndpoint } of swarm.connections) {
      busy.add(endpointKey(remote))
      if (listenEndpoint !== undefined) busy.add(endpointKey(listenEndpoint))
    }
    for (const endpoint of swarm.book.due(nowMs, (key) => busy.has(key), this.#enough - swarm.size)) {
      if (swarm.size === 0 && this.#connections.size >= MAX_CONNECTIONS) this.#makeRoom(nowMs)
      if (this.#dialling.size >= MAX_DIALLING) this.isBusy = true
      if (this.#connections.size >= MAX_CONNECTIONS || this.isBusy) return
      swarm.book.dialling(endpoint)
      swarm.record.tried()
      this.#dial(swarm, endpoint)
    }
  }

  get #enough(): number {
    return this.#connections.size < MANY_CONNECTIONS ? ENOUGH_CONNECTIONS : FEW_CONNECTIONS
  }

  #dial(swarm: Swarm, endpoint: Endpoint): void {
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
    this.#dialling.add(connection)
    this.#swarmOf.set(connection, swarm)
    socket.once('connect', () => connection.greet(swarm.infoHash))
  }

  /** Somebody connects. */
  admit(socket: Socket): void {
    const host = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const remote: Endpoint = { host, port: socket.remotePort ?? 0 }
    const isFull = this.#connections.size >= MAX_CONNECTIONS || this.#incoming >= MAX_INCOMING_CONNECTIONS
    const isWelcome = !isFull && this.#newcomers.hasRoomFor(host)
    if (!isWelcome || !this.#options.allowAddress(host) || this.bans.isBanned(remote)) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    const connection = new Connection(socket, this, remote, false)
    this.#connections.add(connection)
    this.#incoming++
    this.#newcomers.add(connection)
  }

  leave(swarm: Swarm): void {
    for (const [connection, of] of [...this.#swarmOf]) if (of === swarm) connection.drop('unfollowed')
  }

  /** Those who read least go, when all together leave too much unread. */
  tick(): void {
    let total = 0
    for (const connection of this.#connections) total += connection.unsentBytes
    if (total <= MAX_UNSENT_TOTAL_BYTES) return
    const slowest = [...this.#connections].sort((a, b) => b.unsentBytes - a.unsentBytes)
    for (const connection of slowest) {
      if (total <= MAX_UNSENT_TOTAL_BYTES) return
      total -= connection.unsentBytes
      connection.drop('slow-reader')
    }
  }

  close(reason = 'closing'): void {
    for (const connection of [...this.#connections]) connection.drop(reason)
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
    if (swarm.isFull(connection.isOutgoing)) return 'swarm-full'
    const { host } = connection.remote
    const neighbours = swarm.connections.filter((other) => other.remote.host === host)
    if (!isLoopback(host) && neighbours.length >= MAX_CONNECTIONS_PER_IP_AND_SWARM) return 'too-many-of-ip'
    const twin = swarm.connections.find((other) => other.peerId === peerId)
    if (twin !== undefined && !this.#isBetter(connection, twin)) {
      twin.listenEndpoint ??= connection.listenEndpoint
      return 'duplicate'
    }
    twin?.drop('duplicate')
    this.#answered(connection)
    this.#newcomers.remove(connection)
    // The newest is the last.
    this.#swarmOf.delete(connection)
    this.#swarmOf.set(connection, swarm)
    if (connection.isOutgoing) swarm.book.succeeded(connection.remote)
    return swarm.handler
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
    this.#newcomers.remove(connection)
    if (!connection.isOutgoing) this.#incoming--
    this.#answered(connection)
    this.#swarmOf.delete(connection)
    const { remote, isOutgoing, hasJoined } = connection
    this.#options.log.debug({ peer: `${remote.host}:${remote.port}`, user: swarm?.username, reason }, 'swarm peer gone')
    if (swarm === undefined || !isOutgoing) return
    const wasGood = (hasJoined && reason !== 'request-timeout') || reason === 'duplicate'
    if (reason === 'self') swarm.book.avoid(remote)
    else swarm.book.ended(remote, performance.now(), wasGood)
    if (!wasGood && swarm.size === 0) swarm.record.failed(reason)
  }

  #answered(connection: Connection): void {
    this.#dialling.delete(connection)
    if (!this.isBusy || this.#dialling.size > MAX_DIALLING / 2) return
    this.isBusy = false
    setImmediate(() => this.#options.onRoom())
  }

  // Both sides dialled at once: both keep the connection of the side with the greater id.
  #isBetter(connection: Connection, twin: Connection): boolean {
    if (connection.isOutgoing === twin.isOutgoing) return false
    if (connection.openedAtMs - twin.openedAtMs > SIMULTANEOUS_MS) return false
    const isOursGreater = bytesToHex(this.peerId) > connection.peerId
    return connection.isOutgoing === isOursGreater
  }

  /**
   * For a swarm without connections: the swarm with the most gives its oldest one; when all have few, the oldest of all
   * that has been there for a while and has nothing more to give.
   */
  #makeRoom(nowMs: number): void {
    let richest: Swarm | undefined
    let idle: Connection | undefined
    for (const [connection, swarm] of this.#swarmOf) {
      if (swarm.size > (richest?.size ?? FEW_CONNECTIONS)) richest = swarm
      if (idle === undefined && nowMs - connection.openedAtMs > MIN_STAY_MS && swarm.isIdle(connection))
        idle = connection
    }
    const leaves = richest?.connections[0] ?? idle
    leaves?.drop('making-room')
  }
}
