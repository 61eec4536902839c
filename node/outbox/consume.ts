import type { Log } from '../log.ts'
import { type ControlSender, controlSender } from './control.ts'
import { type Batch, parseBatch, type QueueConfig } from './item.ts'
import { QueueServer } from './queue-server.ts'
import { type FetchRow, ITEM_QUEUE, parseStatusMessage, STATUS_QUEUE, type StatusMessage } from './status.ts'

type Inventory = Pick<Extract<StatusMessage, { kind: 'inventory' }>, 'rows' | 'at' | 'sequence'>

export interface ConsumerOptions {
  connection: QueueConfig
  /** When it throws, the job is dropped and the node sends the batch again. */
  onBatch(batch: Batch): Promise<void>
  /** Batches that are at work at the same time; they begin in their order. */
  batchesAtOnce: number
  /** A node has started, or lost sight of its cursor: answer with control's cursor message. */
  onHello(nodeId: string, lastSequence: number): Promise<void>
  onStatus(nodeId: string, json: object, at: number): Promise<void>
  onInventory(nodeId: string, inventory: Inventory): Promise<void>
  onFetches(nodeId: string, rows: FetchRow[], at: number): Promise<void>
  /** A job that is no batch and no message: it is gone from the queue, keep it in quarantine. */
  onRefused(code: 'bad-batch' | 'bad-status', json: unknown): Promise<void>
  log: Log
}

export interface Consumer {
  control: ControlSender
  /** Jobs in the items queue; undefined while the queue server is away. */
  queueLength(): Promise<number | undefined>
  close(): Promise<void>
}

/** Takes what the nodes publish. Resolves at once, also while the queue server is away. */
export async function openConsumer(options: ConsumerOptions): Promise<Consumer> {
  const server = new QueueServer(options.connection, options.log)
  const onJob = async (data: unknown) => {
    const batch = parseBatch(data)
    if (batch === undefined) return options.onRefused('bad-batch', data)
    await options.onBatch(batch)
  }
  server.consume(ITEM_QUEUE, onJob, options.batchesAtOnce)
  server.consume(STATUS_QUEUE, async (data) => {
    const message = parseStatusMessage(data)
    switch (message?.kind) {
      case undefined:
        return options.onRefused('bad-status', data)
      case 'hello':
        return options.onHello(message.nodeId, message.lastSequence)
      case 'status':
        return options.onStatus(message.nodeId, message.json, message.at)
      case 'inventory':
        return options.onInventory(message.nodeId, message)
      case 'fetches':
        return options.onFetches(message.nodeId, message.rows, message.at)
    }
  })
  return {
    control: controlSender(server),
    queueLength: () => server.waiting(ITEM_QUEUE).catch(() => undefined),
    close: () => server.close(),
  }
}
