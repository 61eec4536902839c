import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import { CONTROL_QUEUE, type ControlMessage, cursorQueue, parseControlMessage } from './control.ts'
import { encodeBatch, type OutboxItem, type QueueConfig } from './item.ts'
import {
  BACKLOG_ITEMS,
  BATCH_BYTES,
  BATCH_ITEMS,
  FETCH_ROWS,
  HELLO_EVERY_MS,
  INVENTORY_ROWS,
  PUBLISH_POLL_MS,
  RESEND_AFTER_MS,
  WINDOW_ITEMS,
} from './limits.ts'
import { QueueAway, QueueServer } from './queue-server.ts'
import { type FetchRow, type InventoryRow, ITEM_QUEUE, STATUS_QUEUE } from './status.ts'
import { pause } from './timing.ts'

/** The node's outbox: numbered from 1, never renumbered, kept by the store. */
export interface OutboxSource {
  nodeId: string
  lastSequence(): number
  /** Items from `from` on, in order: at most `max`, at most `maxBytes` (but at least one when there is one). */
  read(from: number, max: number, maxBytes: number): OutboxItem[]
  /** Called after each append; the answer unsubscribes. */
  onAppend(cb: () => void): () => void
}

export interface PublisherStats {
  /** Committed by the indexer; undefined until it has said so. */
  cursor: number | undefined
  sent: number
  lastSequence: number
  isQueueAway: boolean
  /** Messages of the control queue: carried out, and such that could not be read. */
  control: { taken: number; refused: number }
}

export interface Publisher {
  /** Resolves when the index is not too far behind: await it before asking peers for more. */
  ready(): Promise<void>
  /** Latest wins; dropped, not queued, while the queue server is away. */
  publishStatus(json: object): Promise<void>
  publishInventory(rows: readonly InventoryRow[]): Promise<void>
  publishFetches(rows: readonly FetchRow[]): Promise<void>
  stats(): PublisherStats
  close(): Promise<void>
}

export interface PublisherOptions {
  source: OutboxSource
  connection: QueueConfig
  clock: Clock
  log: Log
  /** follow, unfollow, fetch and repair. */
  onControl?: (message: ControlMessage) => void | Promise<void>
}

/**
 * Sends the outbox to the indexer, at least once, in order. The queue is transport: the indexer's committed cursor says
 * from where to go on, after a restart and after a queue was lost ("go back N").
 */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const publisher = new OutboxPublisher(options)
  publisher.start()
  return publisher
}

class OutboxPublisher implements Publisher {
  readonly #source: OutboxSource
  readonly #server: QueueServer
  readonly #clock: Clock
  readonly #log: Log
  readonly #onControl: (message: ControlMessage) => void | Promise<void>
  readonly #closing = new AbortController()
  readonly #sequenceAtStart: number
  #unsubscribe: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()
  #cursor: number | undefined
  #sent = 0
  #isRewind = false
  #progressAt = Date.now()
  #emptySince: number | undefined
  #helloAt = 0
  #wake: () => void = () => undefined
  #waiters: (() => void)[] = []
  readonly #control = { taken: 0, refused: 0 }

  constructor({ source, connection, clock, log, onControl }: PublisherOptions) {
    this.#source = source
    this.#server = new QueueServer(connection, log)
    this.#clock = clock
    this.#log = log
    this.#onControl = onControl ?? (() => undefined)
    this.#sequenceAtStart = source.lastSequence()
  }

  start(): void {
    this.#unsubscribe = this.#source.onAppend(() => this.#wake())
    this.#server.consume(cursorQueue(this.#source.nodeId), async (data) => this.#onNodeMessage(data))
    this.#server.consume(CONTROL_QUEUE, async (data) => this.#onControlMessage(data))
    this.#running = this.#run()
  }

  ready(): Promise<void> {
    if (this.#closing.signal.aborted || this.#backlog() <= BACKLOG_ITEMS) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  async publishStatus(json: object): Promise<void> {
    await this.#sendLatest({ kind: 'status', nodeId: this.#source.nodeId, at: this.#clock.now(), json })
  }

  async publishInventory(rows: readonly InventoryRow[]): Promise<void> {
    const bounded = rows.slice(0, INVENTORY_ROWS)
    const { nodeId } = this.#source
    const sequence = this.#source.lastSequence()
    await this.#sendLatest({ kind: 'inventory', nodeId, at: this.#clock.now(), sequence, rows: bounded })
  }

  async publishFetches(rows: readonly FetchRow[]): Promise<void> {
    const newest = rows.slice(-FETCH_ROWS)
    await this.#sendLatest({ kind: 'fetches', nodeId: this.#source.nodeId, at: this.#clock.now(), rows: newest })
  }

  stats(): PublisherStats {
    return {
      cursor: this.#cursor,
      sent: this.#sent,
      lastSequence: this.#source.lastSequence(),
      isQueueAway: this.#server.isAway,
      control: { ...this.#control },
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#unsubscribe()
    this.#wake()
    this.#releaseWaiters()
    await Promise.all([this.#server.close(), this.#running])
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const nap = new AbortController()
      this.#wake = () => nap.abort()
      try {
        if (this.#cursor === undefined) await this.#sayHello()
        else await this.#publish(this.#cursor)
      } catch (error) {
        // The server is away (said so once by QueueServer): what was not sent stays in the outbox.
        if (!(error instanceof QueueAway)) throw error
        await pause(PUBLISH_POLL_MS, this.#closing.signal)
      }
      if (!this.#closing.signal.aborted) await pause(PUBLISH_POLL_MS, nap.signal)
    }
  }

  /** Asks the indexer for its cursor. Sent again, as the message may be lost with the queue. */
  async #sayHello(): Promise<void> {
    if (Date.now() - this.#helloAt < HELLO_EVERY_MS) return
    const { nodeId } = this.#source
    await this.#server.sendLatest(STATUS_QUEUE, { kind: 'hello', nodeId, lastSequence: this.#source.lastSequence() })
    this.#helloAt = Date.now()
  }

  async #publish(cursor: number): Promise<void> {
    if (cursor > this.#source.lastSequence() && !this.#isRewind) this.#rewind(cursor)
    if (this.#sent > cursor) await this.#goBackIfLost(cursor)
    while (!this.#closing.signal.aborted && this.#sent - (this.#cursor ?? 0) < WINDOW_ITEMS) {
      const first = this.#sent + 1
      const items = this.#source.read(first, BATCH_ITEMS, BATCH_BYTES)
      const last = items.at(-1)
      if (last === undefined) return
      const batch = encodeBatch(this.#source.nodeId, items, { first, isRewind: this.#isRewind && first === 1 })
      await this.#server.send(ITEM_QUEUE, batch)
      // A cursor message may have moved `sent` back meanwhile: then that is where to go on.
      if (this.#sent === first - 1) this.#sent = last.seq
    }
  }

  /** Nothing committed for a while and the queue is empty: it was lost. */
  async #goBackIfLost(cursor: number): Promise<void> {
    if (Date.now() - this.#progressAt < RESEND_AFTER_MS) return
    if ((await this.#server.waiting(ITEM_QUEUE)) > 0) {
      this.#emptySince = undefined
      return
    }
    this.#emptySince ??= Date.now()
    if (Date.now() - this.#emptySince < RESEND_AFTER_MS) return
    this.#log.info({ from: cursor + 1, to: this.#sent }, 'the queue lost what was sent; sending it again')
    this.#sent = cursor
    this.#emptySince = undefined
    this.#progressAt = Date.now()
    // The cursor message itself may be what was lost.
    this.#helloAt = 0
    await this.#sayHello()
  }

  /** The index knows more of this node's outbox than there is: the node's data came from an older backup. */
  #rewind(cursor: number): void {
    const lastSequence = this.#source.lastSequence()
    this.#log.warn(
      { cursor, lastSequence },
      'the index is ahead of this outbox (an older copy?); sending all of it again',
    )
    this.#isRewind = true
    this.#cursor = 0
    this.#sent = 0
  }

  /** What is for this node alone. */
  async #onNodeMessage(data: unknown): Promise<void> {
    const message = parseControlMessage(data)
    if (message === undefined || !('nodeId' in message) || message.nodeId !== this.#source.nodeId) return
    if (message.kind === 'repair') await this.#onControl(message)
    else this.#onCursor(message)
  }

  #onCursor(message: Extract<ControlMessage, { kind: 'cursor' | 'resend' }>): void {
    // Until the rewound outbox has passed it, an older and higher cursor is still on its way.
    if (this.#isRewind && message.cursor > this.#sent) return
    this.#isRewind = false
    const before = this.#cursor
    this.#cursor = message.cursor
    if (before === undefined || message.cursor > before) this.#progressAt = Date.now()
    if (message.kind === 'resend' || before === undefined || message.cursor < before) {
      // The first answer, a request, or a restored database: go on from what is durable.
      this.#sent = message.cursor
    } else if (message.cursor > this.#sent) {
      this.#sent = message.cursor
    }
    if (this.#backlog() <= BACKLOG_ITEMS) this.#releaseWaiters()
    this.#wake()
  }

  async #onControlMessage(data: unknown): Promise<void> {
    const message = parseControlMessage(data)
    if (message === undefined) {
      this.#control.refused++
      this.#log.warn('a control message that cannot be read was dropped')
      return
    }
    this.#control.taken++
    await this.#onControl(message)
  }

  #backlog(): number {
    return this.#source.lastSequence() - (this.#cursor ?? this.#sequenceAtStart)
  }

  #releaseWaiters(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const release of waiters) release()
  }

  async #sendLatest(message: object): Promise<void> {
    try {
      await this.#server.sendLatest(STATUS_QUEUE, message)
    } catch (error) {
      if (!(error instanceof QueueAway)) throw error
    }
  }
}
