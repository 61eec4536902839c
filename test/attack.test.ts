import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import { openAttacker } from '../devnet/attackers.ts'
import { FORGED_MARK, forgedItems, forgedPosts } from '../devnet/forgeries.ts'
import { type Devnet, openDevnet } from '../devnet/network.ts'
import type { ScriptedPeer } from '../devnet/scripted-peer.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { ATTACK_SEED, type ChainLie, chainLies, embeddedForgeries, hollowChain } from './attack-forgeries.ts'
import { drip, endlessVersion, openChainAttacker, openTcp } from './attack-sockets.ts'
import { embeddedDatabaseUrl, tablesWith } from './database-search.ts'
import { eventually, freePort, testLog } from './services.ts'
import { buildSite } from './site-process.ts'

// The whole system, as the launcher runs it, between two honest peers and a crowd that lies in every way there is.
const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const HOLLOW_BLOCKS = 8
/** Numbers of forged posts: nobody else has any there. */
const FRESH_K = 70
const SLOW_CONNECTIONS = 30
/** The longest that a connection may stay without having said who it is, with time for a busy machine. */
const SLOW_LIMIT_MS = 30_000
/** What the whole attack may make the node hold at most, beyond what it held before. */
const MAX_GROWTH_BYTES = 200e6

const params = networkParams('regtest', { checkpoints: false })
const clock = systemClock
const folder = mkdtempSync(join(tmpdir(), 'windsock-attack-'))
const dataDir = join(folder, 'data')

let devnet: Devnet
let attackers: ScriptedPeer[] = []
let codes: { posts: string[]; items: string[]; chain: string[] }
let lies: ChainLie[]
/** They talk through all other attacks; milliseconds until each was cut off. */
let slow: Promise<number>[]
let system: ChildProcess
let url: string
let p2pPort: number
let attackerPort: number
let output = ''
let sql: postgres.Sql
let heldBefore: number

interface NodeStatusJson {
  chain: { height: number; refused: Record<string, number> }
  dht: { refused: Record<string, number> }
  swarms: { refused: Record<string, number> }
}

beforeAll(async () => {
  buildSite()
  devnet = await openDevnet({ seed: ATTACK_SEED, dataDir: join(folder, 'net'), peers: 2, clock, log: testLog })
  attackerPort = await freeP2pPort('127.61.0.1', 24_100)
  await openAttackers()
  await startSystem()
  // the site may be ready before the node listens
  await eventually(
    () => Promise.all([isListening(p2pPort), isListening(p2pPort + 1000)]),
    ([a, b]) => a && b,
    60_000,
  )
  heldBefore = nodeMemory()
  slow = Array.from({ length: SLOW_CONNECTIONS }, (_, index) => [
    drip(`127.72.${index}.1`, p2pPort, endlessVersion(), 500),
    drip(`127.73.${index}.1`, p2pPort + 1000, Uint8Array.of(20), 500),
  ]).flat()
  sql = postgres(embeddedDatabaseUrl(dataDir), { max: 1, onnotice: () => undefined })
})

afterAll(async () => {
  await sql?.end({ timeout: 1 })
  if (system?.exitCode === null) {
    system.kill('SIGTERM')
    await once(system, 'exit')
  }
  for (const attacker of attackers) await attacker.close()
  await devnet?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

async function openAttackers(): Promise<void> {
  const [chain] = devnet.peers.map((peer) => peer.chain)
  const tip = chain?.headerView.header(chain.tip.hash)
  if (chain === undefined || tip === undefined) throw new Error('no chain')
  const moment = { time: Math.floor(clock.now()), height: tip.height - 1 }
  const blocks = Array.from({ length: tip.height + 1 }, (_, height) => {
    const hash = chain.hashAt(height)
    return (hash && chain.block(hash)) ?? params.genesisBlock
  })
  const posts = forgedPosts(ATTACK_SEED, 'alice', FRESH_K, moment)
  const items = [...forgedItems(ATTACK_SEED, 'alice', moment), ...embeddedForgeries(moment)]
  lies = chainLies(tip, moment.time)
  codes = {
    // not a lie but too early: it waits, and is never counted
    posts: posts.map(({ code }) => code).filter((code) => code !== 'post-from-future'),
    items: items.map(({ code }) => code),
    chain: lies.map(({ code }) => code),
  }
  const open = (host: string, more: object, served = blocks) =>
    openAttacker({ host, port: attackerPort, params, clock, blocks: served, ...more })
  const garbage = [randomBytes(100), new Uint8Array(200).fill(0xff)]
  // of an answer nothing is read after the first lie: each begins with another
  const from = (index: number) => [...items.slice(index % items.length), ...items.slice(0, index % items.length)]
  attackers = await Promise.all([
    ...posts.map((post, index) =>
      open(`127.61.${index}.1`, { forgedPosts: [post], forgedItems: from(index), garbage }),
    ),
    open('127.63.0.1', {}, [...blocks, ...hollowChain(tip, moment.time, HOLLOW_BLOCKS)]),
  ])
}

async function startSystem(): Promise<void> {
  const port = await freePort()
  p2pPort = await freeP2pPort('127.0.0.1', 22_900)
  url = `http://127.0.0.1:${port}`
  const connect = [...devnet.connect, ...attackers].map((peer) => `${peer.host}:${peer.port}`)
  const flags = ['--network', 'regtest', '--connect', connect.join(), '--follow', devnet.authors.join()]
  const places = ['--port', String(port), '--p2p-port', String(p2pPort), '--data', dataDir]
  const args = ['--import', 'tsx', 'cli/main.ts', 'up', ...flags, ...places]
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, NODE_ENV: 'production' as const }
  system = spawn(process.execPath, args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [system.stdout, system.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  await eventually(
    () => output,
    (text) => text.includes(`ready ${url}\n`),
    60_000,
  )
}

test('every forgery is refused under its code', async () => {
  // who dials in lies at once, whomever the node would have asked first
  const node = { host: '127.0.0.1', port: p2pPort }
  for (const attacker of attackers) attacker.call(node, ['alice'])
  for (const [index, { surprises }] of lies.entries()) {
    const liar = await openChainAttacker(`127.62.${index}.1`, p2pPort)
    for (const { command, payload } of surprises) await liar.send(command, payload)
  }
  const isRefused = (status: NodeStatusJson | undefined) =>
    status !== undefined &&
    codes.posts.every((code) => (status.swarms.refused[code] ?? 0) > 0) &&
    codes.items.every((code) => (status.dht.refused[code] ?? 0) > 0) &&
    codes.chain.every((code) => (status.chain.refused[code] ?? 0) > 0)
  await eventually(nodeStatus, isRefused, 60_000)
  const api = await eventually(
    async () =>
      (await json<{ nodes: { refused: Record<string, number> }[] }>('/api/v1/status')).nodes[0]?.refused ?? {},
    (refused) => [...codes.posts, ...codes.items, ...codes.chain].every((code) => (refused[code] ?? 0) > 0),
  )
  expect(api).not.toEqual({})
})

test('the chain goes on with the honest, whatever heavier headers are claimed', async () => {
  for (let count = 0; count < 4; count++) await devnet.step()
  await devnet.mineBlock()
  const height = devnet.peers[0]?.chain.tip.height
  await eventually(
    async () => (await json<{ tip?: { height: number } }>('/api/v1/status')).tip?.height,
    (shown) => shown === height,
  )
})

test('every honest post has arrived and is shown', async () => {
  const open = devnet.written.filter(({ fields }) => fields.dm === undefined && fields.pfav === undefined)
  for (const author of devnet.authors) {
    const expected = open.filter(({ fields }) => fields.n === author).map(({ fields }) => fields.k)
    await eventually(
      async () => {
        const shown = await postNumbers(author)
        const missing = expected.filter((k) => !shown.has(k))
        return { author, missing, unexpected: [...shown].filter((k) => !expected.includes(k)) }
      },
      ({ missing, unexpected }) => missing.length + unexpected.length === 0,
    )
  }
  const newest = open.at(-1)?.fields
  expect((await fetch(`${url}/@${newest?.n}/${newest?.k}`)).status).toBe(200)
  for (const path of ['/', '/@alice', '/@mallory', '/promoted', '/names', '/status']) {
    const page = await fetch(url + path)
    expect(page.status, path).toBe(200)
    expect(await page.text(), path).not.toContain(FORGED_MARK)
  }
  // Around her profile the liars are in the majority: a look-up goes on past them.
  const isShown = async () => (await (await fetch(`${url}/@alice`)).text()).includes('Alice Marlowe')
  await eventually(isShown, (isTrue) => isTrue, 60_000)
})

test('nothing forged is anywhere in the database but in quarantine', async () => {
  const honest = devnet.written.find(({ fields }) => fields.n === 'alice' && (fields.msg?.length ?? 0) > 20)?.fields.msg
  // the search does find what is there: text, bytes and JSON
  expect(await tablesWith(sql, honest ?? '')).toEqual(
    expect.arrayContaining(['public.raw_userpost', 'public.userpost']),
  )
  expect((await tablesWith(sql, FORGED_MARK)).filter((table) => table !== 'public.quarantine')).toEqual([])
})

test('slow talkers were cut off in the meantime, and the node holds little more than before', async () => {
  expect(Math.max(...(await Promise.all(slow)))).toBeLessThan(SLOW_LIMIT_MS)
  expect(nodeMemory() - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
})

async function isListening(port: number): Promise<boolean> {
  const attempt = await openTcp('127.0.0.1', port).catch(() => undefined)
  attempt?.socket.destroy()
  return attempt !== undefined
}

async function nodeStatus(): Promise<NodeStatusJson | undefined> {
  const [row] = await sql<{ json: NodeStatusJson }[]>`select json from node_status`
  return row?.json
}

async function postNumbers(author: string): Promise<Set<number>> {
  const numbers = new Set<number>()
  let cursor = ''
  do {
    const path: string = `/api/v1/users/${author}/posts?limit=100${cursor}`
    const page = await json<{ items?: { k: number }[]; next?: string }>(path)
    for (const { k } of page.items ?? []) numbers.add(k)
    cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`
  } while (cursor !== '')
  return numbers
}

/** What the node process holds that is no file. */
function nodeMemory(): number {
  const children = readFileSync(`/proc/${system.pid}/task/${system.pid}/children`, 'utf8').trim().split(' ')
  const pid = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('node/main.ts'))
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(url + path)).json()) as T
}
