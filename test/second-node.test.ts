import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import type { ScriptedPeer } from '../devnet/scripted-peer.ts'
import type { NodeConfig } from '../node/config.ts'
import { type Node, openNode } from '../node/node.ts'
import { clockFrom } from '../node/protocol/clock.ts'
import { parseProfile } from '../node/protocol/resources/profile.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { openReplayPeer } from './replay-peer.ts'
import { RECORDING_CLOCK, type RecordedPostJson, readVectors } from './replay-peer-recordings.ts'
import { eventually, testLog } from './services.ts'

// "What it fetches it also offers: a second node with only the first as peer gets chain, posts and DHT items from it."
const posts = readVectors<RecordedPostJson[]>('recordings-posts.json')
const users = ['alice', 'bob', 'carol', 'dave'].map((name): Username => {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(name)
  return username
})
const folder = mkdtempSync(join(tmpdir(), 'windsock-second-'))
let reference: ScriptedPeer
let first: Node
let second: Node | undefined

function open(name: string, bind: string, port: number, connect: NodeConfig['connect']): Promise<Node> {
  const config: NodeConfig = {
    network: 'main',
    checkpoints: false,
    connect,
    follow: users,
    crawlLimit: 0,
    bind,
    port,
    dataDir: join(folder, name),
    clockStart: RECORDING_CLOCK,
    // Nobody answers there: a node does its work without a queue too.
    queue: { kind: 'redis', url: 'redis://127.0.0.1:1' },
    logLevel: 'silent',
  }
  return openNode(config, clockFrom(RECORDING_CLOCK), testLog)
}

function hasEverything(node: Node): boolean {
  const isHeld = (user: Username) => node.swarms.state(user)?.held === posts.filter((post) => post.user === user).length
  return node.chain.tip.height === 48 && users.every(isHeld)
}

beforeAll(async () => {
  const port = await freeP2pPort('127.0.0.1', 20_600)
  reference = await openReplayPeer({ port })
  first = await open('first', '127.21.0.1', await freeP2pPort('127.21.0.1', 20_700), [{ host: '127.0.0.1', port }])
  await eventually(() => hasEverything(first), Boolean)
  await eventually(
    () => first.dht.stats().items,
    (items) => items >= 8,
  )
  await reference.close()
})

afterAll(async () => {
  await second?.close()
  await first.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a second node gets chain, posts and DHT values from the first, its only peer', async () => {
  const port = await freeP2pPort('127.22.0.1', 20_800)
  const node = await open('second', '127.22.0.1', port, [{ host: '127.21.0.1', port: first.config.port }])
  second = node
  await eventually(() => hasEverything(node), Boolean)
  expect(node.chain.tip.hash).toEqual(first.chain.tip.hash)
  const [alice] = users
  if (alice === undefined) throw new Error('nobody')
  const profile = await eventually(
    async () => (await node.dht.get({ n: alice, r: 'profile', t: 's' }))[0],
    (item) => item !== undefined,
  )
  expect(profile && parseProfile(profile)?.fullname).toBe('Alice A.')
  const pages = await node.dht.get({ n: alice, r: 'following1', t: 's' })
  expect(pages).toHaveLength(1)
})
