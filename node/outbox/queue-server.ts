import { setMaxListeners } from 'node:events'
import type { Queue, Worker } from 'bullmq'
import type { Log } from '../log.ts'
import type { QueueConfig } from './item.ts'
import {
  ANSWER_WITHIN_MS,
  CONNECT_WITHIN_MS,
  IDLE_TOO_LONG_MS,
  LATEST_WAITING,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
  WORKER_LOOK_MS,
} from './limits.ts'
import { closePart, isSchemaLost, newQueue, newWorker, prepareServer } from './queue-parts.ts'
import { pause, within } from './timing.ts'

/** What is thrown by send and waiting when the server does not answer; the caller tries again later. */
export class QueueAway extends Error {}

/**
 * The server of the queues, whichever it is. Opening never fails: while the server is away, senders get QueueAway and
 * workers wait; one line is logged when it goes and one when it is back.
 */
export class QueueServer {
  readonly #config: QueueConfig
  readonly #log: Log
  readonly #closing = new AbortController()
  readonly #queues = new Map<string, Queue>()
  readonly #consuming: Promise<void>[] = []
  readonly #opened: Promise<void>
  #isReady = false
  #isAway = false
  #healing: Promise<void> | undefined

  constructor(config: QueueConfig, log: Log) {
    this.#config = config
    this.#log = log
    // Every question under way listens; how many there are is bounded by who asks.
    setMaxListeners(0, this.#closing.signal)
    this.#opened = this.#open()
    this.#opened.catch(() => undefined)
  }

  get isAway(): boolean {
    return this.#isAway || !this.#isReady
  }

  /** Adds one job. Completed and failed jobs go at once: an id that lingers would swallow a re-added job. */
  async send(queueName: string, data: object): Promise<void> {
    await this.#ask((queue) => queue.add('', data, { removeOnComplete: true, removeOnFail: true }), queueName)
  }

  /** Adds a message of which only the last counts: when nobody reads them, the older ones go. */
  async sendLatest(queueName: string, data: object): Promise<void> {
    if ((await this.waiting(queueName)) >= LATEST_WAITING) await this.#ask((queue) => queue.drain(), queueName)
    await this.send(queueName, data)
  }

  /** Jobs of a queue that are not finished, those at work included. */
  async waiting(queueName: string): Promise<number> {
    const counts = await this.#ask(
      (queue) => queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized'),
      queueName,
    )
    return Object.values(counts).reduce((sum, count) => sum + count, 0)
  }

  /** Closes the connections of a queue that is not used any more. */
  async forget(queueName: string): Promise<void> {
    const queue = this.#queues.get(queueName)
    this.#queues.delete(queueName)
    if (queue !== undefined) await closePart(queue)
  }

  /** Hands each job to `work`, in order, so many at a time, until close. */
  consume(queueName: string, work: (data: unknown) => Promise<void>, atOnce = 1): void {
    this.#consuming.push(this.#consume(queueName, work, atOnce))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#consuming)
    await Promise.all([...this.#queues.keys()].map((name) => this.forget(name)))
  }

  async #open(): Promise<void> {
    for (let delayMs = RETRY_FIRST_MS; !this.#closing.signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        await prepareServer(this.#config)
        this.#isReady = true
        return
      } catch (error) {
        this.#noteError(error)
        await pause(delayMs, this.#closing.signal)
      }
    }
    throw new QueueAway('closed before the queue server answered')
  }

  /**
   * Keeps a worker at work. BullMQ remembers for ever that a connection could not be made at first, and its loop may end
   * with the connection: such a worker, or one that sits beside waiting jobs, is replaced.
   */
  async #consume(queueName: string, work: (data: unknown) => Promise<void>, atOnce: number): Promise<void> {
    await this.#opened.catch(() => undefined)
    const { signal } = this.#closing
    while (!signal.aborted) {
      let busy = 0
      let activeAt = Date.now()
      const worker = newWorker(this.#config, queueName, atOnce, async (job) => {
        busy += 1
        this.#noteAnswer()
        await work(job.data).finally(() => {
          busy -= 1
          activeAt = Date.now()
        })
      })
      worker.on('error', (error) => this.#noteError(error))
      let isGood = await becomesReady(worker, signal)
      while (isGood && !signal.aborted) {
        await pause(WORKER_LOOK_MS, signal)
        const isIdle = busy === 0 && Date.now() - activeAt > IDLE_TOO_LONG_MS
        isGood = worker.isRunning() && !(isIdle && (await this.#hasWaiting(queueName)))
      }
      await closePart(worker)
      await pause(RETRY_FIRST_MS, signal)
    }
  }

  async #hasWaiting(queueName: string): Promise<boolean> {
    if (this.#closing.signal.aborted) return false
    try {
      const { waiting } = await this.#ask((queue) => queue.getJobCounts('waiting'), queueName)
      return (waiting ?? 0) > 0
    } catch {
      return false
    }
  }

  async #ask<T>(question: (queue: Queue) => Promise<T>, queueName: string): Promise<T> {
    if (this.#closing.signal.aborted) throw new QueueAway('closed')
    try {
      const { signal } = this.#closing
      if (!this.#isReady) await within(CONNECT_WITHIN_MS, this.#opened, signal)
      const queue = await this.#queue(queueName)
      const answer = await within(ANSWER_WITHIN_MS, question(queue), signal)
      this.#noteAnswer()
      return answer
    } catch (error) {
      this.#noteError(error)
      throw new QueueAway(messageOf(error), { cause: error })
    }
  }

  async #queue(name: string): Promise<Queue> {
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = newQueue(this.#config, name)
      queue.on('error', (error) => this.#noteError(error))
      this.#queues.set(name, queue)
    }
    try {
      await within(CONNECT_WITHIN_MS, queue.waitUntilReady())
      return queue
    } catch (error) {
      // BullMQ would answer every later question with this same error.
      if (this.#queues.get(name) === queue) await this.forget(name)
      throw error
    }
  }

  #noteAnswer(): void {
    if (!this.#isAway) return
    this.#isAway = false
    this.#log.info({ queue: this.#config.kind }, 'the queue server is back')
  }

  #noteError(error: unknown): void {
    if (this.#closing.signal.aborted) return
    if (isSchemaLost(error)) this.#heal()
    if (this.#isAway) return
    this.#isAway = true
    this.#log.warn({ queue: this.#config.kind, error: messageOf(error) }, 'the queue server is away; trying again')
  }

  /** The queue's tables are gone (a restored database): make them again. What was in them the node sends again. */
  #heal(): void {
    this.#healing ??= prepareServer(this.#config)
      .catch((error) => this.#log.warn({ error: messageOf(error) }, "the queue's tables cannot be made again yet"))
      .then(() => pause(RETRY_FIRST_MS, this.#closing.signal))
      .finally(() => {
        this.#healing = undefined
      })
  }
}

/** Waits as long as it takes, or until the signal. */
async function becomesReady(worker: Worker, signal: AbortSignal): Promise<boolean> {
  const ready = worker.waitUntilReady().then(
    () => true,
    () => false,
  )
  const closed = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false)
    else signal.addEventListener('abort', () => resolve(false), { once: true })
  })
  return Promise.race([ready, closed])
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
