import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseOutboxItem, type QueueConfig } from '../node/outbox/item.ts'
import { openPublisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { MemoryOutbox } from './memory-outbox.ts'
import { testLog } from './services.ts'

/** A node's publisher in a process of its own, so that it can be killed: argument 1 is a PublisherSettings in JSON. */
export interface PublisherSettings {
  nodeId: string
  queue: QueueConfig
  /** One item a line: what is to be published at the first message. */
  file: string
}

const { nodeId, queue, file }: PublisherSettings = JSON.parse(process.argv[2] ?? '{}')
const lines = readFileSync(file, 'utf8').split('\n')
const items = lines.flatMap((line) => parseOutboxItem(line) ?? [])
const source = new MemoryOutbox(nodeId)
const publisher = await openPublisher({ source, connection: queue, clock: systemClock, log: testLog })
// Until it knows the index's cursor it sends nothing: a moment later there is something to send.
while (publisher.stats().cursor === undefined) await delay(20)
process.send?.('knows the cursor')
process.once('message', () => source.append(items))
// Nobody is left who would kill it.
process.once('disconnect', () => process.exit(1))
