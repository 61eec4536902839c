import pino from 'pino'
import type { QueueConfig } from '../node/outbox/item.ts'
import { openPublisher } from '../node/outbox/publish.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { openSwarms } from '../node/swarm/swarms.ts'
import { monotonicMs, say } from './child.ts'
import { BENCH_NAMES, benchUser, SWARM_PARAMS } from './swarm-names.ts'

// The node at the end of the hops: swarms, store and publisher. Arguments: its folder, the port of the member it knows, and
// of the queue its kind and its URL. Of each post it says when it was handed to the queue, and when the queue had it.

const [folder = '', port = '', kind, url = ''] = process.argv.slice(2)
const connection: QueueConfig = { kind: kind === 'redis' ? 'redis' : 'postgres', url }
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
const store = await openStore({ path: folder, params: SWARM_PARAMS, log })
const handed = new Map<number, { k: number; handedAtMs: number }>()

/** Reading is the last thing before a batch is sent; it reads on when the queue has confirmed it. */
function read(from: number, max: number, maxBytes: number) {
  const nowMs = monotonicMs()
  for (const [seq, post] of handed) {
    if (seq >= from) continue
    handed.delete(seq)
    say({ ...post, queuedAtMs: nowMs })
  }
  const items = store.outbox.read(from, max, maxBytes)
  for (const item of items) {
    if (item.kind === 'userpost') handed.set(item.seq, { k: item.k, handedAtMs: monotonicMs() })
  }
  return items
}

const publisher = await openPublisher({ source: { ...store.outbox, read }, connection, clock: systemClock, log })
const swarms = await openSwarms({
  posts: store.posts,
  write: store.write,
  nameView: BENCH_NAMES,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  allowAddress: () => true,
  candidates: () => [{ host: '127.0.0.1', port: Number(port) }],
  ready: () => publisher.ready(),
})
process.once('disconnect', () => process.exit())
swarms.follow(benchUser(0))
