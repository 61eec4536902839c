import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Block, buildBlock, parseBlock } from '../protocol/block.ts'
import { hexToBytes } from '../protocol/bytes.ts'
import { formatHash } from '../protocol/hash.ts'
import { requiredBits } from '../protocol/header-view.ts'
import { currentRecord } from '../protocol/name-view.ts'
import { type NetworkName, networkParams } from '../protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../protocol/signature.ts'
import { buildPromoted, solveRegistration, type Transaction } from '../protocol/transaction.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import { openStore, type Store } from '../store/store.ts'
import { mine } from './block-template.ts'
import { type Chain, openChain } from './chain.ts'

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../test/vectors/chain.json'), 'utf8'))
const log = pino({ level: 'silent' })
const alice = name('alice')
const key1 = new Uint8Array(32).fill(1)
const key2 = new Uint8Array(32).fill(2)

let path: string
let store: Store
let chain: Chain
let network: NetworkName

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'windsock-chain-'))
})

afterEach(async () => {
  await store.close()
  rmSync(path, { recursive: true })
})

async function open(which: NetworkName): Promise<void> {
  network = which
  const params = networkParams(which, { checkpoints: false })
  store = await openStore({ path, params, log })
  chain = await openChain({ store, params, clock: { now: () => 1_900_000_000 }, log })
}

async function reopen(): Promise<void> {
  await store.close()
  await open(network)
}

function name(text: string): Username {
  const username = parseUsername(text)
  if (username === undefined) throw new Error(text)
  return username
}

function block(hex: string): Block {
  const parsed = parseBlock(hexToBytes(hex) ?? new Uint8Array(0))
  if (parsed === undefined) throw new Error('not a block')
  return parsed
}

let extraNonce = 0

function promoted(text = 'hello'): Transaction {
  return buildPromoted({ user: 'nobody', text, salt: new Uint8Array(4), extraNonce: extraNonce++ })
}

function register(username: Username, privateKey: Uint8Array, oldKey?: Uint8Array): Transaction {
  const publicKey = publicKeyOf(privateKey)
  const oldPrivateKeySignature = oldKey && signDigest(messageDigest(publicKey), oldKey)
  const tx = solveRegistration({ username, publicKey, oldPrivateKeySignature }, chain.params.txBits)
  if (tx === undefined) throw new Error('unsolved')
  return tx
}

/** A regtest block on any known block. */
function child(prev: Block | undefined, ...registrations: Transaction[]): Block {
  const header = prev?.header ?? chain.headerView.header(chain.params.genesisHash)
  if (header === undefined) throw new Error('no parent')
  const bits = requiredBits(chain.headerView, header.hash, chain.params) ?? header.bits
  return buildBlock({ prev: header, txs: [promoted(), ...registrations], time: header.time + 600, bits })
}

async function accepted(...blocks: Block[]): Promise<void> {
  expect(await chain.acceptBlocks(blocks)).toEqual(blocks.map(() => ({ kind: 'accept' })))
}

function outboxKinds(): string[] {
  return store.outbox.read(1, 1000, 1e9).map((item) => ('height' in item ? `${item.kind} ${item.height}` : item.kind))
}

test('the blocks that the reference accepted are accepted, in its order, and d9 is not', async () => {
  await open('main')
  const run: { name: string; hash: string; block_hex: string }[] = vectors.reference_run.blocks
  for (const { name, block_hex } of run) {
    const verdict = await chain.acceptBlock(block(block_hex))
    expect([name, verdict.kind]).toEqual([name, name === 'd9' ? 'reject' : 'accept'])
  }
  const hashOf = (wanted: string) => run.find(({ name }) => name === wanted)?.hash
  // c8 came before d8 and p8 with as much work, after a7 was the tip: "first seen wins on ties".
  expect(formatHash(chain.tip.hash)).toBe(hashOf('c8'))
  expect(chain.nameView.history(name('race'))).toHaveLength(1)
  expect(chain.nameView.history(alice).map((record) => record.height)).toEqual([1, 2, 3, 5, 6])
  const before = outboxKinds()
  await reopen()
  expect(formatHash(chain.tip.hash)).toBe(hashOf('c8'))
  expect(outboxKinds()).toEqual(before)
})

test('each invalid child is refused and leaves the tip where it was', async () => {
  await open('main')
  const run: { name: string; block_hex: string }[] = vectors.reference_run.blocks
  for (const { name, block_hex } of run) {
    if (['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'a7'].includes(name)) await accepted(block(block_hex))
  }
  const tip = formatHash(chain.tip.hash)
  const codes: Record<string, string> = {
    n_version1: 'rejected-nversion',
    n_mtp: 'block-timestamp-is-too-early',
    n_141chars: 'spam-message-too-big',
    n_user17: 'spam-user-size-invalid',
    n_name17: 'username-size-out-of-limits',
    n_dupname: 'duplicate-username',
    n_merkle: 'hashmerkleroot-mismatch',
    n_nosig: 'spam-signature-missing',
    n_twospam: 'more-than-one-coinbase',
    n_size560: 'tx-size-limits-failed',
    b2bad: 'spam-signature-verification-failed',
  }
  for (const { name, block_hex } of vectors.reference_run.negative_children_of_a7) {
    // b2bad is a child of b1: with less work than the tip it is stored and judged only when its branch wins.
    if (name === 'b2bad') continue
    const verdict = await chain.acceptBlock(block(block_hex))
    expect([name, 'code' in verdict && verdict.code]).toEqual([name, codes[name]])
    expect(formatHash(chain.tip.hash)).toBe(tip)
  }
})

test('a promoted message signed over the bare text is refused', async () => {
  await open('main')
  const run: { name: string; block_hex: string }[] = vectors.reference_run.blocks
  await accepted(block(run[0]?.block_hex ?? ''))
  const bad = vectors.reference_run.negative_children_of_a7.find((child: { name: string }) => child.name === 'b2bad')
  expect(await chain.acceptBlock(block(bad.block_hex))).toMatchObject({
    kind: 'reject',
    code: 'spam-signature-verification-failed',
  })
})

test('a heavier branch takes over: names, keys and the outbox follow, and come back with the first branch', async () => {
  await open('regtest')
  const a1 = child(undefined, register(alice, key1))
  const a2 = child(a1, register(alice, key2, key1), register(name('bob'), key1))
  await accepted(a1, a2)
  const recordsOnA = chain.nameView.history(alice)
  const b2 = child(a1, register(name('carol'), key2))
  await accepted(b2)
  expect(chain.tip.hash).toEqual(a2.header.hash)
  const b3 = child(b2, register(name('bob'), key2))
  await accepted(b3)
  expect(chain.tip.hash).toEqual(b3.header.hash)
  expect(chain.nameView.history(alice)).toEqual(recordsOnA.slice(0, 1))
  expect(chain.registeredNames('', 10)).toEqual(['alice', 'bob', 'carol'])
  expect(currentRecord(chain.nameView, name('bob'))?.height).toBe(3)
  expect(outboxKinds().slice(3)).toEqual(['block-disconnected 2', 'block-connected 2', 'block-connected 3'])
  const a3 = child(a2)
  const a4 = child(a3)
  await accepted(a3, a4)
  expect(chain.tip.hash).toEqual(a4.header.hash)
  expect(chain.nameView.history(alice)).toEqual(recordsOnA)
  expect(chain.registeredNames('', 10)).toEqual(['alice', 'bob'])
  await reopen()
  expect(chain.nameView.history(alice)).toEqual(recordsOnA)
  expect(chain.tip.height).toBe(4)
})

test('the transactions of a losing branch wait in the mempool again', async () => {
  await open('regtest')
  const registration = register(alice, key1)
  const a1 = child(undefined, registration)
  const b1 = child(undefined)
  await accepted(a1, b1, child(b1))
  expect(chain.nameView.history(alice)).toEqual([])
  expect(chain.mempool.txids()).toEqual([registration.txid])
})

test('a branch that fails leaves the best chain as it was, for good', async () => {
  await open('regtest')
  const a1 = child(undefined, register(alice, key1))
  await accepted(a1)
  const b1 = child(undefined)
  await accepted(b1)
  const bad = child(b1, register(name('bob'), key1))
  const forged = buildBlock({
    prev: b1.header,
    txs: [
      buildPromoted({
        user: 'alice',
        text: 'x',
        signature: new Uint8Array(65),
        salt: new Uint8Array(4),
        extraNonce: 1,
      }),
    ],
    time: bad.header.time,
    bits: bad.header.bits,
  })
  expect(await chain.acceptBlock(forged)).toMatchObject({
    kind: 'reject',
    code: 'spam-signed-by-unknown-user',
    score: 100,
  })
  expect(chain.tip.hash).toEqual(a1.header.hash)
  expect(chain.bestHeader.hash).toEqual(a1.header.hash)
  expect(await chain.acceptBlock(child(forged))).toMatchObject({ kind: 'ignore', code: 'prev-block-not-found' })
  await reopen()
  expect(await chain.acceptBlock(forged)).toMatchObject({ kind: 'ignore', code: 'known-invalid' })
  expect(outboxKinds()).toEqual(['block-connected 0', 'block-connected 1'])
})

test('bodies may come in any order after their headers', async () => {
  await open('regtest')
  const blocks: Block[] = []
  for (let height = 1; height <= 5; height++) {
    const next = child(blocks.at(-1))
    blocks.push(next)
    expect(await chain.acceptHeaders([next.header])).toEqual({ accepted: 1, verdict: { kind: 'accept' } })
  }
  expect(chain.missingBodies(3).map(({ hash }) => hash)).toEqual(blocks.slice(0, 3).map((each) => each.header.hash))
  for (const position of [4, 2, 3, 1]) await accepted(blocks[position] as Block)
  expect(chain.tip.height).toBe(0)
  await reopen()
  expect(chain.missingBodies(3).map(({ hash }) => hash)).toEqual([blocks[0]?.header.hash])
  await accepted(blocks[0] as Block)
  expect(chain.tip.height).toBe(5)
})

test('another body under a good header is refused, and the true one still taken', async () => {
  await open('regtest')
  const good = child(undefined, register(alice, key1))
  const mutated = { ...good, transactions: good.transactions.slice(0, 1) }
  await chain.acceptHeaders([good.header])
  expect(await chain.acceptBlock(mutated)).toMatchObject({ code: 'hashmerkleroot-mismatch', score: 100 })
  await accepted(good)
})

test('a header without its work is refused with its code and costs its sender', async () => {
  await open('main')
  const [b1] = vectors.reference_run.blocks
  const raw = hexToBytes(b1.block_hex) ?? new Uint8Array(0)
  raw[80] = (raw[80] ?? 0) ^ 1
  const forged = parseBlock(raw)
  if (forged === undefined) throw new Error('not a block')
  const refused = { kind: 'reject', code: 'proof-of-work-failed', score: 50 }
  expect(await chain.acceptHeaders([forged.header])).toEqual({ accepted: 0, verdict: refused })
  expect(await chain.acceptBlock(forged)).toEqual(refused)
})

test('a template holds the mempool and is accepted once it is mined', async () => {
  await open('regtest')
  const first = register(alice, key1)
  const rival = register(alice, key2)
  expect(chain.mempool.add(first, 1000).kind).toBe('accept')
  expect(chain.mempool.add(first, 1000)).toMatchObject({ code: 'already-in-pool' })
  expect(chain.mempool.add(rival, 1000).kind).toBe('accept')
  expect(chain.mempool.add(promoted(), 1000)).toMatchObject({ code: 'coinbase-as-individual-tx', score: 100 })
  const template = chain.buildTemplate({ promoted: promoted(), now: 1_800_000_000 })
  expect(template.transactions).toHaveLength(2)
  const mined = await mine(template)
  if (mined === undefined) throw new Error('not mined')
  expect(await chain.acceptBlock(mined, { source: 'local' })).toEqual({ kind: 'accept' })
  expect(chain.nameView.history(alice)).toHaveLength(1)
  expect(chain.mempool.txids()).toEqual([])
  expect(store.outbox.read(2, 1, 1e6)[0]).toMatchObject({ kind: 'block-connected', height: 1, source: 'local' })
})

test('locators and answers to other nodes', async () => {
  await open('regtest')
  const blocks: Block[] = []
  for (let height = 1; height <= 20; height++) {
    const next = child(blocks.at(-1))
    blocks.push(next)
    await accepted(next)
  }
  const hash = (height: number) => blocks[height - 1]?.header.hash ?? chain.params.genesisHash
  expect(chain.locator()).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 7, 3, 0].map(hash))
  const none = chain.params.genesisHash.slice().fill(0) as typeof chain.params.genesisHash
  expect(chain.blocksAfter([hash(17)], none, 500)).toEqual([hash(18), hash(19), hash(20)])
  expect(chain.blocksAfter([hash(17)], hash(19), 500)).toEqual([hash(18)])
  expect(chain.headersAfter([hash(17)], hash(19), 2000).map((header) => header.hash)).toEqual([hash(18), hash(19)])
  expect(chain.headersAfter([], hash(19), 2000).map((header) => header.hash)).toEqual([hash(19), hash(20)])
  expect(chain.blocksAfter([], none, 2)).toEqual([hash(1), hash(2)])
  const [, second] = blocks
  expect(second && chain.block(second.header.hash)).toEqual(second && new Uint8Array(second.raw))
})
