import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, test } from 'vitest'
import { networkParams } from '../protocol/params.ts'
import { openStore } from '../store/store.ts'
import { openChain } from './chain.ts'
import { killWhileReorganising } from './test-reorganiser.ts'

const log = pino({ level: 'silent' })
const at = (file: string) => JSON.stringify(join(import.meta.dirname, file))

/** Builds and accepts blocks, one registration each, in batches of 5, and reports the height after each batch. */
function script(path: string): string {
  return `
    import pino from 'pino'
    import { openStore } from ${at('../store/store.ts')}
    import { openChain } from ${at('chain.ts')}
    import { networkParams } from ${at('../protocol/params.ts')}
    import { buildBlock } from ${at('../protocol/block.ts')}
    import { buildPromoted, solveRegistration } from ${at('../protocol/transaction.ts')}
    const params = networkParams('regtest', { checkpoints: false })
    const log = pino({ level: 'silent' })
    const store = await openStore({ path: ${JSON.stringify(path)}, params, log })
    const chain = await openChain({ store, params, clock: { now: () => 1900000000 }, log })
    let prev = chain.headerView.header(chain.tip.hash)
    for (;;) {
      const blocks = []
      for (let count = 0; count < 5; count++) {
        const promoted = buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: prev.height })
        const publicKey = new Uint8Array(33).fill(2)
        const tx = solveRegistration({ username: 'u' + prev.height, publicKey }, params.txBits)
        blocks.push(buildBlock({ prev, txs: [promoted, tx], time: prev.time + 600, bits: 0x207fffff }))
        prev = blocks.at(-1).header
      }
      await chain.acceptBlocks(blocks)
      process.stdout.write(chain.tip.height + '\\n')
    }`
}

test('after kill -9 the chain, its names and its outbox agree, and nothing reported is lost', async () => {
  const path = mkdtempSync(join(tmpdir(), 'windsock-crash-'))
  const params = networkParams('regtest', { checkpoints: false })
  for (let round = 1; round <= 3; round++) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script(path)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let reported = 0
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk: string) => {
      reported = Math.max(reported, ...chunk.split('\n').map(Number))
      if (reported >= 150 * round) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const store = await openStore({ path, params, log })
    const chain = await openChain({ store, params, clock: { now: () => 1_900_000_000 }, log })
    const { height } = chain.tip
    expect(height).toBeGreaterThanOrEqual(reported)
    expect(height % 5).toBe(0)
    expect(chain.registeredNames('', 1000)).toHaveLength(height)
    expect(store.outbox.lastSequence()).toBe(height + 1)
    expect(store.outbox.read(height + 1, 1, 1e6)[0]).toMatchObject({ kind: 'block-connected', height })
    await store.close()
  }
  rmSync(path, { recursive: true })
})

test('after kill -9 in the middle of reorganisations the same holds, and nothing of a branch that was left remains', async () => {
  const path = mkdtempSync(join(tmpdir(), 'windsock-crash-'))
  // Each goes on where the one before was killed.
  for (let round = 0; round < 2; round++) await killWhileReorganising(path, 150 + Math.random() * 300)
  rmSync(path, { recursive: true })
})
