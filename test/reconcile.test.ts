import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import { type Database, openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { type Devnet, openDevnet } from '../devnet/network.ts'
import { type Indexer, openIndexer } from '../indexer/indexer.ts'
import { type Pass, Reconciler } from '../indexer/reconcile.ts'
import type { HostPort } from '../node/config.ts'
import { type Node, openNode } from '../node/node.ts'
import { type ControlSender, openControlSender } from '../node/outbox/control.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { eventually, startPostgres, type TestPostgres, testLog } from './services.ts'

// An index, and nodes that come and go: what one side loses it has back from the other.
const folder = mkdtempSync(join(tmpdir(), 'windsock-reconcile-'))
const params = networkParams('regtest', { checkpoints: false })
const [alice, bob] = ['alice', 'bob'].map(usernameOf) as [Username, Username]
const nodes: Node[] = []
let server: TestPostgres
let databaseUrl: string
let devnet: Devnet
/** Has the chain, and nobody's posts. */
let chainNode: Node
let first: Node
let indexer: Indexer
let db: Database
let control: ControlSender
let reconciler: Reconciler
const rewound: string[] = []

beforeAll(async () => {
  const openingDevnet = openDevnet({ dataDir: join(folder, 'devnet'), peers: 2, clock: systemClock, log: testLog })
  server = await startPostgres()
  databaseUrl = await server.database()
  await migrateDatabase(databaseUrl, { say: () => undefined })
  db = openDb(databaseUrl, { max: 2, name: 'test' })
  devnet = await openingDevnet
  const connection = { kind: 'postgres', url: databaseUrl } as const
  control = openControlSender({ connection, log: testLog })
  const cursors = { note: (nodeId: string) => void rewound.push(nodeId) }
  reconciler = new Reconciler({ db, control, cursors, clock: systemClock, log: testLog, random: () => 0.5 })
  first = await open('first', '127.25.0.1', devnet.connect, [alice, bob])
  // It is asked for nothing and says nothing: its queue is nobody's.
  chainNode = await open('chain', '127.25.0.2', devnet.connect, [], 'postgres://127.0.0.1:1/nobody')
  const queue = connection
  indexer = await openIndexer({ databaseUrl, queue, params, clock: systemClock, log: testLog, threads: 0 })
  await eventually(whole, ({ isAll, profiles }) => isAll && profiles === 2)
})

afterAll(async () => {
  await indexer.close()
  for (const node of nodes) await node.close()
  await devnet.stop()
  await control.close()
  await db.end({ timeout: 1 })
  await server.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

function usernameOf(name: string): Username {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(name)
  return username
}

async function open(name: string, bind: string, connect: readonly HostPort[], follow: Username[], url = databaseUrl) {
  const node = await openNode(
    {
      network: 'regtest',
      checkpoints: false,
      connect: [...connect],
      follow,
      crawlLimit: 0,
      bind,
      port: await freeP2pPort(bind, 21_800),
      dataDir: join(folder, name),
      clockStart: undefined,
      queue: { kind: 'postgres', url },
      logLevel: 'silent',
    },
    systemClock,
    testLog,
  )
  nodes.push(node)
  return node
}

/** What the index holds, as far as it holds all that the node does. */
async function whole() {
  const held = [alice, bob].map((user) => first.swarms.state(user)?.held ?? 0)
  const [row] = await db<{ alice: number; bob: number; profiles: number }[]>`
    SELECT count(*) FILTER (WHERE username = 'alice') AS alice, count(*) FILTER (WHERE username = 'bob') AS bob,
      (SELECT count(*) FROM profile WHERE username IN ('alice', 'bob')) AS profiles
    FROM userpost`
  const { alice: ofAlice = -1, bob: ofBob = -1, profiles = 0 } = row ?? {}
  return { isAll: ofAlice === held[0] && ofBob === held[1] && ofAlice > 5 && ofBob > 5, profiles }
}

/** Compares everybody now, once both users can be compared. */
async function compareAll(): Promise<Pass> {
  await db`DELETE FROM reconciliation WHERE username <> ''`
  for (let users = 0; ; ) {
    const pass = await reconciler.pass()
    users += pass?.users ?? 0
    if (pass !== undefined && (users >= 2 || pass.repairs > 0)) return pass
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function postNumbers(): Promise<object[]> {
  return db`SELECT username, k, verdict FROM raw_userpost WHERE source <> 'retwist' ORDER BY 1, 2`
}

test('nothing happens while both hold the same', async () => {
  expect(await compareAll()).toEqual({ users: 2, repairs: 0, rewound: [] })
  const rows =
    await db`SELECT lacking_here, lacking_there, asked, given, wait_s FROM reconciliation WHERE username <> ''`
  const equal = { lackingHere: 0, lackingThere: 0, asked: 0, given: 0, waitS: 3_600 }
  expect(rows).toEqual([equal, equal])
  // And nobody's turn has come again.
  expect(await reconciler.pass()).toMatchObject({ users: 0 })
})

test('rows that the index lost come back from the node', async () => {
  const before = await postNumbers()
  const lost = await db`DELETE FROM raw_userpost WHERE username = 'alice' AND k BETWEEN 2 AND 6 RETURNING k`
  await db`DELETE FROM userpost WHERE username = 'alice' AND k BETWEEN 2 AND 6`
  await db`DELETE FROM raw_dht_item WHERE sig_user = 'bob' AND r IN ('profile', 'following1')`
  expect(lost.length).toBeGreaterThan(3)
  const { repairs } = await compareAll()
  expect(repairs).toBeGreaterThan(0)
  await eventually(postNumbers, (rows) => JSON.stringify(rows) === JSON.stringify(before))
  await eventually(
    () => db`SELECT r FROM raw_dht_item WHERE sig_user = 'bob' AND r IN ('profile', 'following1')`,
    (rows) => rows.length === 2,
  )
  expect(await whole()).toMatchObject({ isAll: true })
})

test('what cannot be repaired is asked for ever more seldom', async () => {
  // A post that nobody has signed: the index says that it has it, and the node takes it from nobody.
  await db`
    INSERT INTO raw_userpost (username, k, content_hash, key_id, piece, height, first_seen, source, tip_height,
      due_height, verdict)
    VALUES ('alice', 15000, '\\x01', '\\x02', '\\x6465', 1, 1, 'swarm', 1, 1, 'accept')`
  const compared = async () => {
    await reconciler.pass()
    const [row] = await db<{ waitS: number; lackingThere: number }[]>`
      SELECT wait_s, lacking_there FROM reconciliation WHERE username = 'alice'`
    return row
  }
  await compareAll()
  for (const waitS of [15, 30, 60]) {
    // Whoever compares, this one or the indexer's own.
    await eventually(compared, (row) => row?.waitS === waitS && row.lackingThere === 1)
    await db`UPDATE reconciliation SET next_at = 0 WHERE username = 'alice'`
  }
  await db`DELETE FROM raw_userpost WHERE k = 15000`
})

test('blocks that the index lost have the node send everything again', async () => {
  const tip = () => db<{ height: number }[]>`SELECT max(height) AS height FROM block WHERE is_active`
  const [before] = await tip()
  const height = before?.height ?? 0
  for (const table of ['block', 'registration', 'promoted']) {
    await db`DELETE FROM ${db(table)} WHERE height > ${height - 2}`
  }
  // Looked at twice: a report may be older than what is being written.
  await db`UPDATE reconciliation SET next_at = 0 WHERE username = ''`
  await reconciler.pass()
  await db`UPDATE reconciliation SET next_at = 0 WHERE username = ''`
  const pass = await eventually(
    () => reconciler.pass(),
    (found) => (found?.rewound.length ?? 0) > 0,
  )
  expect(pass?.rewound).toEqual(rewound)
  for (const nodeId of rewound) await control.send({ kind: 'cursor', nodeId, cursor: 0 })
  await eventually(tip, ([row]) => row?.height === height)
})

test('a node that lost its store has the posts back from the index, and serves them to its peers', async () => {
  await devnet.stop()
  await eventually(whole, ({ isAll }) => isAll)
  const held = { alice: first.swarms.state(alice)?.held, bob: first.swarms.state(bob)?.held }
  const rowsBefore = await postNumbers()
  await first.close()
  const height = chainNode.chain.tip.height
  const connect = [{ host: '127.25.0.2', port: chainNode.config.port }]
  const second = await open('second', '127.25.0.3', connect, [alice, bob])
  await eventually(
    async () => {
      await reconciler.pass()
      return [second.chain.tip.height, second.swarms.state(alice)?.held, second.swarms.state(bob)?.held]
    },
    (now) => JSON.stringify(now) === JSON.stringify([height, held.alice, held.bob]),
  )
  const third = await open('third', '127.25.0.4', [{ host: '127.25.0.3', port: second.config.port }], [alice])
  await eventually(
    () => third.swarms.state(alice)?.held,
    (now) => now === held.alice,
  )
  expect(await postNumbers()).toEqual(rowsBefore)
  const [given] = await db<{ given: number }[]>`
    SELECT sum(given)::int AS given FROM reconciliation WHERE username IN ('alice', 'bob')`
  expect(given?.given).toBeGreaterThanOrEqual(10)
})
