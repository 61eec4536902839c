import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { type Block, type BlockHeader, buildBlock, encodeHeader, parseBlock, parseHeader } from '../protocol/block.ts'
import { checkProofOfWork } from '../protocol/compact-target.ts'
import { scryptHash } from '../protocol/hash.ts'
import { networkParams } from '../protocol/params.ts'
import { buildPromoted } from '../protocol/transaction.ts'
import { openStore } from '../store/store.ts'
import { type Chain, openChain } from './chain.ts'
import { FIRST_HEADERS_HASHED } from './limits.ts'
import { openWorkThreads } from './work-threads.ts'

const params = networkParams('regtest', { checkpoints: false })
const log = pino({ level: 'silent' })
const NOW = 1_296_688_602 + 300 * 600

/** More than are hashed in one group, with some of the first regtest period. */
function blocksOf(count: number): Block[] {
  const genesis = parseBlock(params.genesisBlock)
  const blocks: Block[] = []
  for (let prev = genesis?.header; blocks.length < count && prev !== undefined; prev = blocks.at(-1)?.header) {
    const promoted = buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: prev.height })
    blocks.push(buildBlock({ prev, txs: [promoted], time: prev.time + 600, bits: prev.bits }))
  }
  return blocks
}

function changed(header: BlockHeader, fields: Partial<BlockHeader>, hasWork: boolean): BlockHeader {
  for (let nonce = 0; ; nonce++) {
    const raw = encodeHeader({ ...header, ...fields, nonce })
    const found = parseHeader(raw)
    if (found !== undefined && checkProofOfWork(scryptHash(raw), header.bits) === hasWork) return found
  }
}

async function open(path: string): Promise<{ chain: Chain; close(): Promise<void> }> {
  const store = await openStore({ path, params, log })
  const chain = await openChain({ store, params, clock: { now: () => NOW }, log })
  const close = async () => {
    await chain.close()
    await store.close()
  }
  return { chain, close }
}

function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'windsock-work-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const blocks = blocksOf(300)
const headers = blocks.map(({ header }) => header)

test('threads find the same hashes as the protocol does', async () => {
  const threads = openWorkThreads()
  onTestFinished(threads.close)
  const some = headers.slice(0, 40)
  const [first, second] = await Promise.all([
    threads.hash(some.map(({ raw }) => raw)),
    threads.hash(headers.slice(40, 50).map(({ raw }) => raw)),
  ])
  expect(first).toEqual(some.map(({ raw }) => scryptHash(raw)))
  expect(second).toEqual(headers.slice(40, 50).map(({ raw }) => scryptHash(raw)))
})

test("each header's work is checked once in its life: not for another peer, nor for its body, nor after a restart", async () => {
  const path = newFolder()
  const node = await open(path)
  const answers = await Promise.all([node.chain.acceptHeaders(headers), node.chain.acceptHeaders(headers)])
  for (const { accepted, verdict } of answers) expect([accepted, verdict.kind]).toEqual([300, 'accept'])
  expect(node.chain.headersHashed).toBe(300)
  const verdicts = await node.chain.acceptBlocks(blocks)
  expect(verdicts.every(({ kind }) => kind === 'accept')).toBe(true)
  expect(node.chain.headersHashed).toBe(300)
  await node.close()
  const again = await open(path)
  expect(again.chain.tip.height).toBe(300)
  await again.chain.acceptHeaders(headers)
  await again.chain.acceptBlocks(blocks)
  expect(again.chain.headersHashed).toBe(0)
  await again.close()
})

test('a header with its work that is refused for something else is not hashed again, nor is one without its work', async () => {
  const { chain, close } = await open(newFolder())
  onTestFinished(close)
  const [first] = headers
  if (first === undefined) throw new Error('no header')
  const early = changed(first, { time: NOW + 8000 }, true)
  const old = changed(first, { time: first.time - 600 }, true)
  const lacking = changed(first, {}, false)
  for (let time = 0; time < 3; time++) {
    expect((await chain.acceptHeaders([early])).verdict).toMatchObject({
      kind: 'ignore',
      code: 'block-timestamp-too-far-in-the-future',
    })
    expect((await chain.acceptHeaders([old])).verdict).toMatchObject({
      kind: 'reject',
      code: 'block-timestamp-is-too-early',
    })
    expect((await chain.acceptHeaders([lacking])).verdict).toMatchObject({
      kind: 'reject',
      code: 'proof-of-work-failed',
      score: 50,
    })
  }
  expect(chain.headersHashed).toBe(3)
  // When its time has come it is taken.
  expect(await chain.acceptHeaders([early], NOW + 3600)).toMatchObject({ accepted: 1 })
  expect(chain.headersHashed).toBe(3)
})

test('a liar makes us hash no more than a few headers', async () => {
  const { chain, close } = await open(newFolder())
  onTestFinished(close)
  const [first, second] = headers
  if (first === undefined || second === undefined) throw new Error('no header')
  const lacking = changed(first, {}, false)
  expect((await chain.acceptHeaders([lacking, ...headers.slice(1)])).verdict).toMatchObject({
    code: 'proof-of-work-failed',
  })
  // What follows is not built on it.
  expect(chain.headersHashed).toBe(1)
  let prev = lacking
  const run = Array.from({ length: 200 }, () => {
    const raw = encodeHeader({ ...prev, prevHash: prev.hash, height: prev.height + 1 })
    prev = parseHeader(raw) ?? prev
    return prev
  })
  expect((await chain.acceptHeaders([lacking, ...run])).verdict).toMatchObject({ code: 'proof-of-work-failed' })
  expect(chain.headersHashed).toBeLessThanOrEqual(1 + FIRST_HEADERS_HASHED)
  const before = chain.headersHashed
  const easy = changed(second, { bits: 0x207ffffe }, true)
  expect(await chain.acceptHeaders([first, easy, ...headers.slice(2)])).toMatchObject({
    accepted: 1,
    verdict: { kind: 'reject', code: 'incorrect-proof-of-work', score: 100 },
  })
  expect(chain.headersHashed).toBe(before + 2)
})
