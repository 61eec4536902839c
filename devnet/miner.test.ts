import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Chain, openChain } from '../node/chain/chain.ts'
import { parseBlock } from '../node/protocol/block.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { parseDhtItem } from '../node/protocol/dht-item.ts'
import { currentRecord } from '../node/protocol/name-view.ts'
import { networkParams } from '../node/protocol/params.ts'
import { checkDhtItem } from '../node/protocol/rules/check-dht-item.ts'
import { checkPiece, checkUserpost } from '../node/protocol/rules/check-userpost.ts'
import { isPromoted, promotedMessage } from '../node/protocol/transaction.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { openStore, type Store } from '../node/store/store.ts'
import { Notebook } from './compose.ts'
import { forgedBlocks } from './forged-blocks.ts'
import { forgedItems, forgedPosts } from './forgeries.ts'
import { type Miner, openMiner } from './miner.ts'
import { OPENING_BLOCK_SECONDS, OPENING_BLOCKS, OPENING_SECONDS, openingBeats, openingUid } from './story.ts'

const log = pino({ level: 'silent' })
const params = networkParams('regtest', { checkpoints: false })
const start = Math.floor(systemClock.now()) - OPENING_SECONDS
const folder = mkdtempSync(join(tmpdir(), 'windsock-miner-'))

let store: Store
let chain: Chain
let miner: Miner

beforeAll(async () => {
  store = await openStore({ path: folder, params, log })
  chain = await openChain({ store, params, clock: systemClock, log })
  miner = openMiner({ seed: 'windsock', chain, params, clock: systemClock, log })
  await miner.mineOpening(start)
})

afterAll(async () => {
  await miner.close()
  await chain.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

test('the opening chain ends now and holds every name', () => {
  expect(chain.tip.height).toBe(OPENING_BLOCKS)
  expect(chain.tip.time).toBe(start + OPENING_SECONDS)
  expect(chain.nameView.history(nameOf('erin')).map((record) => record.height)).toEqual([1, 70])
  expect(chain.registeredNames('', 1000).length).toBe(224)
})

test('short links count transactions as the chain does', () => {
  for (const name of ['alice', 'carol', 'mallory', 'erin']) {
    expect(ordinalOf(name), name).toBe(openingUid(name))
  }
})

test('the opening posts are accepted by the chain that was mined', () => {
  const notebook = new Notebook('windsock')
  for (const beat of openingBeats('windsock')) {
    const height = Math.floor(beat.at / OPENING_BLOCK_SECONDS) - 1
    const { signed } = notebook.write(beat, { time: start + beat.at, height })
    const { n, k } = signed.userpost
    expect(checkUserpost(signed, { username: n, k }, chain.nameView), `${n}/${k}`).toEqual({ kind: 'accept' })
  }
})

test('some promoted messages are signed, some are not', () => {
  const users = new Set(blocks().map((block) => block.transactions[0] && promotedMessage(block.transactions[0])?.user))
  expect([...users]).toEqual(expect.arrayContaining(['nobody', 'bob', 'carol']))
})

test('every forgery is refused for its own reason', async () => {
  const moment = { time: Math.floor(systemClock.now()), height: chain.tip.height - 1 }
  for (const { username, k, piece, code } of forgedPosts('windsock', 'alice', 100, moment)) {
    expect(checkPiece(piece, { username: nameOf(username), k }, chain.nameView)).toMatchObject({ code })
  }
  for (const { resource, item, code } of forgedItems('windsock', 'alice', moment)) {
    const parsed = parseDhtItem(item)
    expect(parsed && checkDhtItem(parsed, chain.nameView, moment.time, 'read', resource)).toMatchObject({ code })
  }
  const tip = chain.headerView.header(chain.tip.hash)
  for (const { raw, code } of tip === undefined
    ? []
    : forgedBlocks({ prev: tip, time: moment.time, params, registered: 'alice' })) {
    const block = parseBlock(raw)
    expect(block && (await chain.acceptBlock(block))).toMatchObject({ code })
  }
  expect(chain.tip.height).toBe(OPENING_BLOCKS)
})

test('a further block follows at once, and nothing is mined twice', async () => {
  await miner.mineOpening(start)
  await miner.mineBlock()
  expect(chain.tip.height).toBe(OPENING_BLOCKS + 1)
})

function blocks() {
  return Array.from({ length: chain.tip.height }, (_, index) => {
    const hash = chain.hashAt(index + 1)
    const block = parseBlock((hash && chain.block(hash)) ?? new Uint8Array())
    if (block === undefined) throw new Error(`no block ${index + 1}`)
    return block
  })
}

function ordinalOf(name: string): number {
  const record = currentRecord(chain.nameView, nameOf(name))
  const before = blocks().slice(0, (record?.height ?? 0) - 1)
  expect(before.every((block) => block.transactions.slice(1).every((tx) => !isPromoted(tx)))).toBe(true)
  return 1 + before.reduce((sum, block) => sum + block.transactions.length, 0) + (record?.index ?? -1)
}

function nameOf(name: string) {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(name)
  return username
}
