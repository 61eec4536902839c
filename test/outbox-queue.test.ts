import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Consumer, openConsumer } from '../node/outbox/consume.ts'
import { CONTROL_QUEUE, ControlFull, openControlSender } from '../node/outbox/control.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { CONTROL_WAITING_VISITORS } from '../node/outbox/limits.ts'
import { type OutboxSource, openPublisher, type Publisher, type PublisherOptions } from '../node/outbox/publish.ts'
import { QueueServer } from '../node/outbox/queue-server.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { MemoryOutbox } from './memory-outbox.ts'
import {
  eventually,
  postgresQueue,
  redisQueue,
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestQueue,
  type TestRedis,
  testLog,
} from './services.ts'

let server: TestPostgres
let redis: TestRedis
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  server = await startPostgres()
  redis = await startRedis()
})
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})
afterAll(async () => {
  await server.close()
  await redis.close()
})

function somePosts(count: number): OutboxItem[] {
  return Array.from({ length: count }, (_, k) => ({
    seq: 0,
    kind: 'userpost',
    username: 'alice',
    k,
    piece: new Uint8Array(40).fill(k),
    firstSeen: 1,
    source: 'swarm',
    tipHeight: 1,
  }))
}

/** An indexer that only keeps the cursor: it refuses gaps and remembers every sequence number it has committed. */
class MemoryIndex {
  readonly cursors = new Map<string, number>()
  readonly seen: number[] = []
  failNext = 0
  consumer: Consumer | undefined
  async open(queue: TestQueue): Promise<this> {
    const consumer = await openConsumer({
      connection: queue.config,
      log: testLog,
      batchesAtOnce: 1,
      onBatch: async (batch) => {
        if (this.failNext-- > 0) throw new Error('planned failure')
        const cursor = batch.isRewind ? 0 : (this.cursors.get(batch.nodeId) ?? 0)
        if (batch.first > cursor + 1) return consumer.control.send({ kind: 'resend', nodeId: batch.nodeId, cursor })
        for (const item of batch.items) this.seen.push(item.seq)
        this.cursors.set(batch.nodeId, Math.max(batch.last, cursor))
        await this.answer(batch.nodeId)
      },
      onHello: (nodeId) => this.answer(nodeId),
      onStatus: async (_nodeId, json) => void this.statuses.push(json),
      onInventory: async (_nodeId, { rows, sequence }) => void this.statuses.push(rows, { sequence }),
      onFetches: async (_nodeId, rows) => void this.statuses.push(rows),
      onRefused: async (code) => void this.refused.push(code),
    })
    this.consumer = consumer
    open.push(consumer)
    return this
  }
  readonly statuses: object[] = []
  readonly refused: string[] = []
  async answer(nodeId: string): Promise<void> {
    await this.consumer?.control
      .send({ kind: 'cursor', nodeId, cursor: this.cursors.get(nodeId) ?? 0 })
      .catch(() => undefined)
  }
}

async function publisherOf(
  queue: TestQueue,
  source: OutboxSource,
  more: Partial<PublisherOptions> = {},
): Promise<Publisher> {
  const publisher = await openPublisher({
    source,
    connection: queue.config,
    clock: systemClock,
    log: testLog,
    ...more,
  })
  open.push(publisher)
  return publisher
}

describe.each(['redis', 'postgres'] as const)('the queue on %s', (kind) => {
  let queue: TestQueue
  let databaseUrl: string
  beforeAll(async () => {
    databaseUrl = await server.database()
    queue = kind === 'redis' ? await redisQueue(redis) : postgresQueue(server, databaseUrl)
  })

  it('carries everything in order, and the cursor back', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(1_234))
    const index = await new MemoryIndex().open(queue)
    const publisher = await publisherOf(queue, source)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 1_234)
    source.append(somePosts(3))
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 1_237)
    expect(index.seen).toEqual(Array.from({ length: 1_237 }, (_, i) => i + 1))
  })

  it('sends again what a failed job has lost', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(700))
    const index = new MemoryIndex()
    index.failNext = 1
    await index.open(queue)
    const publisher = await publisherOf(queue, source)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 700)
    expect(new Set(index.seen).size).toBe(700)
  })

  it('heals after the server was killed and everything queued was lost', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(600))
    const publisher = await publisherOf(queue, source)
    const index = await new MemoryIndex().open(queue)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 600)
    await index.consumer?.close()
    source.append(somePosts(900))
    await eventually(publisher.stats.bind(publisher), (stats) => stats.sent === 1_500)
    await queue.loseEverything(1_500)
    source.append(somePosts(10))
    index.seen.length = 0
    await index.open(queue)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 1_510, 60_000)
    expect(new Set(index.seen).size).toBe(910)
  })

  it('starts while the server is away, and goes on when it comes', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(5))
    const away = queue.loseEverything(3_000)
    await delay(300)
    const publisher = await publisherOf(queue, source)
    await new MemoryIndex().open(queue)
    await away
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 5, 60_000)
  })

  it('goes back when the index was restored from an older copy', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(1_000))
    const index = await new MemoryIndex().open(queue)
    const publisher = await publisherOf(queue, source)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 1_000)
    index.cursors.set(source.nodeId, 100)
    index.seen.length = 0
    await index.answer(source.nodeId)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 1_000 && index.seen.length >= 900)
    expect(index.seen.slice(0, 3)).toEqual([101, 102, 103])
  })

  it('sends everything again when the outbox itself was restored from an older copy', async () => {
    const source = new MemoryOutbox()
    source.append(somePosts(40))
    const index = await new MemoryIndex().open(queue)
    index.cursors.set(source.nodeId, 500)
    const publisher = await publisherOf(queue, source)
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 40)
    source.append(somePosts(2))
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 42)
    expect(new Set(index.seen)).toEqual(new Set(Array.from({ length: 42 }, (_, i) => i + 1)))
  })

  it('leaves no finished job behind and few events', async () => {
    const source = new MemoryOutbox()
    const index = await new MemoryIndex().open(queue)
    const publisher = await publisherOf(queue, source)
    for (let i = 1; i <= 150; i++) {
      source.append(somePosts(1))
      await eventually(publisher.stats.bind(publisher), (stats) => stats.sent === i)
    }
    await eventually(publisher.stats.bind(publisher), (stats) => stats.cursor === 150)
    // The cursor is told by the index; its job ends a moment later.
    await eventually(
      () => index.consumer?.queueLength(),
      (length) => length === 0,
    )
    if (kind === 'postgres') {
      const sql = postgres(databaseUrl, { max: 1 })
      const countJobs = () => sql`SELECT (SELECT count(*)::int FROM bullmq.job) AS jobs,
        (SELECT max(n)::int FROM (SELECT count(*) AS n FROM bullmq.event GROUP BY queue) AS c) AS events`
      const [row] = await eventually(countJobs, ([found]) => found?.['jobs'] <= 3)
      await sql.end()
      expect(row?.['events']).toBeLessThan(1_000)
    }
  })

  it('carries status and inventory, latest wins, and control the other way', async () => {
    const source = new MemoryOutbox()
    const heard: object[] = []
    const publisher = await publisherOf(queue, source, { onControl: (message) => void heard.push(message) })
    await eventually(
      async () => {
        await publisher.publishStatus({ height: 0 })
        return publisher.stats().isQueueAway
      },
      (isAway) => !isAway,
    )
    for (let i = 0; i < 60; i++) await publisher.publishStatus({ height: i })
    const rows = [
      {
        username: 'alice',
        origin: 'crawl',
        since: 5,
        isRegistered: true,
        knownK: 3,
        held: 3,
        seen: 4,
        missing: 1,
        invalid: 0,
        rivals: 0,
        peers: 1,
        lastAttempt: 6.5,
        lastError: undefined,
        lastErrorAt: undefined,
        numbers: { from: 0, to: 9, ranges: [0, 1, 3, 3] },
        profileSeq: 4,
        avatarSeq: -1,
        followingSeq: undefined,
      },
    ]
    await publisher.publishInventory(rows)
    const index = await new MemoryIndex().open(queue)
    await eventually(
      () => index.statuses.at(-2),
      (last) => Array.isArray(last),
    )
    expect(index.statuses.slice(-3)).toEqual([{ height: 59 }, rows, { sequence: 0 }])
    expect(index.statuses.length).toBeLessThan(40)
    const control = openControlSender({ connection: queue.config, log: testLog })
    open.push(control)
    await eventually(
      () =>
        control.send({ kind: 'follow', usernames: ['bob', 'carol'] }).then(
          () => true,
          () => false,
        ),
      (isSent) => isSent,
    )
    await eventually(
      () => heard.length,
      (count) => count === 1,
    )
    expect(heard).toEqual([{ kind: 'follow', usernames: ['bob', 'carol'] }])
    // What one node alone has to hear, and not another one's.
    const value = { p: Uint8Array.of(1, 2), sigP: Uint8Array.of(3), sigUser: 'bob' }
    const given = { pieces: [Uint8Array.of(4), new Uint8Array(2_048)], values: [value] }
    const repair = { username: 'bob', wantedNumbers: [0, 7, 9, 9], wantedResources: ['avatar'], ...given }
    for (const nodeId of [new MemoryOutbox().nodeId, source.nodeId]) {
      await control.send({ kind: 'repair', nodeId, ...repair })
    }
    await eventually(
      () => heard.length,
      (count) => count === 2,
    )
    expect(heard[1]).toEqual({ kind: 'repair', nodeId: source.nodeId, ...repair })
  })

  it('refuses and counts what is no control message, and takes from two senders at once', async () => {
    const heard: object[] = []
    const publisher = await publisherOf(queue, new MemoryOutbox(), { onControl: (message) => void heard.push(message) })
    const server = new QueueServer(queue.config, testLog)
    const senders = [1, 2].map(() => openControlSender({ connection: queue.config, log: testLog }))
    open.push(server, ...senders)
    for (const garbage of [
      {},
      { kind: 'stop' },
      { kind: 'follow', usernames: 'bob' },
      { kind: 'fetch', username: 7 },
    ]) {
      await server.send(CONTROL_QUEUE, garbage)
    }
    const names = Array.from({ length: 30 }, (_, i) => `u${i}`)
    await Promise.all(names.map((username, i) => senders[i % 2]?.send({ kind: 'fetch', username, asker: 'operator' })))
    await eventually(
      () => publisher.stats().control,
      ({ taken, refused }) => taken === 30 && refused === 4,
    )
    expect(heard.map((message) => 'username' in message && message.username).sort()).toEqual(names.sort())
  })

  it('takes no more wishes of visitors than a node can hear, and the operator’s all the same', async () => {
    const control = openControlSender({ connection: queue.config, log: testLog })
    open.push(control)
    const wish = () => control.send({ kind: 'fetch', username: 'bob', asker: 'visitor' })
    for (let i = 0; i < CONTROL_WAITING_VISITORS; i++) await wish()
    await expect(wish()).rejects.toThrow(ControlFull)
    await control.send({ kind: 'fetch', username: 'bob', asker: 'operator' })
  })
})

describe.each(['redis', 'postgres'] as const)('a server on %s that does not come back', (kind) => {
  it('does not keep anything from closing', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const doomed = kind === 'redis' ? await startRedis() : await startPostgres()
    const url = 'url' in doomed ? doomed.url : await doomed.database()
    const connection = { kind, url } as const
    const source = new MemoryOutbox()
    source.append(somePosts(10))
    const publisher = await openPublisher({ source, connection, clock: systemClock, log: testLog })
    const consumer = await openConsumer({
      connection,
      log: testLog,
      batchesAtOnce: 1,
      onBatch: async () => undefined,
      onHello: async () => undefined,
      onStatus: async () => undefined,
      onInventory: async () => undefined,
      onFetches: async () => undefined,
      onRefused: async () => undefined,
    })
    await eventually(
      () => consumer.queueLength(),
      (length) => length !== undefined,
    )
    await doomed.close()
    await delay(1_500)
    const before = Date.now()
    await Promise.all([publisher.close(), consumer.close()])
    expect(Date.now() - before).toBeLessThan(8_000)
    await delay(200)
    expect(unhandled).toEqual([])
    process.off('unhandledRejection', note)
  })
})
