import { mkdirSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { openConsumer } from '../node/outbox/consume.ts'
import type { QueueConfig } from '../node/outbox/item.ts'
import { monotonicMs, percentiles, startChild } from './child.ts'
import type { NodeBenchOptions, Progress } from './measure.ts'

const POSTS = 200
const WARM_UP = 10
/** Between two posts, so that each is alone on its way. */
const PAUSE_MS = 20
const HAS_SETTLED_MS = 2_500

interface Handed {
  readonly k: number
  readonly handedAtMs: number
  readonly queuedAtMs: number
}

/**
 * From the moment a post is made at its author's peer to the moment the node hands it to the queue, over one hop (author,
 * node) and three (author, peer, peer, node), each a process of its own; and until the queue has confirmed it. What bounds
 * it: an echo over as many sockets, there and back three times as `have`, `request` and `piece` are.
 */
export async function measureHops({ folder }: NodeBenchOptions, progress: Progress): Promise<object> {
  mkdirSync(folder, { recursive: true })
  const log = pino({ level: 'warn' }, process.stderr)
  const postgres = await openEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
  const connection: QueueConfig = { kind: 'postgres', url: postgres.url }
  const consumer = await openConsumer({
    connection,
    log,
    batchesAtOnce: 1,
    onBatch: async ({ nodeId, last }) => consumer.control.send({ kind: 'cursor', nodeId, cursor: last }),
    onHello: async (nodeId) => consumer.control.send({ kind: 'cursor', nodeId, cursor: 0 }),
    onStatus: async () => undefined,
    onInventory: async () => undefined,
    onFetches: async () => undefined,
    onRefused: async (code) => log.warn({ code }, 'refused'),
  })
  try {
    const one_hop = await overHops(1, join(folder, 'one'), connection, progress)
    const three_hops = await overHops(3, join(folder, 'three'), connection, progress)
    const bound = { echo_one_hop_ms: await echoMs(1), echo_three_hops_ms: await echoMs(3) }
    return { posts: POSTS, queue: connection.kind, post_to_queue_ms: { one_hop, three_hops }, bound }
  } finally {
    await consumer.control.close()
    await consumer.close()
    await postgres.close()
  }
}

async function overHops(hops: number, folder: string, queue: QueueConfig, progress: Progress): Promise<object> {
  const author = startChild('swarm-peer-process.ts', [join(folder, 'author'), '1', '1'])
  const children = [author]
  let { port } = (await author.said()) as { port: number }
  for (let hop = 1; hop < hops; hop++) {
    const relay = startChild('swarm-peer-process.ts', [join(folder, `relay-${hop}`), '1', '0', String(port)])
    children.push(relay)
    port = ((await relay.said()) as { port: number }).port
  }
  const node = startChild('hops-node-process.ts', [join(folder, 'node'), String(port), queue.kind, queue.url])
  children.push(node)
  // The post that the author starts with shows that the way is open.
  await node.said()
  await delay(HAS_SETTLED_MS)
  const handed: number[] = []
  const queued: number[] = []
  for (let post = 0; post < WARM_UP + POSTS; post++) {
    author.ask()
    const { k, madeAtMs } = (await author.said()) as { k: number; madeAtMs: number }
    const arrived = (await node.said()) as Handed
    if (arrived.k !== k) throw new Error(`post ${arrived.k} came instead of ${k}`)
    if (post < WARM_UP) continue
    handed.push(arrived.handedAtMs - madeAtMs)
    queued.push(arrived.queuedAtMs - madeAtMs)
    await delay(PAUSE_MS)
  }
  for (const child of children) await child.end()
  const figures = { ...percentiles(handed), confirmed_by_queue: percentiles(queued) }
  progress(`hops: ${hops}: ${figures.p50} ms, 95 of 100 within ${figures.p95} ms`)
  return figures
}

/** Messages of a post's size there and back, over a row of sockets. */
async function echoMs(hops: number): Promise<object> {
  const servers = Array.from({ length: hops }, () => createServer())
  const sockets: Socket[] = []
  const outgoing: Socket[] = []
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  for (const server of servers) {
    server.on('connection', (socket) => {
      sockets.push(socket.setNoDelay(true))
      socket.on('data', (chunk) => socket.write(chunk))
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    outgoing.push(connect(address.port, '127.0.0.1').setNoDelay(true))
  }
  const times: number[] = []
  for (let round = 0; round < POSTS; round++) {
    const startMs = monotonicMs()
    for (const socket of outgoing) for (let message = 0; message < 3; message++) await echoed(socket)
    times.push(monotonicMs() - startMs)
  }
  for (const socket of [...sockets, ...outgoing]) socket.destroy()
  for (const server of servers) server.close()
  return percentiles(times)
}

function echoed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve())
    socket.write(new Uint8Array(300))
  })
}
