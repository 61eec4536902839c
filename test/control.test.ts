import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlTarget } from '../cli/control-target.ts'
import { fetchNow } from '../cli/fetch-user.ts'
import { runFollows } from '../cli/follows.ts'
import { freeP2pPort } from '../cli/free-ports.ts'
import { tellNode } from '../cli/tell-node.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import { notifyWanted, userFetchOf } from '../db/queries/user-fetch.ts'
import type { FollowView } from '../db/views.ts'
import { readerNames } from '../devnet/authors.ts'
import { registrationOf } from '../devnet/miner.ts'
import { type Devnet, openDevnet } from '../devnet/network.ts'
import { DEFAULT_SEED, privateKeyOf } from '../devnet/seed.ts'
import { type Indexer, openIndexer } from '../indexer/indexer.ts'
import { WANTED_PER_MINUTE } from '../indexer/limits.ts'
import type { NodeConfig } from '../node/config.ts'
import { type Node, openNode } from '../node/node.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { signUserpost } from '../node/protocol/userpost.ts'
import { eventually, startPostgres, startRedis, type TestPostgres, type TestRedis, testLog } from './services.ts'
import { migratedForReading } from './site-seed.ts'

// The whole way: command line → queue → node → private network → queue → indexer → database → command line.
const folder = mkdtempSync(join(tmpdir(), 'windsock-control-'))
const params = networkParams('regtest', { checkpoints: false })
let server: TestPostgres
let redis: TestRedis
let devnet: Devnet
let node: Node
let indexer: Indexer
let target: ControlTarget
/** As the site reads: a role with SELECT alone. */
let reader: Reader
let config: NodeConfig

beforeAll(async () => {
  const openingDevnet = openDevnet({
    dataDir: join(folder, 'devnet'),
    peers: 2,
    clock: systemClock,
    log: testLog,
  })
  server = await startPostgres()
  redis = await startRedis()
  const url = await server.database()
  reader = openReader(await migratedForReading(url))
  // The other backend is what every other test of the whole system has.
  target = { queue: { kind: 'redis', url: redis.url }, databaseUrl: url }
  devnet = await openingDevnet
  const bind = '127.23.0.1'
  config = {
    network: 'regtest',
    checkpoints: false,
    connect: [...devnet.connect],
    follow: [usernameOf('alice'), usernameOf('bob')],
    crawlLimit: 0,
    bind,
    port: await freeP2pPort(bind, 21_600),
    dataDir: join(folder, 'node'),
    clockStart: undefined,
    queue: target.queue,
    logLevel: 'silent',
  }
  node = await openNode(config, systemClock, testLog)
  indexer = await openIndexer({
    databaseUrl: url,
    queue: target.queue,
    params,
    clock: systemClock,
    log: testLog,
    threads: 0,
  })
  await eventually(follows, (rows) => rows.length === 2 && rows.every(({ held, missing }) => held > 5 && missing === 0))
})

afterAll(async () => {
  await node.close()
  await indexer.close()
  await devnet.stop()
  await reader.end({ timeout: 1 })
  await redis.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function usernameOf(name: string): Username {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(name)
  return username
}

/** What a command prints, on either stream. */
async function said(job: (terminal: { say(line: string): void; warn(line: string): void }) => Promise<number>) {
  const lines: string[] = []
  const hear = (line: string) => void lines.push(line)
  return { code: await job({ say: hear, warn: hear }), lines }
}

function tell(verb: 'follow' | 'unfollow', names: string[], isWaiting = true) {
  return said((terminal) => tellNode(verb, names, { target, isWaiting }, terminal))
}

function fetchOnce(name: string) {
  return said((terminal) => fetchNow(name, { target, isWaiting: true }, terminal))
}

async function follows(): Promise<FollowView[]> {
  const { lines } = await said((terminal) => runFollows(target, true, terminal))
  return (JSON.parse(lines.join('\n')) as { follows: FollowView[] }).follows
}

test('users are followed and unfollowed at run time, and what is there of them is told', async () => {
  expect(await tell('follow', ['@carol', 'alice', 'newcomer', 'Bad!'])).toEqual({
    code: 2,
    lines: [
      'Bad!: not a twister name (1 to 16 of a-z, 0-9 and _)',
      'carol: now followed',
      'alice: already followed',
      'newcomer: now followed; not registered (yet): begins when the chain holds the name',
    ],
  })
  const rows = await eventually(follows, (found) => found.some(({ n, held }) => n === 'carol' && held > 5))
  expect(rows.map(({ n, origin }) => `${n} ${origin}`)).toEqual([
    'alice operator',
    'bob setting',
    'carol operator',
    'newcomer operator',
  ])
  expect(rows.find(({ n }) => n === 'newcomer')).toMatchObject({ isRegistered: false, held: 0 })
  expect(await tell('unfollow', ['bob', 'carol', 'dave'])).toEqual({
    code: 0,
    lines: [
      'bob: no longer followed; its posts stay in the index',
      'carol: no longer followed; its posts stay in the index',
      'dave: was not followed',
    ],
  })
  const [kept] = await reader<{ posts: number }[]>`select count(*) as posts from userpost where username = 'carol'`
  expect(kept?.posts).toBeGreaterThan(5)
})

test('who was followed before the name was registered is fetched from then on', async () => {
  const [peer] = devnet.peers
  const newcomer = usernameOf('newcomer')
  const registration = registrationOf(DEFAULT_SEED, { name: newcomer, generation: 0 }, params)
  expect(peer?.chain.mempool.add(registration)).toMatchObject({ kind: 'accept' })
  await devnet.mineBlock()
  const height = peer?.chain.tip.height ?? 0
  peer?.swarms.follow(newcomer)
  const fields = { n: newcomer, k: 0, height, time: Math.floor(systemClock.now()), msg: 'here I am' }
  const piece = signUserpost(fields, privateKeyOf(DEFAULT_SEED, newcomer, 0))
  expect(peer?.swarms.addPiece(newcomer, 0, piece, 'local')).toMatchObject({ kind: 'accept' })
  const ofNewcomer = (rows: FollowView[]) => rows.find(({ n }) => n === newcomer)
  const row = ofNewcomer(await eventually(follows, (rows) => ofNewcomer(rows)?.held === 1))
  expect(row).toMatchObject({ isRegistered: true, knownK: 0, held: 1, missing: 0 })
})

test('one user is fetched on demand, once, without being followed', async () => {
  const { code, lines } = await fetchOnce('@dave')
  expect(lines.at(-1)).toMatch(/^dave: profile yes, avatar yes, follows \d+, \d+ posts of numbers up to \d+$/)
  expect(code).toBe(0)
  const posts = Number(/(\d+) posts/.exec(lines.at(-1) ?? '')?.[1])
  await eventually(
    async () => (await reader<{ posts: number }[]>`select count(*) as posts from userpost where username = 'dave'`)[0],
    (row) => (row?.posts ?? 0) >= posts && posts > 5,
  )
  expect((await follows()).map(({ n }) => n)).toEqual(['alice', 'newcomer'])
  expect((await fetchOnce('dave')).lines).toEqual([
    expect.stringMatching(/^dave: fetched \d+ s ago: profile yes.*again/),
  ])
  const nobody = { code: 1, lines: [expect.stringMatching(/^nobody_here: nobody has registered this name/)] }
  expect(await fetchOnce('nobody_here')).toEqual(nobody)
  expect(await fetchOnce('alice')).toEqual({
    code: 0,
    lines: [expect.stringMatching(/^alice: is followed; \d+ posts/)],
  })
})

test("a visitor's wish goes from the read-only role by the indexer to the node, within bounds", async () => {
  for (const name of ['erin', 'erin', 'nobody_here', 'alice', 'no name', 'x'.repeat(7_000)]) {
    await notifyWanted(reader, name)
  }
  const fetched = await eventually(
    () => userFetchOf(reader, 'erin'),
    (fetch) => fetch?.state === 'done',
  )
  expect(fetched).toMatchObject({ profile: true, avatar: true })
  expect(await userFetchOf(reader, 'nobody_here')).toBeUndefined()
  // A storm of names that could all be fetched.
  const storm = readerNames(100)
  for (const name of storm) await notifyWanted(reader, name)
  const counts = await eventually(
    async () => (await siteStatus(reader)).indexer?.wanted,
    (wanted) => (wanted?.forwarded ?? 0) + (wanted?.dropped ?? 0) >= 5 + storm.length,
  )
  expect(counts?.forwarded).toBeGreaterThan(1)
  expect(counts?.forwarded).toBeLessThanOrEqual(WANTED_PER_MINUTE)
  await expect(reader`insert into user_fetch (username) values ('erin')`).rejects.toThrow(/read-only|permission/)
})

test('what is said while the node is down waits for it, and the newest word outlives a restart', async () => {
  await node.close()
  expect(await tell('follow', ['frank'], false)).toEqual({ code: 0, lines: ['it waits in the queue for the node'] })
  node = await openNode(config, systemClock, testLog)
  const rows = await eventually(follows, (found) => found.some(({ n }) => n === 'frank'))
  // The setting still names bob, whom the operator has unfollowed since.
  expect(rows.map(({ n, origin }) => `${n} ${origin}`)).toEqual([
    'alice operator',
    'frank operator',
    'newcomer operator',
  ])
})

test('ten thousand names at once, from two senders, are followed and unfollowed', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `many${i}`)
  const halves = [names.slice(0, 5_000), names.slice(5_000)]
  const told = await Promise.all(halves.map((half) => tell('follow', half)))
  const line = '5000 names: now followed; not registered (yet): begins when the chain holds the name'
  expect(told).toEqual([1, 2].map(() => ({ code: 0, lines: [line] })))
  expect(await follows()).toHaveLength(10_003)
  expect((await tell('unfollow', names)).lines).toEqual([
    '10000 names: no longer followed; its posts stay in the index',
  ])
  const [row] = await reader<{ rows: number }[]>`select count(*) as rows from inventory`
  expect(row?.rows).toBe(3)
})
