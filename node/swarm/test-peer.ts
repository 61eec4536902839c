import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { concatBytes, utf8Encode } from '../protocol/bytes.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import type { Username } from '../protocol/username.ts'
import { encodeExtendedHandshake } from '../protocol/wire-extension.ts'
import { bitfieldOf, encodeHandshake, encodeWireMessage, type WireMessage } from '../protocol/wire-message.ts'
import { WireReader } from '../protocol/wire-reader.ts'

interface TestPeerOptions {
  host: string
  user: Username
  pieces: Map<number, Uint8Array>
  /** Says nothing of FAST and extensions. */
  isPlain?: boolean
  /** Unchokes whoever is interested, as the reference does, and nobody else. */
  isReserved?: boolean
}

/** The simplest possible member of a swarm: says what it has, unchokes, and answers requests. */
export class TestPeer {
  readonly server: Server
  readonly sockets: Socket[] = []
  readonly received: WireMessage[] = []
  /** Gives nothing. */
  isMute = false
  #claimed: readonly number[] = []
  readonly #options: TestPeerOptions

  private constructor(options: TestPeerOptions) {
    this.#options = options
    this.server = createServer((socket) => this.#serve(socket))
  }

  static async open(options: TestPeerOptions): Promise<TestPeer> {
    const peer = new TestPeer(options)
    await new Promise<void>((resolve) => peer.server.listen(0, options.host, resolve))
    return peer
  }

  get endpoint(): { host: string; port: number } {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return { host: this.#options.host, port: address.port }
  }

  /** Says that it has these too. */
  claim(from: number, to: number): void {
    this.#claimed = Array.from({ length: to - from }, (_, index) => from + index)
  }

  say(message: WireMessage): void {
    for (const socket of this.sockets) if (!socket.destroyed) socket.write(encodeWireMessage(message))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    this.sockets.push(socket)
    socket.on('error', () => {})
    const reader = new WireReader()
    socket.on('data', (chunk) => {
      for (const message of reader.push(chunk).messages) {
        if (message.kind === 'handshake') this.#greet(socket)
        else this.#answer(socket, message)
      }
    })
  }

  #greet(socket: Socket): void {
    const { user, pieces, isPlain } = this.#options
    const peerId = concatBytes(utf8Encode('-TEST00-'), randomBytes(12))
    const reserved = isPlain ? new Uint8Array(8) : undefined
    socket.write(encodeHandshake({ infohash: swarmInfohash(user), peerId, reserved }))
    if (!isPlain) {
      const payload = encodeExtendedHandshake({ utPex: 1, requestQueue: 250, version: 'test' })
      socket.write(encodeWireMessage({ kind: 'extended', extension: 0, payload }))
    }
    const shown = new Set([...pieces.keys(), ...this.#claimed])
    const count = Math.max(-1, ...shown) + 2
    socket.write(encodeWireMessage({ kind: 'bitfield', bits: bitfieldOf(count, (k) => shown.has(k)) }))
    if (!this.#options.isReserved) socket.write(encodeWireMessage({ kind: 'unchoke' }))
  }

  #answer(socket: Socket, message: WireMessage): void {
    this.received.push(message)
    if (message.kind === 'interested' && this.#options.isReserved) socket.write(encodeWireMessage({ kind: 'unchoke' }))
    if (message.kind !== 'request' || this.isMute) return
    const data = this.#options.pieces.get(message.k)
    if (data !== undefined) socket.write(encodeWireMessage({ kind: 'piece', k: message.k, start: 0, data }))
  }
}
