import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { clockFrom } from '../protocol/clock.ts'
import { type DhtQuery, type DhtReply, encodeDhtReply, parseDhtMessage } from '../protocol/dht-message.ts'
import { type NodeId, parseNodeId } from '../protocol/node-id.ts'
import type { Store } from '../store/store.ts'
import { namesOf, openTestStore, silent, until } from '../store/test-authors.ts'
import { type Dht, type DhtOptions, openDht } from './dht.ts'

export const TEST_NOW = 1_795_358_500

export interface TestNode {
  readonly dht: Dht
  readonly store: Store
  readonly host: string
}

/** Nodes and sockets of one test; closes them all. */
export class TestNetwork {
  readonly #closers: (() => Promise<unknown>)[] = []

  async openNode(host: string, options: Partial<DhtOptions> = {}): Promise<TestNode> {
    const store = await openTestStore()
    const dht = await openDht({
      store,
      nameView: namesOf('alice', 'bob'),
      clock: clockFrom(TEST_NOW),
      log: silent,
      bind: host,
      port: 0,
      allowAddress: (ip) => ip.startsWith('127.'),
      isDiversityOn: false,
      ...options,
    })
    this.#closers.push(
      () => store.close(),
      () => dht.close(),
    )
    return { dht, store, host }
  }

  async openSocket(host: string): Promise<Socket> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, host, resolve))
    this.#closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
    return socket
  }

  /** Another implementation, which answers whatever it is told to. Nothing: no answer. */
  async openScripted(
    host: string,
    answer: (query: DhtQuery) => Omit<DhtReply, 'kind' | 'id' | 'transactionId'> | undefined,
    id: NodeId = randomId(),
  ): Promise<{ socket: Socket; port: number; queries: DhtQuery[] }> {
    const socket = await this.openSocket(host)
    const queries: DhtQuery[] = []
    socket.on('message', (datagram, from) => {
      const query = parseDhtMessage(datagram)
      if (query?.kind !== 'query') return
      queries.push(query)
      const results = answer(query)
      if (results === undefined) return
      socket.send(encodeDhtReply({ id, ...results, transactionId: query.transactionId }), from.port, from.address)
    })
    return { socket, port: socket.address().port, queries }
  }

  /** Sends a while later, if that is still of use. */
  sendLater(socket: Socket, datagram: Uint8Array, to: { port: number; address: string }, delayMs: number): void {
    const timer = setTimeout(() => socket.send(datagram, to.port, to.address), delayMs)
    this.#closers.push(async () => clearTimeout(timer))
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

export function randomId(): NodeId {
  const id = parseNodeId(randomBytes(20))
  if (id === undefined) throw new Error('no id')
  return id
}

export async function untilContacts(nodes: readonly TestNode[], count: number): Promise<void> {
  await until(() => nodes.every((node) => node.dht.stats().contacts >= count))
}
