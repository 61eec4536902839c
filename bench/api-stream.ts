import { setTimeout as delay } from 'node:timers/promises'
import { openDb } from '../db/client.ts'
import { ChainViews } from '../indexer/chain/chain-view.ts'
import { HeaderTable } from '../indexer/chain/header-table.ts'
import { readItem } from '../indexer/ingest/read-item.ts'
import { writeReadings } from '../indexer/ingest/write-readings.ts'
import { Sequencer } from '../indexer/stream/sequencer.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { signUserpost } from '../node/protocol/userpost.ts'
import { CHAIN_PARAMS } from './chain-file.ts'
import { type Child, monotonicMs, percentiles, rounded, startChild } from './child.ts'
import { author } from './index-chain.ts'
import type { ApiBenchOptions, Progress } from './measure.ts'

const READERS = 2_000
/** One post a commit, so many a second: more than twister ever had. */
const PACED = 50
const PER_SECOND = 5
/** Posts of one commit, as when a node catches up with many authors. */
const BURST = 400
const PATIENCE_MS = 60_000
const POLL_MS = 200
/** Of the authors of the data set; the least known have few posts, so room for more. */
const RANKS = 20

/** From the commit of a post to those who read the stream, and the same bytes from a server that does nothing else. */
export async function measureStream(options: ApiBenchOptions, progress: Progress): Promise<object> {
  const site = startChild('stream-site-process.ts', [options.readUrl])
  const { port } = (await site.said()) as { port: number }
  const posts = await openPosts(options.databaseUrl)
  try {
    const before = await usageOf(site)
    const stream = await openReaders(port, '/api/v1/stream?kinds=post')
    await delay(1_000)
    const after = await usageOf(site)
    progress(`stream: ${READERS} readers, ${PACED} posts one by one, then ${BURST} at once`)
    const paced = await measurePaced(stream, site, () => posts.write(1))
    const burst = await measureBurst(stream, () => posts.write(BURST))
    await stream.child.end()
    const bareReaders = await openReaders(port, '/bare')
    const size = posts.frameBytes
    const bare = {
      paced: await measurePaced(bareReaders, site, () => sendBare(port, bareReaders, 1, size)),
      burst: await measureBurst(bareReaders, () => sendBare(port, bareReaders, BURST, size)),
    }
    await bareReaders.child.end()
    return {
      readers: READERS,
      memory_kb_per_reader: rounded(((after.rssMb - before.rssMb) * 1024) / READERS, 1),
      paced,
      burst,
      bare,
    }
  } finally {
    await posts.close()
    await site.end()
  }
}

interface Readers {
  child: Child
  /** Events so far; each has the next number. */
  sent: number
}

/** When which events were there for all to read. */
interface Sent {
  first: number
  count: number
  atMs: number
}

async function openReaders(port: number, path: string): Promise<Readers> {
  const child = startChild('stream-readers-process.ts', [String(port), path, String(READERS)])
  await child.said()
  return { child, sent: 0 }
}

async function usageOf(site: Child): Promise<{ user: number; system: number; rssMb: number }> {
  site.ask()
  return (await site.said()) as { user: number; system: number; rssMb: number }
}

/** Events one by one, at their pace: how late they come, and what the site takes for each that it hands to a reader. */
async function measurePaced(readers: Readers, site: Child, write: () => Promise<Sent>): Promise<object> {
  const before = await usageOf(site)
  const sent: Sent[] = []
  for (let i = 0; i < PACED; i++) {
    sent.push(await write())
    await delay(1000 / PER_SECOND)
  }
  const delays = delaysOf(sent, await arrivalsOf(readers.child, PACED))
  const after = await usageOf(site)
  const cpuS = (after.user + after.system - before.user - before.system) / 1e6
  return {
    posts: PACED,
    posts_per_s: PER_SECOND,
    delivered: delays.length,
    delay_ms: percentiles(delays),
    site_cpu_us_per_delivery: rounded((cpuS * 1e6) / delays.length),
  }
}

async function measureBurst(readers: Readers, write: () => Promise<Sent>): Promise<object> {
  const sent = await write()
  const delays = delaysOf([sent], await arrivalsOf(readers.child, sent.count))
  const lastMs = delays.reduce((latest, one) => Math.max(latest, one), 0)
  return {
    posts: sent.count,
    delivered: delays.length,
    seconds: rounded(lastMs / 1000),
    deliveries_per_s: rounded(delays.length / (lastMs / 1000), 0),
  }
}

/** Number and time of each arrival, in turn. */
async function arrivalsOf(child: Child, events: number): Promise<number[]> {
  const all: number[] = []
  const untilMs = performance.now() + PATIENCE_MS
  while (all.length < events * READERS * 2) {
    if (performance.now() > untilMs) throw new Error(`${all.length / 2} of ${events * READERS} events came`)
    await delay(POLL_MS)
    child.ask()
    const { arrivals } = (await child.said()) as { arrivals: number[] }
    for (const value of arrivals) all.push(value)
  }
  return all
}

function delaysOf(sent: readonly Sent[], arrivals: readonly number[]): number[] {
  const atMs = new Map(
    sent.flatMap(({ first, count, atMs: at }) => Array.from({ length: count }, (_, i) => [first + i, at])),
  )
  const delays: number[] = []
  for (let i = 0; i < arrivals.length; i += 2) {
    delays.push((arrivals[i + 1] ?? Number.NaN) - (atMs.get(arrivals[i] ?? -1) ?? Number.NaN))
  }
  return delays
}

async function sendBare(port: number, readers: Readers, count: number, sizeBytes: number): Promise<Sent> {
  const first = readers.sent
  readers.sent += count
  const frames = Array.from({ length: count }, (_, i) =>
    `data: bench-${first + i};`.padEnd(sizeBytes - 2, '.').concat('\n\n'),
  )
  const atMs = monotonicMs()
  await fetch(`http://127.0.0.1:${port}/bare`, { method: 'POST', body: frames.join('') })
  return { first, count, atMs }
}

/** Writes posts as the indexer does, with its sequencer. */
async function openPosts(databaseUrl: string) {
  const db = openDb(databaseUrl, { max: 4, name: 'bench' })
  const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }
  const sequencer = new Sequencer({ db, clock: systemClock, log: quiet })
  const context = { params: CHAIN_PARAMS, headers: new HeaderTable(), chains: new ChainViews() }
  const rooms = await db<{ username: string; lastk: number; height: number }[]>`
    select p.username, max(p.k) as lastk, (select max(height) from block where is_active) as height from userpost p
    group by p.username order by max(p.k), p.username limit ${RANKS}`
  let sent = 0
  const next = (): OutboxItem => {
    const room = rooms[sent % rooms.length]
    if (room === undefined) throw new Error('the data set has no authors')
    const k = ++room.lastk
    const now = Math.floor(Date.now() / 1000)
    const msg = `bench-${sent++}; a post of the usual length, which somebody may read #bench`
    const fields = { n: room.username, k, lastk: k - 1, height: room.height, time: now, msg }
    const piece = signUserpost(fields, author(Number(room.username.slice('user'.length))).privateKey)
    const provenance = { firstSeen: now, source: 'swarm' as const, tipHeight: room.height }
    return { seq: 0, kind: 'userpost', username: fields.n, k, piece, ...provenance }
  }
  return {
    /** About what an event of such a post takes in the stream. */
    frameBytes: 520,
    write: async (count: number): Promise<Sent> => {
      const first = sent
      const readings = Array.from({ length: count }, next).flatMap((item) => readItem(item, CHAIN_PARAMS))
      await db.begin((tx) => writeReadings(tx, readings, { ...context, now: Date.now() / 1000 }))
      const atMs = monotonicMs()
      sequencer.note()
      return { first, count, atMs }
    },
    close: async () => {
      await sequencer.close()
      await db.end({ timeout: 1 })
    },
  }
}
