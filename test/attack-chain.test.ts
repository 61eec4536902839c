import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgedBlocks, keylessRegistration, sideHeaders } from '../devnet/forged-blocks.ts'
import { freeBasePort } from '../devnet/hosts.ts'
import { type DevnetPeer, openPeer } from '../devnet/peer.ts'
import { HEADER_BYTES, parseHeader } from '../node/protocol/block.ts'
import { rawBytes } from '../node/protocol/bytes.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { buildPromoted, makeTransaction, type Transaction } from '../node/protocol/transaction.ts'
import { heavyHeaders, hollowChain } from './attack-forgeries.ts'
import {
  type ChainAttacker,
  flood,
  openChainAttacker,
  openSilentPeer,
  oversizedChainMessage,
  say,
} from './attack-sockets.ts'
import { CHAIN_TARGETS } from './fuzz-chain-targets.ts'
import { mutated } from './fuzz-mutations.ts'
import { eventually, testLog } from './services.ts'
import { genesisBlock, keyOf, mine, mineMany, register, tinyParams } from './tiny-chain.ts'
import { openVictim, type Victim } from './victim.ts'

// One node, one honest peer, and a crowd that dials the node in its own time: nothing depends on whom the node asks.

/** Codes that need main's checkpoints, which regtest has none of: tried beside their rule. */
const TRIED_BESIDE_THEIR_RULE = [
  'rejected-by-checkpoint-lock-in',
  'block-with-timestamp-before-last-checkpoint',
  'block-with-too-little-proof-of-work',
]
/** Codes of transactions outside blocks. */
const LOOSE = ['coinbase-as-individual-tx', 'nonstandard-transaction', 'username-already-registered']
/** Why a replacement is none: said in the detail of tried-to-overwrite-transaction. */
const DETAILS = ['replacement-signature-missing', 'replaced-key-missing', 'replacement-signature-invalid']
/** What all of this may make the node hold, beyond what it held when it was synced. */
const MAX_GROWTH_BYTES = 200e6
/** Longer than the node waits for an answer. */
const SILENT_MS = 4000
const SIDE_HEADERS = 2000
const SPOILT_OF_EACH = 40

const base = mineMany(genesisBlock(), 40, 0, [
  register('alice', keyOf('alice')),
  keylessRegistration('keyless', tinyParams),
])
const tip = base.at(-1) ?? genesisBlock()
const now = () => Math.floor(systemClock.now())
const lies = forgedBlocks({
  prev: tip.header,
  time: now(),
  params: tinyParams,
  registered: 'alice',
  keyless: 'keyless',
})

const folder = mkdtempSync(join(tmpdir(), 'windsock-attack-chain-'))
let honest: DevnetPeer
let victim: Victim
let heldBefore: number
let nextHost = 0

beforeAll(async () => {
  const port = await freeBasePort(1)
  const options = { params: tinyParams, clock: systemClock, log: testLog, connect: [] }
  honest = await openPeer({ ...options, path: folder, host: '127.51.0.1', port })
  await honest.chain.acceptBlocks(base)
  const at = { host: '127.0.0.1', port: await freeBasePort(1) }
  victim = await openVictim({ ...at, connect: [{ host: honest.host, port }], follow: [], isWary: true })
  await eventually(victim.status, ({ height }) => height === base.length)
  heldBefore = (await victim.status()).heldBytes
}, 60_000)

afterAll(async () => {
  await victim?.close()
  await honest?.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** Dials from an address, and a neighbourhood, of its own. */
const attacker = (): Promise<ChainAttacker> => openChainAttacker(`127.${60 + (nextHost++ % 150)}.0.9`, victim.port)

async function honestBlock(): Promise<void> {
  const top = honest.chain.headerView.header(honest.chain.tip.hash)
  if (top === undefined) throw new Error('no tip')
  const block = mine({ header: top, transactions: [], raw: rawBytes(top.raw), sizeBytes: 0 }, [], 1)
  expect(await honest.chain.acceptBlock(block)).toMatchObject({ kind: 'accept' })
  await eventually(victim.status, ({ height }) => height === honest.chain.tip.height)
}

test.each(lies.filter(({ isIgnored }) => !isIgnored))('a block is refused for $code', async ({ code, raw }) => {
  const liar = await attacker()
  await liar.send('block', raw)
  await eventually(victim.status, ({ refused }) => (refused[code] ?? 0) > 0)
  liar.socket.destroy()
})

test.each(lies.filter(({ isIgnored }) => isIgnored))(
  'a block that is $code is left, and nobody blamed',
  async ({ raw }) => {
    const early = await attacker()
    await early.send('block', raw)
    await early.settled()
    expect(await victim.status()).toMatchObject({ height: honest.chain.tip.height })
    expect(early.socket.destroyed).toBe(false)
    early.socket.destroy()
  },
)

test('what scores 100 ends the connection, and the address may not come back', async () => {
  const { offenders, refused } = await victim.status()
  expect(offenders.length).toBeGreaterThan(15)
  const [host = ''] = offenders
  await expect(openChainAttacker(host, victim.port)).rejects.toThrow()
  expect(refused['hashmerkleroot-mismatch']).toBe(1)
})

test('a transaction outside a block is judged by the same rules and its own', async () => {
  const promoted = buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: 3 })
  const refused: [string, Transaction][] = [
    ['coinbase-as-individual-tx', promoted],
    ['username-empty', makeTransaction({ ...register('mallory', keyOf('m')), userName: new Uint8Array(0) })],
  ]
  for (const [code, tx] of refused) {
    const before = (await victim.status()).refused[code] ?? 0
    const liar = await attacker()
    await liar.send('tx', tx.raw)
    await eventually(victim.status, ({ refused }) => (refused[code] ?? 0) > before)
    liar.socket.destroy()
  }
  const thief = await attacker()
  await thief.send('tx', register('alice', keyOf('mallory')).raw)
  await thief.settled()
  expect(thief.socket.destroyed).toBe(false)
  thief.socket.destroy()
})

test('every code of the rules of blocks, headers and transactions is tried', () => {
  const rules = ['check-block', 'check-header', 'check-transaction'].map((file) =>
    readFileSync(new URL(`../node/protocol/rules/${file}.ts`, import.meta.url), 'utf8'),
  )
  const codes = rules.flatMap((source) =>
    [...source.matchAll(/(?:reject|ignore)\('([a-z0-9-]+)'/g)].map(([, code]) => code),
  )
  const tried = [...lies.map(({ code }) => code), ...TRIED_BESIDE_THEIR_RULE, ...LOOSE, ...DETAILS]
  expect([...new Set(codes)].sort()).toEqual([...new Set(tried)].sort())
})

test('headers that claim more work than they did end their sender, and lead nowhere', async () => {
  const before = (await victim.status()).refused['proof-of-work-failed'] ?? 0
  const liar = await attacker()
  for (const time of [now(), now() + 1]) {
    const { command, payload } = heavyHeaders(tip.header, time)
    await liar.send(command, payload)
  }
  await liar.closedAfterMs
  const { refused, bestHeaderHeight } = await victim.status()
  expect(refused['proof-of-work-failed']).toBe(before + 2)
  // one of a refused block may be there still: its header was good
  expect(bestHeaderHeight).toBeLessThanOrEqual(honest.chain.tip.height + 1)
  await honestBlock()
})

test('short branches without end cost little and hold up nothing', async () => {
  const liar = await attacker()
  for (const branch of sideHeaders(genesisBlock().header, SIDE_HEADERS, base.length - 1)) {
    await liar.send('headers', encodeHeaders(branch))
  }
  await honestBlock()
  await liar.settled()
  expect((await victim.status()).bestHeaderHeight).toBeLessThanOrEqual(honest.chain.tip.height + 1)
  liar.socket.destroy()
})

test('heavier headers whose blocks nobody has do not hold up those that somebody has', async () => {
  const top = honest.chain.headerView.header(honest.chain.tip.hash) ?? tip.header
  const hollow = hollowChain(top, now(), 6).flatMap((raw) => parseHeader(raw.subarray(0, HEADER_BYTES)) ?? [])
  const liar = await attacker()
  await liar.send('headers', encodeHeaders(hollow))
  await eventually(victim.status, ({ bestHeaderHeight }) => bestHeaderHeight === honest.chain.tip.height + 6)
  await honestBlock()
  await honestBlock()
  liar.socket.destroy()
})

test('peers that never answer, and come again and again, do not keep new blocks away', async () => {
  let isOver = false
  const silent = Array.from({ length: 4 }, async (_, index) => {
    for (let count = 0; !isOver; count++) {
      const peer = await openSilentPeer(`127.${220 + index}.${count % 250}.9`, victim.port)
      setTimeout(() => peer.socket.destroy(), SILENT_MS)
      await delay(100)
    }
  })
  for (let count = 0; count < 3; count++) await honestBlock()
  isOver = true
  await Promise.all(silent)
})

test('messages of every command, spoilt in every way, end nothing but their connection', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`seed ${seed}`)
  let spoiler = await attacker()
  for (const { name, samples } of CHAIN_TARGETS.filter((target) => target.name.startsWith('chain '))) {
    for (const payload of fc.sample(mutated(samples), { seed, numRuns: SPOILT_OF_EACH })) {
      if (spoiler.socket.destroyed) spoiler = await attacker()
      await spoiler.send(name.replace('chain ', ''), payload)
    }
  }
  spoiler.socket.destroy()
  await honestBlock()
})

test('garbage, lengths of gigabytes and floods are cut off', async () => {
  const { port } = victim
  await Promise.all([
    say('127.71.0.1', port, randomBytes(64_000)),
    say('127.72.0.1', port, oversizedChainMessage()),
    flood(await openSilentPeer('127.74.0.1', port), 20, 5),
  ])
  await honestBlock()
  const { refused } = await victim.status()
  expect(refused['wrong-magic']).toBeGreaterThan(0)
  expect(refused['oversized-message']).toBeGreaterThan(0)
})

test('after all this the node holds little more than before, and still goes on', async () => {
  await honestBlock()
  const { heldBytes, peers } = await victim.status()
  expect(peers).toContain(honest.host)
  expect(heldBytes - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
})
