import type { Socket } from 'node:net'
import { bytesToHex } from '../protocol/bytes.ts'
import type { Target } from '../protocol/dht-target.ts'
import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import { encodeExtendedHandshake, parseExtendedHandshake } from '../protocol/wire-extension.ts'
import {
  encodeWireMessage,
  handshakeFlags,
  isWholePiece,
  OUR_RESERVED,
  requestPiece,
  type WireMessage,
} from '../protocol/wire-message.ts'
import { WireReader, type WireReading } from '../protocol/wire-reader.ts'
import type { ConnectionHandler, ConnectionHub } from './connection-handler.ts'
import { extensionFields, sayHello } from './greeting.ts'
import { Intake } from './intake.ts'
import {
  CONNECT_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  HASHCASH_BITS,
  MAX_HELD_MESSAGES,
  PEER_SILENCE_MS,
} from './limits.ts'
import { PeekGate } from './peek-gate.ts'
import type { Endpoint } from './peer-book.ts'
import { SocketWriter } from './socket-writer.ts'
import { TwisterWire } from './twister-wire.ts'

type Incoming = WireReading['messages'][number]

/** One TCP connection of one swarm: reads and writes its messages, and keeps its protocol state in a TwisterWire. */
export class Connection {
  readonly remote: Endpoint
  readonly isOutgoing: boolean
  /** Where the peer listens: dialled by us, or told by it. */
  listenEndpoint: Endpoint | undefined
  /** Hex; empty before its handshake. */
  peerId = ''
  readonly openedAtMs = performance.now()
  isClosed = false
  /** Both handshakes are done. */
  hasJoined = false
  readonly #socket: Socket
  readonly #hub: ConnectionHub<Connection>
  readonly #reader = new WireReader()
  readonly #wire: TwisterWire
  readonly #writer: SocketWriter
  readonly #peek = new PeekGate()
  readonly #intake: Intake
  #handler: ConnectionHandler<Connection> | undefined
  readonly #handshakeTimer: NodeJS.Timeout
  /** Messages that came before our own greeting was out. */
  #heldBack: WireMessage[] | undefined = []
  #hasPeek = false
  #hasDht = false
  #heardAtMs = performance.now()

  constructor(socket: Socket, hub: ConnectionHub<Connection>, remote: Endpoint, isOutgoing: boolean) {
    this.#socket = socket
    this.#hub = hub
    this.remote = remote
    this.isOutgoing = isOutgoing
    if (isOutgoing) this.listenEndpoint = remote
    this.#writer = new SocketWriter(socket)
    this.#intake = new Intake(socket)
    this.#wire = new TwisterWire((bytes) => this.#send(bytes))
    this.#listenToWire()
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('error', (error) => this.drop('code' in error ? String(error.code) : 'socket-error'))
    socket.on('close', () => this.drop('closed'))
    this.#handshakeTimer = setTimeout(
      () => this.drop('handshake-timeout'),
      isOutgoing ? CONNECT_TIMEOUT_MS + HANDSHAKE_TIMEOUT_MS : HANDSHAKE_TIMEOUT_MS,
    )
  }

  get hasFast(): boolean {
    return this.#wire.hasFast
  }

  get isChoked(): boolean {
    return this.#wire.peerChoking
  }

  /** Written, and not taken by the other side. */
  get unsentBytes(): number {
    return this.#writer.unsentBytes
  }

  /** Pieces that the peer lets us ask for while it chokes us. */
  get fastPieces(): readonly number[] {
    return this.#wire.peerAllowedFastSet
  }

  /** Speaks first, on an outgoing connection. */
  greet(infohash: Target): void {
    this.#wire.extendedHandshake = extensionFields(this.remote, this.isOutgoing ? this.#hub.listenPort : undefined)
    this.#wire.greet({ infohash, peerId: this.#hub.peerId })
  }

  have(k: number): void {
    this.#wire.have(k)
  }

  request(k: number): void {
    this.#send(encodeWireMessage(requestPiece(k)))
  }

  setInterested(isInterested: boolean): void {
    if (isInterested) this.#wire.interested()
    else this.#wire.uninterested()
  }

  choke(): void {
    this.#wire.choke()
  }

  unchoke(): void {
    this.#wire.unchoke()
  }

  exchangePeers(members: readonly Endpoint[], nowMs: number): void {
    this.#wire.ut_pex.tell(members, nowMs)
  }

  dropIfSilent(nowMs: number): void {
    if (nowMs - this.#heardAtMs >= PEER_SILENCE_MS) this.drop('silence')
    else if (this.#intake.isDripping(nowMs)) this.drop('slow-message')
    else if (this.#writer.isStuck(nowMs)) this.drop('slow-reader')
  }

  /** Ends the connection; idempotent. */
  drop(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    clearTimeout(this.#handshakeTimer)
    this.#intake.close()
    this.#heldBack = undefined
    this.#wire.destroy()
    this.#socket.destroy()
    this.#handler?.leave(this)
    this.#hub.ended(this, reason)
  }

  #send(bytes: Uint8Array): void {
    if (!this.isClosed && !this.#writer.write(bytes)) this.drop('slow-reader')
  }

  #onData(chunk: Uint8Array): void {
    this.#heardAtMs = performance.now()
    const written = this.#writer.written
    const { messages, violation } = this.#reader.push(chunk)
    for (const message of messages) {
      if (this.isClosed) return
      if (message.kind === 'handshake') this.#onHandshake(message)
      else if (this.#heldBack === undefined) this.#onMessage(message)
      else if (this.#heldBack.length < MAX_HELD_MESSAGES) this.#heldBack.push(message)
      else this.drop('flood')
    }
    if (!this.isClosed) this.#intake.took(messages, this.#reader.unfinishedBytes, this.#heardAtMs)
    if (violation !== undefined) this.#violated(violation)
    else if (this.#writer.written === written && messages.some(({ kind }) => kind !== 'keep-alive')) this.#acknowledge()
  }

  // The reference leaves Nagle's algorithm on: after a small message, an unchoke or a `port`, the piece we wait for stays
  // with it until that is acknowledged, which the system does by itself only after 40 ms; with bytes of ours it does at once.
  #acknowledge(): void {
    if (!this.isClosed && this.#wire.amInterested) this.#wire.keepAlive()
  }

  #violated(code: string): void {
    if (this.isClosed) return
    this.#hub.violated(code)
    this.drop(code)
  }

  #onHandshake(handshake: Extract<Incoming, { kind: 'handshake' }>): void {
    clearTimeout(this.#handshakeTimer)
    this.peerId = bytesToHex(handshake.peerId)
    const handler = this.#hub.welcome(this, handshake.infohash, this.peerId)
    if (typeof handler === 'string') {
      this.drop(handler)
      return
    }
    this.#handler = handler
    const { hasPeek, hasDht } = handshakeFlags(handshake)
    this.#hasPeek = hasPeek
    this.#hasDht = hasDht
    this.#wire.feedHandshake({ ...handshake, reserved: handshake.reserved ?? OUR_RESERVED })
  }

  /** The Wire has taken the peer's handshake; ours and the extension handshake go first, then what we have. */
  #onGreeted(handler: ConnectionHandler<Connection>): void {
    if (!this.isOutgoing) this.greet(handler.infoHash)
    queueMicrotask(() => {
      if (this.isClosed) return
      this.hasJoined = true
      handler.join(this)
      sayHello(this.#wire, handler, this.remote, this.#hasDht ? this.#hub.listenPort : undefined)
      // "→ hashcash_nbits (10, if PEEK)" (spec 4.3).
      if (this.#hasPeek) this.#send(encodeWireMessage({ kind: 'hashcash-nbits', nbits: HASHCASH_BITS }))
      const held = this.#heldBack ?? []
      this.#heldBack = undefined
      for (const message of held) if (!this.isClosed) this.#onMessage(message)
    })
  }

  #onMessage(message: WireMessage): void {
    const handler = this.#handler
    if (handler === undefined) return
    if ('k' in message && message.k >= MAX_SWARM_PIECES) {
      this.drop('piece-number-too-big')
      return
    }
    switch (message.kind) {
      case 'have':
        handler.onHave(this, message.k)
        return
      case 'have-all':
        handler.onHaveAll(this)
        return
      case 'bitfield':
        handler.onBitfield(this, message.bits)
        return
      case 'piece':
        handler.onPiece(this, message.k, message.data)
        return
      case 'port':
        this.#hub.onDhtPort({ host: this.remote.host, port: message.port })
        return
      case 'hashcash-nonce':
        if (!this.#peek.take(message.nonce)) this.drop('second-nonce')
        return
      case 'request':
        this.#onRequest(handler, message)
        return
      case 'extended':
        this.#onExtended(message.extension, message.payload)
        return
      case 'hashcash-nbits':
      case 'suggest':
      case 'unknown':
        return
      default:
        this.#wire.feed(message)
        return
    }
  }

  /** A choked peer that has paid gets its piece; else the Wire decides. */
  #onRequest(handler: ConnectionHandler<Connection>, message: Extract<WireMessage, { kind: 'request' }>): void {
    const { k } = message
    if (!this.#wire.amChoking || !this.#peek.isPaid(handler.infoHash, k)) {
      this.#wire.feed(message)
      return
    }
    const data = isWholePiece(message) ? handler.pieceFor(this, k) : undefined
    this.#send(
      encodeWireMessage(data === undefined ? { ...message, kind: 'reject' } : { kind: 'piece', k, start: 0, data }),
    )
  }

  /** A handshake is read by our own codec, and only its numbers go on: the Wire's would trust foreign objects. */
  #onExtended(extension: number, payload: Uint8Array): void {
    if (extension !== 0) {
      this.#wire.feed({ kind: 'extended', extension, payload })
      return
    }
    const handshake = parseExtendedHandshake(payload)
    if (handshake === undefined) return
    const { utPex, listenPort } = handshake
    this.#wire.feed({ kind: 'extended', extension, payload: encodeExtendedHandshake({ utPex, listenPort }) })
    if (this.isOutgoing || listenPort === undefined || listenPort === 0) return
    this.listenEndpoint = { host: this.remote.host, port: listenPort }
    if (!this.#hub.located(this, this.listenEndpoint)) this.drop('banned')
  }

  #listenToWire(): void {
    const wire = this.#wire
    const report = (act: (handler: ConnectionHandler<Connection>) => void) => {
      if (!this.isClosed && this.#handler !== undefined) act(this.#handler)
    }
    wire.on('error', () => this.drop('wire-error'))
    wire.on('close', () => this.drop('protocol-violation'))
    wire.on('handshake', () => report((handler) => this.#onGreeted(handler)))
    wire.on('choke', () => report((handler) => handler.onChoke(this)))
    wire.on('unchoke', () => report((handler) => handler.onUnchoke(this)))
    wire.on('interested', () => report((handler) => handler.onInterested(this)))
    wire.on('uninterested', () => report((handler) => handler.onUninterested(this)))
    wire.on('allowed-fast', () => report((handler) => handler.onAllowedFast(this)))
    wire.on('reject', (k) => report((handler) => handler.onReject(this, k)))
    wire.on('request', (k, start, length, respond) => {
      report((handler) => {
        const isServed = isWholePiece({ start, length }) && !this.#writer.isBehind
        const piece = isServed ? handler.pieceFor(this, k) : undefined
        if (piece === undefined) respond(new Error('not available'))
        else respond(null, piece)
      })
    })
    wire.ut_pex.onPeers = (endpoints) => report((handler) => handler.onPeers(endpoints))
    wire.ut_pex.onFlood = () => this.drop('pex-flood')
  }
}
