import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STREAMS_PER_CLIENT } from '../app/_server/stream/limits.ts'
import { openDb } from '../db/client.ts'
import { insertStreamDrafts, numberStreamDrafts, tryLockSequencer } from '../db/writes/stream.ts'
import { Sequencer } from '../indexer/stream/sequencer.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { eventually, startPostgres, type TestPostgres, testLog } from './services.ts'
import type { StreamClient } from './stream-client.ts'
import { alices, first, heardAll, openStreamSite, type StreamSite, words } from './stream-site.ts'
import { blockItem, tinyParams } from './tiny-chain.ts'

let server: TestPostgres
const sites: StreamSite[] = []
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(async () => {
  for (const site of sites) await site.close()
  await server.close()
})

async function openSite(): Promise<StreamSite> {
  const site = await openStreamSite(server)
  sites.push(site)
  return site
}

test('while the database is away readers hear heartbeats, and when it is back nothing is missing', async () => {
  const site = await openSite()
  await site.write(blockItem(first))
  const listener = await site.connect('?kinds=post')
  await eventually(
    () => listener.lastId(),
    (id) => id !== undefined,
  )
  const restarted = server.killAndRestart(1500)
  await eventually(
    () => site.heard,
    (heard) => heard.includes('away'),
  )
  const early = await site.connect('?kinds=post', listener.lastId())
  const beats = [listener, early].map((client) => client.beats())
  await eventually(() => listener.beats() > (beats[0] ?? 0) + 3 && early.beats() > (beats[1] ?? 0) + 3, Boolean)
  await restarted
  await eventually(
    () =>
      site.write(alices(0, 'back')).then(
        () => true,
        () => false,
      ),
    Boolean,
  )
  for (const client of [listener, early]) expect(words(await heardAll(client, 1))).toEqual(['post back'])
  expect(site.heard).toEqual(['away', 'back'])
  await site.write(alices(1, 'again'))
  expect(words(await heardAll(listener, 2))).toEqual(['post back', 'post again'])
}, 60_000)

test('so many streams of one address and no more; a stream that is closed makes room; the end is said', async () => {
  const site = await openSite()
  site.client = { key: '203.0.113.7', isLocal: false }
  const clients: StreamClient[] = []
  for (let i = 0; i < STREAMS_PER_CLIENT; i++) clients.push(await site.connect())
  const refused = await site.connect()
  await refused.ended
  expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.body()).code]).toEqual([
    429,
    '60',
    'too-many-streams',
  ])
  clients[0]?.close()
  const next = await eventually(
    () => site.connect(),
    ({ status }) => status === 200,
  )
  site.client = { key: '203.0.113.8', isLocal: false }
  expect((await site.connect()).status).toBe(200)
  await site.hub.close()
  await next.ended
  expect(next.events).toMatchObject([{ event: 'closed', data: { code: 'stopping' } }])
  await eventually(
    () => site.hub.readerCount,
    (count) => count === 0,
  )
}, 60_000)

const KILLS = 8

/** In the middle of their work: what was numbered, and not committed, was not. */
async function killSequencers(index: TestIndex): Promise<number> {
  const victim = openDb(index.url, { max: 1, name: 'victim' })
  let killed = 0
  for (let i = 0; i < KILLS; i++) {
    const numbering = victim.begin(async (tx) => {
      const [me] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
      while (!(await tryLockSequencer(tx)));
      await numberStreamDrafts(tx, Date.now(), 100)
      await index.db`SELECT pg_terminate_backend(${me?.pid ?? 0})`
      await new Promise(() => undefined)
    })
    await numbering.catch(() => killed++)
  }
  await victim.end({ timeout: 1 })
  return killed
}

test('sequencers that are killed lose no event, tell none twice, and keep the order of each writer', async () => {
  const index = await openTestIndex(server, tinyParams)
  const writers = openDb(index.url, { max: 6, name: 'test writers' })
  const numberers = openDb(index.url, { max: 3, name: 'test sequencer' })
  const sequencers = [1, 2, 3].map(() => new Sequencer({ db: numberers, clock: systemClock, log: testLog }))
  const [WRITERS, ROUNDS] = [6, 40]
  const killed = killSequencers(index)
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; round < ROUNDS; round++) {
        await writers.begin(async (tx) => {
          await insertStreamDrafts(tx, [
            { kind: 'removed', username: `w${writer}`, number: round * 2 },
            { kind: 'removed', username: `w${writer}`, number: round * 2 + 1 },
          ])
          // Transactions that began first end last.
          await delay((writer * 7 + round * 3) % 11)
        })
        for (const sequencer of sequencers) sequencer.note()
      }
    }),
  )
  expect(await killed).toBe(KILLS)
  const total = WRITERS * ROUNDS * 2
  const rows = await eventually(
    () =>
      index.db<
        { id: number; username: string; number: number }[]
      >`SELECT id, username, number FROM stream_event ORDER BY id`,
    ({ length }) => length >= total,
  )
  await Promise.all(sequencers.map((sequencer) => sequencer.close()))
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: total }, (_, i) => i + 1))
  for (let writer = 0; writer < WRITERS; writer++) {
    const own = rows.filter(({ username }) => username === `w${writer}`).map((row) => row.number)
    expect(own).toEqual(Array.from({ length: ROUNDS * 2 }, (_, i) => i))
  }
  expect(await index.db`SELECT 1 FROM stream_draft`).toHaveLength(0)
  await Promise.all([writers.end({ timeout: 1 }), numberers.end({ timeout: 1 }), index.close()])
}, 60_000)
