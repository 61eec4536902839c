import fc from 'fast-check'
import { Redis } from 'ioredis'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { CrashGround } from './crash-ground.ts'
import { acts } from './oracle-acts.ts'
import { forkedWorld } from './oracle-world.ts'
import { eventually } from './services.ts'
import { blockItem } from './tiny-chain.ts'

export type Victim = 'indexer' | 'postgres' | 'queue'
/**
 * publish: the node sends a batch; write: raw posts are about to be inserted; cursor: the rows are written, the cursor is
 * not; acknowledge: all of it is committed, queue and node do not know yet; count: totals are being counted.
 */
export type Moment = 'publish' | 'write' | 'cursor' | 'acknowledge' | 'count'

/** What a node came to know, in parts: the chain reorganises after a third of them, and back again after two. */
export function crashStory(parts: number): OutboxItem[][] {
  const plan = fc.sample(acts(60), { numRuns: 40, seed: 9 }).flat().slice(0, 400)
  const { trunk, short, long, rest, items } = forkedWorld(plan, 6)
  const share = Math.ceil(items.length / parts)
  const blocksOf = new Map([
    [0, [...trunk, ...short]],
    [Math.floor(parts * 0.3), long],
    [Math.floor(parts * 0.7), rest],
  ])
  return Array.from({ length: parts }, (_, part) => {
    const blocks = (blocksOf.get(part) ?? []).map(blockItem)
    return [...blocks, ...items.slice(part * share, (part + 1) * share)]
  })
}

/** Lets the system come to a moment with these items on the way, kills one part of it there, and lets it go on. */
export async function strike(
  ground: CrashGround,
  moment: Moment,
  victim: Victim,
  items: readonly OutboxItem[],
): Promise<void> {
  if (moment === 'publish') return strikePublisher(ground, items)
  const { points } = ground
  const first = moment === 'acknowledge' ? 'cursor' : moment
  await points.hold(first)
  ground.append(items)
  await points.reached(first)
  const unpause = moment === 'acknowledge' ? await holdQueue(ground) : undefined
  await kill(ground, victim)
  await points.release(first)
  await unpause?.()
  await ground.settled()
}

async function kill(ground: CrashGround, victim: Victim): Promise<void> {
  switch (victim) {
    case 'indexer':
      return ground.killIndexer()
    case 'postgres':
      return ground.killPostgres()
    case 'queue':
      return ground.queue.loseEverything(300)
  }
}

/** The batch of which the cursor is held is committed, but nothing goes into the queue any more: answers how to let it. */
async function holdQueue(ground: CrashGround): Promise<() => Promise<void>> {
  const letGo = await pauseQueue(ground)
  const before = await ground.cursor()
  await ground.points.release('cursor')
  await eventually(ground.cursor, (at) => at > before, 30_000)
  return letGo
}

async function pauseQueue({ queue, points }: CrashGround): Promise<() => Promise<void>> {
  if (queue.config.kind === 'postgres') {
    await Promise.all([points.hold('send'), points.hold('take')])
    return async () => {
      await Promise.all([points.release('send'), points.release('take')])
    }
  }
  const { url } = queue.config
  await onRedis(url, (redis) => redis.call('CLIENT', 'PAUSE', '60000', 'WRITE'))
  return async () => {
    await onRedis(url, (redis) => redis.call('CLIENT', 'UNPAUSE'))
  }
}

/** kill -9 of the node when its batch is on the way into the queue. */
async function strikePublisher(ground: CrashGround, items: readonly OutboxItem[]): Promise<void> {
  const publisher = await ground.publishApart(items)
  const letGo = await pauseQueue(ground)
  publisher.send()
  await isSending(ground)
  await publisher.kill()
  await letGo()
  await ground.settled()
}

/** A batch waits to be let in: no other message is nearly as long. */
async function isSending({ queue, points }: CrashGround): Promise<void> {
  if (queue.config.kind === 'postgres') return points.reached('send')
  const { url } = queue.config
  const waiting = async () => String(await onRedis(url, (redis) => redis.client('LIST')))
  await eventually(waiting, (clients) => /flags=b .* qbuf=[0-9]{5}/.test(clients))
}

async function onRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
