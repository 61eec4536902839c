import { randomInt } from 'node:crypto'
import type { RemoteInfo, Socket } from 'node:dgram'
import { bytesEqual } from '../protocol/bytes.ts'
import type { DhtCall } from '../protocol/dht-call.ts'
import {
  type DhtError,
  type DhtFault,
  type DhtMessage,
  type DhtQuery,
  type DhtReply,
  encodeDhtError,
  encodeDhtQuery,
  encodeDhtReply,
  parseDhtMessage,
} from '../protocol/dht-message.ts'
import { isNodeIdOfIp, type NodeId } from '../protocol/node-id.ts'
import { type Endpoint, endpointKey } from './contact.ts'
import { FloodGuard } from './flood-guard.ts'
import { MAX_TRANSACTIONS, QUERY_SLOW_MS, QUERY_TIMEOUT_MS } from './limits.ts'
import { Pacer } from './pacer.ts'
import { Traffic } from './traffic.ts'

export type ReplyBody = Omit<DhtReply, 'kind' | 'transactionId' | 'version' | 'id'>

interface Transaction {
  readonly to: Endpoint
  readonly call: DhtCall
  readonly onSlow: (() => void) | undefined
  /** Ours at that time. */
  readonly localId: NodeId
  readonly isRetry: boolean
  readonly resolve: (reply: DhtReply | undefined | Promise<DhtReply | undefined>) => void
  slowTimer: NodeJS.Timeout | undefined
  timer: NodeJS.Timeout | undefined
}

interface RpcOptions {
  /** Bound. Rpc listens on it but does not close it. */
  socket: Socket
  localId: () => NodeId
  /** Asked before every packet. */
  isAllowed: (host: string) => boolean
  /** Neither asked nor answered otherwise. */
  isTrusted: (endpoint: Endpoint) => boolean
  isDiversityOn: boolean
  onQuery: (query: DhtQuery | DhtFault, from: Endpoint) => void
  /** A well-formed answer to a query of ours. */
  onAnswer: (reply: DhtReply, from: Endpoint) => void
  onSlow: (to: Endpoint) => void
  onTimeout: (to: Endpoint) => void
  /** "A reply containing r.ip is a vote for one's external IP" (spec 2.4). */
  onVote: (ip: string, voter: string) => void
}

/** Queries and answers over one UDP socket: transactions, time-outs, pacing and flood guard. */
export class Rpc {
  readonly traffic = new Traffic()
  readonly guard: FloodGuard
  readonly #options: RpcOptions
  readonly #transactions = new Map<number, Transaction>()
  /** How many answers we wait for, by address and port. */
  readonly #awaited = new Map<string, number>()
  readonly #pacer = new Pacer()
  #isClosed = false

  constructor(options: RpcOptions) {
    this.#options = options
    this.guard = new FloodGuard(options.isDiversityOn)
    options.socket.on('message', this.#onDatagram)
  }

  /** Resolves with the reply, or with undefined after the final time-out; `onSlow` after the short one. */
  call(to: Endpoint, call: DhtCall, onSlow?: () => void): Promise<DhtReply | undefined> {
    return this.#ask(to, call, onSlow, false)
  }

  #ask(to: Endpoint, call: DhtCall, onSlow: (() => void) | undefined, isRetry: boolean): Promise<DhtReply | undefined> {
    if (this.#isClosed || this.#transactions.size >= MAX_TRANSACTIONS) return Promise.resolve(undefined)
    if (!this.#options.isAllowed(to.host) || !this.#options.isTrusted(to)) {
      this.traffic.counts.disallowed++
      return Promise.resolve(undefined)
    }
    return new Promise((resolve) => {
      const localId = this.#options.localId()
      const times = { slowTimer: undefined, timer: undefined }
      this.#start({ to: { host: to.host, port: to.port }, call, onSlow, localId, isRetry, resolve, ...times })
    })
  }

  #start(transaction: Transaction): void {
    const { to, call, localId } = transaction
    const tid = this.#freeTid()
    const key = endpointKey(to)
    this.#transactions.set(tid, transaction)
    this.#awaited.set(key, (this.#awaited.get(key) ?? 0) + 1)
    const isPaced = this.#pacer.pace(to.host, 'query', () => {
      transaction.slowTimer = setTimeout(() => {
        this.#options.onSlow(to)
        transaction.onSlow?.()
      }, QUERY_SLOW_MS)
      transaction.timer = setTimeout(() => this.#timedOut(tid), QUERY_TIMEOUT_MS)
      this.traffic.asking.add(call.method)
      this.#send(to, encodeDhtQuery({ transactionId: tidBytes(tid), id: localId, call }))
    })
    if (isPaced) return
    this.traffic.counts.unsent++
    this.#settle(tid, undefined)
  }

  reply(to: Endpoint, query: { transactionId: Uint8Array }, body: ReplyBody): void {
    this.#answer(to, encodeDhtReply({ ...body, id: this.#options.localId(), transactionId: query.transactionId }))
  }

  error(to: Endpoint, query: { transactionId: Uint8Array }, text: string, hasId: boolean): void {
    this.traffic.refusing.add(text)
    const id = hasId ? this.#options.localId() : undefined
    this.#answer(to, encodeDhtError({ transactionId: query.transactionId, text, id }))
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  close(): void {
    this.#isClosed = true
    this.#options.socket.off('message', this.#onDatagram)
    this.#pacer.close()
    for (const tid of [...this.#transactions.keys()]) this.#settle(tid, undefined)
  }

  // Random and checked against address and port: "off-path spoofing; random ports/tids, check port" (spec 8.1 #16).
  #freeTid(): number {
    let tid = randomInt(0x10000)
    while (this.#transactions.has(tid)) tid = (tid + 1) & 0xffff
    return tid
  }

  #timedOut(tid: number): void {
    const transaction = this.#transactions.get(tid)
    if (transaction === undefined) return
    this.traffic.counts.timeouts++
    this.#settle(tid, undefined)
    this.#options.onTimeout(transaction.to)
  }

  #settle(tid: number, reply: DhtReply | undefined | Promise<DhtReply | undefined>): void {
    const transaction = this.#transactions.get(tid)
    if (transaction === undefined) return
    this.#transactions.delete(tid)
    const key = endpointKey(transaction.to)
    const left = (this.#awaited.get(key) ?? 1) - 1
    if (left > 0) this.#awaited.set(key, left)
    else this.#awaited.delete(key)
    clearTimeout(transaction.slowTimer)
    clearTimeout(transaction.timer)
    transaction.resolve(reply)
  }

  #answer(to: Endpoint, packet: Uint8Array): void {
    if (!this.#options.isAllowed(to.host)) return
    if (!this.guard.allowsReply(to.host, packet.length)) this.traffic.counts.flooded++
    else if (!this.#pacer.pace(to.host, 'answer', () => this.#send(to, packet))) this.traffic.counts.unsent++
  }

  #send(to: Endpoint, packet: Uint8Array): void {
    if (this.#isClosed) return
    this.traffic.counts.sent++
    // A send error (no route, full buffer) is a lost datagram like any other.
    this.#options.socket.send(packet, to.port, to.host, () => {})
  }

  readonly #onDatagram = (datagram: Uint8Array, info: RemoteInfo): void => {
    const from: Endpoint = { host: info.address, port: info.port }
    const { counts } = this.traffic
    counts.received++
    if (from.port === 0 || !this.#options.isAllowed(from.host)) counts.disallowed++
    else if (!this.#options.isTrusted(from)) counts.distrusted++
    else if (!this.guard.admits(from.host, this.#awaited.has(endpointKey(from)))) counts.flooded++
    else {
      // Parts of it are kept, and a Buffer's slice() does not copy: only plain arrays go on from here.
      const message = parseDhtMessage(new Uint8Array(datagram.buffer, datagram.byteOffset, datagram.byteLength))
      if (message === undefined) counts.malformed++
      else this.#dispatch(message, from)
    }
  }

  #dispatch(message: DhtMessage, from: Endpoint): void {
    if (message.kind === 'query' || message.kind === 'fault') {
      this.traffic.asked.add(message.kind === 'query' ? message.call.method : 'faulty')
      this.#options.onQuery(message, from)
      return
    }
    const tid = tidOf(message.transactionId)
    const transaction = tid === undefined ? undefined : this.#transactions.get(tid)
    // An answer to nothing is not answered: "error replies to unknown responses | reflection" (spec 8.1 #17).
    if (tid === undefined || transaction === undefined || endpointKey(transaction.to) !== endpointKey(from)) {
      this.traffic.counts.unmatched++
      return
    }
    this.guard.prove(from.host)
    this.#answered(tid, transaction, message)
  }

  #answered(tid: number, { to, call, onSlow, localId, isRetry }: Transaction, message: DhtReply | DhtError): void {
    // "z=e packets: printed only" (spec 2.5): waiting on would be no use, the query has failed.
    if (message.kind === 'error') {
      this.traffic.refused.add(message.text)
      this.#settle(tid, undefined)
      return
    }
    // The reply is otherwise treated as a time-out (rpc_manager.cpp:343-369). Whoever asked first should not lose by it:
    // once we have an id that fits, the question is put again.
    if (message.ip !== undefined) {
      this.#options.onVote(message.ip, to.host)
      const isMoved = !bytesEqual(localId, this.#options.localId())
      this.#settle(tid, isMoved && !isRetry ? this.#ask(to, call, onSlow, true) : undefined)
      return
    }
    // "SHOULD: also check ids on replies" (spec 2.4, 8.1 #3); private addresses are exempt.
    if (!isNodeIdOfIp(message.id, to.host) || bytesEqual(message.id, this.#options.localId())) {
      this.traffic.counts.unmatched++
      this.#settle(tid, undefined)
      return
    }
    this.#options.onAnswer(message, to)
    this.#settle(tid, message)
  }
}

function tidBytes(tid: number): Uint8Array {
  return Uint8Array.of(tid >> 8, tid & 0xff)
}

function tidOf(bytes: Uint8Array): number | undefined {
  const [high, low] = bytes
  return bytes.length === 2 && high !== undefined && low !== undefined ? high * 256 + low : undefined
}
