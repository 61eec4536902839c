import { randomInt } from 'node:crypto'
import type { RemoteInfo, Socket } from 'node:dgram'
import { bytesEqual } from '../protocol/bytes.ts'
import type { DhtCall } from '../protocol/dht-call.ts'
import {
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
import {
  FLOOD_BURST,
  FLOOD_PER_SECOND,
  MAX_FLOOD_IPS,
  MAX_TRANSACTIONS,
  QUERY_SLOW_MS,
  QUERY_TIMEOUT_MS,
  REPLY_BYTES_BURST,
  REPLY_BYTES_PER_SECOND,
} from './limits.ts'
import { Pacer } from './pacer.ts'
import { TokenBuckets } from './token-bucket.ts'

export type ReplyBody = Omit<DhtReply, 'kind' | 'transactionId' | 'version' | 'id'>

interface Transaction {
  readonly to: Endpoint
  readonly resolve: (reply: DhtReply | undefined) => void
  slowTimer: NodeJS.Timeout | undefined
  timer: NodeJS.Timeout | undefined
}

interface RpcOptions {
  /** Bound. Rpc listens on it but does not close it. */
  socket: Socket
  localId: () => NodeId
  /** Asked before every packet. */
  isAllowed: (host: string) => boolean
  onQuery: (query: DhtQuery | DhtFault, from: Endpoint) => void
  /** A well-formed answer to a query of ours. */
  onAnswer: (reply: DhtReply, from: Endpoint) => void
  onTimeout: (to: Endpoint) => void
  /** "A reply containing r.ip is a vote for one's external IP" (spec 2.4). */
  onVote: (ip: string, voter: string) => void
}

/** Queries and answers over one UDP socket: transactions, time-outs, pacing and flood guard. */
export class Rpc {
  readonly counts = { received: 0, sent: 0, malformed: 0, unmatched: 0, flooded: 0, disallowed: 0, timeouts: 0 }
  readonly #options: RpcOptions
  readonly #transactions = new Map<number, Transaction>()
  readonly #pacer = new Pacer()
  readonly #inbound = new TokenBuckets({ perSecond: FLOOD_PER_SECOND, burst: FLOOD_BURST, maxKeys: MAX_FLOOD_IPS })
  readonly #replyBytes = new TokenBuckets({
    perSecond: REPLY_BYTES_PER_SECOND,
    burst: REPLY_BYTES_BURST,
    maxKeys: MAX_FLOOD_IPS,
  })
  #isClosed = false

  constructor(options: RpcOptions) {
    this.#options = options
    options.socket.on('message', this.#onDatagram)
  }

  /** Resolves with the reply, or with undefined after the final time-out; `onSlow` after the short one. */
  call(to: Endpoint, call: DhtCall, onSlow?: () => void): Promise<DhtReply | undefined> {
    if (this.#isClosed || this.#transactions.size >= MAX_TRANSACTIONS) return Promise.resolve(undefined)
    if (!this.#options.isAllowed(to.host)) {
      this.counts.disallowed++
      return Promise.resolve(undefined)
    }
    return new Promise((resolve) => {
      const tid = this.#freeTid()
      const transaction: Transaction = { to, resolve, slowTimer: undefined, timer: undefined }
      this.#transactions.set(tid, transaction)
      const isPaced = this.#pacer.pace(to.host, () => {
        transaction.slowTimer = setTimeout(() => onSlow?.(), QUERY_SLOW_MS)
        transaction.timer = setTimeout(() => this.#timedOut(tid), QUERY_TIMEOUT_MS)
        this.#send(to, encodeDhtQuery({ transactionId: tidBytes(tid), id: this.#options.localId(), call }))
      })
      if (!isPaced) this.#settle(tid, undefined)
    })
  }

  reply(to: Endpoint, query: { transactionId: Uint8Array }, body: ReplyBody): void {
    this.#answer(to, encodeDhtReply({ ...body, id: this.#options.localId(), transactionId: query.transactionId }))
  }

  error(to: Endpoint, query: { transactionId: Uint8Array }, text: string, hasId: boolean): void {
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
    this.counts.timeouts++
    this.#settle(tid, undefined)
    this.#options.onTimeout(transaction.to)
  }

  #settle(tid: number, reply: DhtReply | undefined): void {
    const transaction = this.#transactions.get(tid)
    if (transaction === undefined) return
    this.#transactions.delete(tid)
    clearTimeout(transaction.slowTimer)
    clearTimeout(transaction.timer)
    transaction.resolve(reply)
  }

  #answer(to: Endpoint, packet: Uint8Array): void {
    if (!this.#options.isAllowed(to.host)) return
    if (!this.#replyBytes.take(to.host, packet.length, performance.now())) {
      this.counts.flooded++
      return
    }
    this.#pacer.pace(to.host, () => this.#send(to, packet))
  }

  #send(to: Endpoint, packet: Uint8Array): void {
    if (this.#isClosed) return
    this.counts.sent++
    // A send error (no route, full buffer) is a lost datagram like any other.
    this.#options.socket.send(packet, to.port, to.host, () => {})
  }

  readonly #onDatagram = (datagram: Uint8Array, info: RemoteInfo): void => {
    const from: Endpoint = { host: info.address, port: info.port }
    this.counts.received++
    if (from.port === 0 || !this.#options.isAllowed(from.host)) {
      this.counts.disallowed++
      return
    }
    if (!this.#inbound.take(from.host, 1, performance.now())) {
      this.counts.flooded++
      return
    }
    // Parts of it are kept, and a Buffer's slice() does not copy: only plain arrays go on from here.
    const message = parseDhtMessage(new Uint8Array(datagram.buffer, datagram.byteOffset, datagram.byteLength))
    if (message === undefined) this.counts.malformed++
    else this.#dispatch(message, from)
  }

  #dispatch(message: DhtMessage, from: Endpoint): void {
    if (message.kind === 'query' || message.kind === 'fault') {
      this.#options.onQuery(message, from)
      return
    }
    const tid = tidOf(message.transactionId)
    const transaction = tid === undefined ? undefined : this.#transactions.get(tid)
    // An answer to nothing is not answered: "error replies to unknown responses | reflection" (spec 8.1 #17).
    if (tid === undefined || transaction === undefined || endpointKey(transaction.to) !== endpointKey(from)) {
      this.counts.unmatched++
      return
    }
    // "z=e packets: printed only" (spec 2.5): waiting on would be no use, the query has failed.
    if (message.kind === 'error') {
      this.#settle(tid, undefined)
      return
    }
    // The reply is otherwise treated as a time-out (rpc_manager.cpp:343-369).
    if (message.ip !== undefined) {
      this.#options.onVote(message.ip, from.host)
      this.#settle(tid, undefined)
      return
    }
    // "SHOULD: also check ids on replies" (spec 2.4, 8.1 #3); private addresses are exempt.
    if (!isNodeIdOfIp(message.id, from.host) || bytesEqual(message.id, this.#options.localId())) {
      this.counts.unmatched++
      this.#settle(tid, undefined)
      return
    }
    this.#options.onAnswer(message, from)
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
