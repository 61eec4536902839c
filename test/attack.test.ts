import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import { openAttacker } from '../devnet/attackers.ts'
import type { Written } from '../devnet/compose.ts'
import { FORGED_MARK, forgedItems, forgedPosts } from '../devnet/forgeries.ts'
import { type Devnet, openDevnet } from '../devnet/network.ts'
import { openScriptedPeer, type ScriptedPeer } from '../devnet/scripted-peer.ts'
import { usernameOf } from '../devnet/writer.ts'
import { rawBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { type Resource, targetHash } from '../node/protocol/dht-target.ts'
import { networkParams } from '../node/protocol/params.ts'
import {
  ATTACK_SEED,
  chainLies,
  embeddedForgeries,
  hollowChain,
  nonCanonicalPost,
  signedItem,
} from './attack-forgeries.ts'
import {
  drip,
  endlessVersion,
  flood,
  openDhtAttacker,
  openSilentPeer,
  oversizedChainMessage,
  oversizedSwarmMessage,
  say,
} from './attack-sockets.ts'
import { embeddedDatabaseUrl, tablesWith } from './database-search.ts'
import { eventually, freePort, testLog } from './services.ts'
import { buildSite } from './site-process.ts'

// The whole system, as the launcher runs it, between two honest peers and a crowd that lies in every way there is.
const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const HOLLOW_BLOCKS = 8
/** Numbers of forged posts: those that honest peers serve too, and those that nobody else has. */
const CONTESTED_K = 0
const FRESH_K = 70
const SLOW_CONNECTIONS = 30
/** The longest that a connection may stay without having said who it is, with time for a busy machine. */
const SLOW_LIMIT_MS = 30_000
/** What the whole attack may make the node hold at most, beyond what it held before. */
const MAX_GROWTH_BYTES = 200e6

const params = networkParams('regtest', { checkpoints: false })
const clock = systemClock
const alice = usernameOf('alice')
const folder = mkdtempSync(join(tmpdir(), 'windsock-attack-'))
const dataDir = join(folder, 'data')

let devnet: Devnet
let attackers: ScriptedPeer[] = []
let codes: { posts: string[]; items: string[]; chain: string[] }
let markedHosts: string[]
let system: ChildProcess
let url: string
let p2pPort: number
let attackerPort: number
let output = ''
let sql: postgres.Sql
let heldBefore: number
const seenOffenders = new Set<string>()

interface NodeStatusJson {
  chain: { height: number; refused: Record<string, number> }
  offenders: { host: string; code: string }[]
  dht: { refused: Record<string, number>; malformed: number }
  swarms: { refused: Record<string, number> }
}

beforeAll(async () => {
  buildSite()
  devnet = await openDevnet({ seed: ATTACK_SEED, dataDir: join(folder, 'net'), peers: 2, clock, log: testLog })
  attackerPort = await freeP2pPort('127.61.0.1', 24_100)
  await openAttackers()
  await startSystem()
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
  const forgeries = (firstK: number) => [
    ...forgedPosts(ATTACK_SEED, 'alice', firstK, moment),
    nonCanonicalPost('alice', firstK + 8, moment),
  ]
  const contested = forgeries(CONTESTED_K)
  const posts = forgeries(FRESH_K).map((fresh, index) => [fresh, contested[index] ?? fresh])
  const items = [...forgedItems(ATTACK_SEED, 'alice', moment), ...embeddedForgeries(moment)]
  const lies = chainLies(tip, moment.time)
  codes = {
    // not a lie but too early: it waits, and is never counted
    posts: contested.map(({ code }) => code).filter((code) => code !== 'post-from-future'),
    items: items.map(({ code }) => code),
    chain: lies.map(({ code }) => code),
  }
  const open = (host: string, more: object, served = blocks) =>
    openAttacker({ host, port: attackerPort, params, clock, blocks: served, ...more })
  const garbage = [randomBytes(100), new Uint8Array(200).fill(0xff)]
  const lying = lies.map((lie, index) => ({ lie, host: `127.62.${index}.1` }))
  markedHosts = []
  attackers = await Promise.all([
    ...posts.map((forged, index) => open(`127.61.${index}.1`, { forgedPosts: forged, forgedItems: items, garbage })),
    ...lying.map(({ lie, host }) => openLiar(host, lie.surprises, blocks)),
    open('127.63.0.1', {}, [...blocks, ...hollowChain(tip, moment.time, HOLLOW_BLOCKS)]),
  ])
}

function openLiar(host: string, surprises: readonly { command: string; payload: Uint8Array }[], blocks: Uint8Array[]) {
  return openScriptedPeer({
    host,
    port: attackerPort,
    magic: params.magic,
    blocks,
    clock,
    userAgent: '/twisterd:0.9.40/',
    surprises,
    pieces: new Map(),
    values: new Map(),
  })
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

// Whom the node asks first is left to chance; an attacker that it dropped is dialled again after a while.
test('every forgery is refused under its code, and who brought it is marked', { retry: 1 }, async () => {
  const status = await eventually(
    nodeStatus,
    (json) =>
      json !== undefined &&
      codes.posts.every((code) => (json.swarms.refused[code] ?? 0) > 0) &&
      codes.items.every((code) => (json.dht.refused[code] ?? 0) > 0) &&
      codes.chain.every((code) => (json.chain.refused[code] ?? 0) > 0) &&
      markedHosts.every((host) => seenOffenders.has(host)),
    // a liar who spoke too soon is dialled again, and lies again
    150_000,
  )
  // whoever was banned is not asked again: no more than its two lies were ever looked at
  for (const code of codes.posts) expect(status?.swarms.refused[code], code).toBeLessThanOrEqual(2)
  const api = await eventually(
    async () =>
      (await json<{ nodes: { refused: Record<string, number> }[] }>('/api/v1/status')).nodes[0]?.refused ?? {},
    (refused) => [...codes.posts, ...codes.items, ...codes.chain].every((code) => (refused[code] ?? 0) > 0),
  )
  expect(api).not.toEqual({})
})

test('garbage, oversized lengths, slow talkers and floods are cut off, and the node does not grow', async () => {
  heldBefore = nodeMemory()
  const live: (Written | undefined)[] = []
  const garbage = [
    say('127.71.0.1', p2pPort, randomBytes(64_000)),
    say('127.71.0.2', p2pPort, oversizedChainMessage()),
    say('127.71.0.3', p2pPort + 1000, randomBytes(64_000)),
    say('127.71.0.4', p2pPort + 1000, oversizedSwarmMessage(alice)),
  ]
  const slow = Array.from({ length: SLOW_CONNECTIONS }, (_, index) => [
    drip(`127.72.${index}.1`, p2pPort, endlessVersion(), 500),
    drip(`127.73.${index}.1`, p2pPort + 1000, Uint8Array.of(20), 500),
  ]).flat()
  const flooding = floodFromSilentPeer()
  await pokeDht()
  for (let count = 0; count < 4; count++) live.push(await devnet.step())
  await Promise.all([...garbage, flooding])
  const longest = Math.max(...(await Promise.all(slow)))
  expect(longest).toBeLessThan(SLOW_LIMIT_MS)
  const status = await eventually(nodeStatus, (json) => (json?.chain.refused['oversized-message'] ?? 0) > 0)
  expect(status?.chain.refused['wrong-magic']).toBeGreaterThan(0)
  for (const code of ['bad-handshake', 'message-too-big']) expect(status?.swarms.refused[code], code).toBeGreaterThan(0)
  expect(status?.dht.malformed).toBeGreaterThan(0)
  await devnet.mineBlock()
  live.push(await devnet.step())
  expect(live.filter((made) => made !== undefined).length).toBeGreaterThan(2)
  expect(nodeMemory() - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
})

test('the chain goes on with the honest, whatever heavier headers are claimed', async () => {
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
  expect(await (await fetch(`${url}/@alice`)).text()).toContain('Alice Marlowe')
})

test('nothing forged is anywhere in the database but in quarantine', async () => {
  const honest = devnet.written.find(({ fields }) => fields.n === 'alice' && (fields.msg?.length ?? 0) > 20)?.fields.msg
  // the search does find what is there: text, bytes and JSON
  expect(await tablesWith(sql, honest ?? '')).toEqual(
    expect.arrayContaining(['public.raw_userpost', 'public.userpost']),
  )
  expect((await tablesWith(sql, FORGED_MARK)).filter((table) => table !== 'public.quarantine')).toEqual([])
})

/** A peer that shook hands, leaves every question unanswered, and talks of hundreds of thousands of blocks. */
async function floodFromSilentPeer(): Promise<void> {
  const peer = await openSilentPeer('127.74.0.1', p2pPort)
  // until the node believes that it does not know getheaders
  await delay(4500)
  await flood(peer, 100, 30)
  peer.socket.destroy()
}

async function pokeDht(): Promise<void> {
  const attacker = await openDhtAttacker('127.75.0.1', p2pPort + 1000)
  for (const size of [1, 21, 1400, 60_000]) {
    await attacker.send(randomBytes(size))
    await attacker.send(utf8Encode(`d1:q${'9'.repeat(size)}:e`))
    await attacker.send(utf8Encode(`d1:x${'l'.repeat(size)}${'e'.repeat(size)}1:z1:qe`))
  }
  const moment = { time: Math.floor(clock.now()), height: 1 }
  const [forged] = forgedPosts(ATTACK_SEED, 'alice', FRESH_K, moment)
  const piece = forged?.piece ?? new Uint8Array(0)
  const profile: Resource = { n: 'alice', r: 'profile', t: 's' }
  const mention: Resource = { n: 'alice', r: 'mention', t: 'm' }
  const answers: string[] = []
  for (const [resource, signer, claimed] of [
    [profile, 'mallory', 'alice'],
    [profile, 'mallory', 'mallory'],
    [mention, 'mallory', 'mallory'],
  ] as const) {
    const target = targetHash(resource)
    const told = await attacker.ask({ method: 'getData', resource, target, justToken: true })
    const token = told?.kind === 'reply' ? told.token : undefined
    if (token === undefined) throw new Error('no token')
    const { p, sigP } = signedItem(resource, moment, piece, signer, claimed)
    const put = { method: 'putData', token, p: rawBytes(p), sigP, sigUser: utf8Encode(claimed), target } as const
    const answer = await attacker.ask(put)
    answers.push(answer?.kind === 'error' ? answer.text : String(answer?.kind))
  }
  expect(answers).toEqual(['invalid signature', 'only owner is allowed', 'expected-username'])
  await attacker.close()
}

async function nodeStatus(): Promise<NodeStatusJson | undefined> {
  const [row] = await sql<{ json: NodeStatusJson }[]>`select json from node_status`
  for (const { host } of row?.json.offenders ?? []) seenOffenders.add(host)
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
