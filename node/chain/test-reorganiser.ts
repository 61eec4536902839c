import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pino from 'pino'
import { expect } from 'vitest'
import { type Block, type BlockHeader, buildBlock, parseBlock } from '../protocol/block.ts'
import { bytesToHex } from '../protocol/bytes.ts'
import { networkParams } from '../protocol/params.ts'
import { buildPromoted, solveRegistration } from '../protocol/transaction.ts'
import { parseUsername } from '../protocol/username.ts'
import { openStore } from '../store/store.ts'
import { blockRegistrations } from './branch-names.ts'
import { openChain } from './chain.ts'

const params = networkParams('regtest', { checkpoints: false })
const log = pino({ level: 'silent' })
const clock = { now: () => 1_900_000_000 }
const MAX_DEPTH = 6
/** Slow enough for no retarget to bite. */
const BLOCK_S = 603

/** What was said to be done before the process was killed. */
interface Reported {
  readonly height: number
  readonly hash: string
  readonly sequence: number
}

/**
 * Runs in a process of its own until it is killed: leaves branches of up to six blocks for longer ones, over and over,
 * all of a branch at once or block by block, and says after each what is done. Every height registers the same name on
 * each branch, with another key, and one that no other branch has.
 *
 * @public imported by the script of that process alone
 */
export async function reorganiseForEver(path: string, say: (line: string) => void): Promise<never> {
  const store = await openStore({ path, params, log })
  const chain = await openChain({ store, params, clock, log })
  for (;;) {
    const depth = Math.min(chain.tip.height, Math.floor(Math.random() * MAX_DEPTH))
    const forkHash = chain.hashAt(chain.tip.height - depth)
    let prev = forkHash && chain.headerView.header(forkHash)
    if (prev === undefined) throw new Error('no fork')
    const branch: Block[] = []
    for (let count = 0; count <= depth; count++) {
      branch.push(branchBlock(prev))
      prev = branch.at(-1)?.header ?? prev
    }
    const isAtOnce = Math.random() < 0.5
    for (const blocks of isAtOnce ? [branch] : branch.map((block) => [block])) {
      const refused = (await chain.acceptBlocks(blocks)).find(({ kind }) => kind !== 'accept')
      if (refused !== undefined) throw new Error(JSON.stringify(refused))
      const { height, hash } = chain.tip
      const reported: Reported = { height, hash: bytesToHex(hash), sequence: store.outbox.lastSequence() }
      say(`${JSON.stringify(reported)}\n`)
    }
  }
}

/** Lets such a process run for a while, kills it, and checks what it leaves. Returns how high the chain is. */
export async function killWhileReorganising(path: string, ms: number): Promise<number> {
  const script = `import { reorganiseForEver } from ${JSON.stringify(join(import.meta.dirname, 'test-reorganiser.ts'))}
    await reorganiseForEver(${JSON.stringify(path)}, (line) => process.stdout.write(line))`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), ms)
    said += chunk
  })
  await once(child, 'close')
  const last = said.split('\n').at(-2)
  if (last === undefined) throw new Error('it ended before it did anything')
  // Written by reorganiseForEver alone.
  return expectAgreement(path, JSON.parse(last) as Reported)
}

/** Chain, names and outbox say the same, and nothing that was reported is lost. */
async function expectAgreement(path: string, reported: Reported): Promise<number> {
  const store = await openStore({ path, params, log })
  const chain = await openChain({ store, params, clock, log })
  expect(chain.headersHashed).toBe(0)
  const sequence = store.outbox.lastSequence()
  expect(sequence).toBeGreaterThanOrEqual(reported.sequence)
  expect(chain.tip.height).toBeGreaterThanOrEqual(reported.height)
  const told: string[] = []
  let wasTold = ''
  for (const item of store.outbox.read(1, sequence, Number.MAX_SAFE_INTEGER)) {
    if (item.kind === 'block-connected') told.push(bytesToHex(item.hash))
    if (item.kind === 'block-disconnected') expect(told.pop()).toBe(bytesToHex(item.hash))
    if (item.seq === reported.sequence) wasTold = told.at(-1) ?? ''
  }
  expect(wasTold).toBe(reported.hash)
  const { height } = chain.tip
  const registered = new Map<string, number>()
  for (let at = 0; at <= height; at++) {
    const hash = chain.hashAt(at)
    const block = hash && parseBlock(chain.block(hash) ?? new Uint8Array(0))
    if (hash === undefined || block === undefined) throw new Error(`no block ${at}`)
    expect(told[at]).toBe(bytesToHex(hash))
    for (const [name, record] of blockRegistrations(block, at)) {
      expect(chain.nameView.history(name)).toEqual([record])
      registered.set(name, at)
    }
  }
  expect(told).toHaveLength(height + 1)
  // Nothing of the branches that were left.
  expect(chain.registeredNames('', 1000).length).toBe(Math.min(1000, registered.size))
  for (const name of chain.registeredNames('', 1000)) expect(registered.has(name)).toBe(true)
  await chain.close()
  await store.close()
  return height
}

let salt = 0

function branchBlock(prev: BlockHeader): Block {
  const height = prev.height + 1
  const unique = `${process.pid.toString(36)}${(salt++).toString(36)}`
  const registrations = [`h${height}`, `b${unique}`].map((name, index) => {
    const username = parseUsername(name)
    const publicKey = new Uint8Array(33).fill(2)
    new DataView(publicKey.buffer).setUint32(1, process.pid + salt * 64 + index)
    const tx = username && solveRegistration({ username, publicKey }, params.txBits)
    if (tx === undefined) throw new Error('not a registration')
    return tx
  })
  const promoted = buildPromoted({ user: 'nobody', text: unique, salt: new Uint8Array(4), extraNonce: height })
  return buildBlock({ prev, txs: [promoted, ...registrations], time: prev.time + BLOCK_S, bits: prev.bits })
}
