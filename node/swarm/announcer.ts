import type { Username } from '../protocol/username.ts'
import {
  ANNOUNCE_LOOPBACK_MS,
  ANNOUNCE_MS,
  ANNOUNCE_RETRY_LOOPBACK_MS,
  ANNOUNCE_RETRY_MS,
  MAX_ANNOUNCES_AT_ONCE,
} from './limits.ts'
import type { Endpoint } from './peer-book.ts'
import type { Swarm } from './swarm.ts'

/** The part of a DHT that swarms use. */
export interface SwarmDht {
  /** Peers of a user's swarm, told as they are found too. */
  peersOf(username: Username, onPeer?: (peer: Endpoint) => void): Promise<Endpoint[]>
  /** True if a node took the announcement. */
  announce(username: Username, port: number): Promise<boolean>
  addContact(host: string, port: number): void
  /** Called when contacts are there after there were none; returns what stops it. */
  onFilled(listener: () => void): () => void
}

type Announced = Pick<Swarm, 'username' | 'lastPostAtMs' | 'record' | 'size'>

interface Due {
  readonly swarm: Announced
  readonly wroteAtMs: number
  atMs: number
  isRunning: boolean
}

/** Looks up and announces each swarm "about every 15 min, at start, and when DHT nodes were just found" (spec 4.2). */
export class Announcer {
  readonly #dht: SwarmDht
  readonly #port: number
  readonly #isLoopback: boolean
  readonly #isPaused: () => boolean
  readonly #onPeer: (username: Username, peer: Endpoint) => void
  readonly #due = new Map<Username, Due>()
  readonly #stopListening: () => void
  #running = 0

  constructor(options: {
    dht: SwarmDht
    port: number
    isLoopback: boolean
    isPaused: () => boolean
    onPeer: (username: Username, peer: Endpoint) => void
  }) {
    this.#dht = options.dht
    this.#port = options.port
    this.#isLoopback = options.isLoopback
    this.#isPaused = options.isPaused
    this.#onPeer = options.onPeer
    this.#stopListening = options.dht.onFilled(() => {
      for (const due of this.#due.values()) due.atMs = 0
      this.tick(performance.now())
    })
  }

  add(swarm: Announced): void {
    this.#due.set(swarm.username, { swarm, wroteAtMs: swarm.lastPostAtMs, atMs: 0, isRunning: false })
  }

  remove(username: Username): void {
    this.#due.delete(username)
  }

  tick(nowMs: number): void {
    while (this.#running < MAX_ANNOUNCES_AT_ONCE && !this.#isPaused()) {
      const next = this.#next(nowMs)
      if (next === undefined) return
      void this.#announce(...next)
    }
  }

  close(): void {
    this.#stopListening()
    this.#due.clear()
  }

  /** Who has waited longest; of those who were never looked for, whose user wrote last. */
  #next(nowMs: number): [Username, Due] | undefined {
    let next: [Username, Due] | undefined
    for (const entry of this.#due) {
      const [, due] = entry
      if (due.isRunning || due.atMs > nowMs) continue
      if (next === undefined || due.atMs < next[1].atMs || (due.atMs === 0 && due.wroteAtMs > next[1].wroteAtMs)) {
        next = entry
      }
    }
    return next
  }

  async #announce(username: Username, due: Due): Promise<void> {
    due.isRunning = true
    due.swarm.record.tried()
    this.#running++
    const peers = await this.#dht.peersOf(username, (peer) => this.#onPeer(username, peer))
    if (peers.length === 0 && due.swarm.size === 0) due.swarm.record.failed('no-peers')
    const isTaken = await this.#dht.announce(username, this.#port)
    this.#running--
    due.isRunning = false
    due.atMs = performance.now() + this.#pauseMs(isTaken) * (0.9 + Math.random() / 5)
    this.tick(performance.now())
  }

  #pauseMs(isTaken: boolean): number {
    if (this.#isLoopback) return isTaken ? ANNOUNCE_LOOPBACK_MS : ANNOUNCE_RETRY_LOOPBACK_MS
    return isTaken ? ANNOUNCE_MS : ANNOUNCE_RETRY_MS
  }
}
