import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Block, type BlockHeader, buildBlock, parseHeader } from '../protocol/block.ts'
import { nextTarget, RETARGET_INTERVAL, workOf } from '../protocol/compact-target.ts'
import { networkParams } from '../protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../protocol/signature.ts'
import { buildPromoted, promotedScript, solveRegistration, type Transaction } from '../protocol/transaction.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import { openStore, type Store } from '../store/store.ts'
import { mine } from './block-template.ts'
import { type Chain, openChain } from './chain.ts'

const params = networkParams('regtest', { checkpoints: false })
const log = pino({ level: 'silent' })
const LIMIT_BITS = 0x207fffff
/** A quarter of it: the least that one retarget can leave. */
const QUARTER_BITS = nextTarget(LIMIT_BITS, 1, params.powLimit)
const COMMON = RETARGET_INTERVAL - 2
const alice = nameOf('alice')
const bob = nameOf('bob')
const key1 = new Uint8Array(32).fill(1)
const key2 = new Uint8Array(32).fill(2)

let path: string
let store: Store
let chain: Chain
/** The last of the blocks that both branches share, one second apart: two below the retarget. */
let common: BlockHeader

function nameOf(text: string): Username {
  const username = parseUsername(text)
  if (username === undefined) throw new Error(text)
  return username
}

let extraNonce = 0

function promoted(user?: string, privateKey?: Uint8Array): Transaction {
  const signature = privateKey && signDigest(messageDigest(promotedScript('x')), privateKey)
  const signed = signature === undefined ? {} : { signature }
  return buildPromoted({
    user: user ?? 'nobody',
    text: 'x',
    ...signed,
    salt: new Uint8Array(4),
    extraNonce: extraNonce++,
  })
}

function register(username: Username, privateKey: Uint8Array): Transaction {
  const tx = solveRegistration({ username, publicKey: publicKeyOf(privateKey) }, params.txBits)
  if (tx === undefined) throw new Error('not solved')
  return tx
}

function child(prev: BlockHeader, seconds: number, bits: number, txs: readonly Transaction[] = [promoted()]): Block {
  return buildBlock({ prev, txs, time: prev.time + seconds, bits })
}

beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), 'windsock-retarget-'))
  store = await openStore({ path, params, log })
  chain = await openChain({ store, params, clock: { now: () => 1_900_000_000 }, log })
  const genesis = parseHeader(params.genesisHeader)
  if (genesis === undefined) throw new Error('no genesis')
  common = genesis
  const blocks: Block[] = []
  while (common.height < COMMON) {
    const next = child(common, 1, LIMIT_BITS)
    blocks.push(next)
    common = next.header
  }
  const verdicts = await chain.acceptBlocks(blocks)
  expect(verdicts.filter(({ kind }) => kind !== 'accept')).toEqual([])
})

afterAll(async () => {
  await chain.close()
  await store.close()
  rmSync(path, { recursive: true })
})

test('across a retarget each branch has its own difficulty, and fewer blocks with more work win over more', async () => {
  // B's last block before the retarget comes in time: the next one has to do four times the work.
  const b2015 = child(common, 1, LIMIT_BITS, [promoted(), register(bob, key1)])
  expect(await chain.acceptBlock(b2015)).toEqual({ kind: 'accept' })
  expect(chain.buildTemplate({ promoted: promoted() }).header).toMatchObject({ height: 2016, bits: QUARTER_BITS })
  expect(workOf(QUARTER_BITS)).toBe(4n * workOf(LIMIT_BITS))
  const easy = child(b2015.header, 600, LIMIT_BITS)
  expect(await chain.acceptBlock(easy)).toMatchObject({ kind: 'reject', code: 'incorrect-proof-of-work', score: 100 })

  // A's comes late enough for the difficulty to stay the least.
  const a2015 = child(common, 1_300_000, LIMIT_BITS)
  const a2016 = child(a2015.header, 600, LIMIT_BITS, [promoted(), register(alice, key1)])
  const a2017 = child(a2016.header, 600, LIMIT_BITS)
  const a2018 = child(a2017.header, 600, LIMIT_BITS)
  expect(await chain.acceptBlocks([a2015, a2016, a2017, a2018])).toEqual(Array(4).fill({ kind: 'accept' }))
  expect(chain.tip.height).toBe(2018)

  // The reference refuses a branch of fewer blocks (B11c), holds names of the branch it leaves for taken (B11a), and
  // does not see those that the new branch has just registered (B11b).
  const signedByBob = promoted('bob', key1)
  const b2016 = child(b2015.header, 600, QUARTER_BITS, [signedByBob, register(alice, key2)])
  expect(await chain.acceptBlock(b2016)).toEqual({ kind: 'accept' })
  expect(chain.tip).toMatchObject({ height: 2016, hash: b2016.header.hash })
  expect(chain.nameView.history(alice).map(({ height, txid }) => [height, txid])).toEqual([
    [2016, b2016.transactions[1]?.txid],
  ])

  // A gets as much work: nothing moves. "first-seen wins on ties" (chain.md 4.1)
  const a2019 = child(a2018.header, 600, LIMIT_BITS)
  expect(await chain.acceptBlock(a2019)).toEqual({ kind: 'accept' })
  expect(chain.tip.hash).toEqual(b2016.header.hash)
  const a2020 = child(a2019.header, 600, LIMIT_BITS)
  expect(await chain.acceptBlock(a2020)).toEqual({ kind: 'accept' })
  expect(chain.tip).toMatchObject({ height: 2020, hash: a2020.header.hash })
  expect(chain.nameView.history(bob)).toEqual([])
  expect(chain.nameView.history(alice).map(({ height }) => height)).toEqual([2016])

  // B again, with a second registration of a name that it has registered itself: "state after block B = state after
  // parent(B) + registrations of B" (chain.md 4.2), so it fails, and the tip stays.
  const twice = child(b2016.header, 600, QUARTER_BITS, [promoted(), register(bob, key2)])
  expect(await chain.acceptBlock(twice)).toMatchObject({ kind: 'reject', code: 'tried-to-overwrite-transaction' })
  expect(chain.tip.hash).toEqual(a2020.header.hash)

  // What is mined on top of B has B's difficulty.
  const b2017 = child(b2016.header, 600, QUARTER_BITS)
  expect(await chain.acceptBlock(b2017)).toEqual({ kind: 'accept' })
  expect(chain.tip).toMatchObject({ height: 2017, hash: b2017.header.hash })
  const template = chain.buildTemplate({ promoted: promoted() })
  expect(template.header).toMatchObject({ height: 2018, bits: QUARTER_BITS })
  const mined = await mine(template)
  expect(mined && (await chain.acceptBlock(mined))).toEqual({ kind: 'accept' })
  expect(chain.tip.height).toBe(2018)
})
