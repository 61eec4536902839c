import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { measureScale, SCALE_BLOCKS } from '../../bench/node-scale.ts'
import { openTestNode, regtestBlocks } from '../../node/peers/test-node.ts'
import { eventually } from '../services.ts'

const BLOCKS = 20_000
/** Blocks handed over in one transaction. */
const BATCH = 500
/** Both nodes and all blocks are in this process; a node alone stays far below. */
const MAX_RSS_ANON_MB = 700

function rssAnonMb(): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
}

test(`a chain of ${BLOCKS} blocks, ten retargets long, is taken, served and followed`, async () => {
  const blocks = regtestBlocks(BLOCKS)
  const server = await openTestNode('regtest')
  for (let at = 0; at < blocks.length; at += BATCH) {
    const verdicts = await server.chain.acceptBlocks(blocks.slice(at, at + BATCH))
    expect(verdicts.filter(({ kind }) => kind !== 'accept')).toEqual([])
  }
  const client = await openTestNode('regtest', [server.peers.port])
  await eventually(
    () => client.chain.tip.height,
    (height) => height === BLOCKS,
    600_000,
  )
  expect(client.chain.tip.hash).toEqual(server.chain.tip.hash)
  expect(rssAnonMb()).toBeLessThan(MAX_RSS_ANON_MB)
})

test(`a store of ${SCALE_BLOCKS} blocks and as many names opens within its memory, and hashes no header again`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-scale-'))
  try {
    const figures = await measureScale({ blocks: SCALE_BLOCKS, folder }, (line) => process.stderr.write(`${line}\n`))
    process.stderr.write(`${JSON.stringify(figures)}\n`)
    expect(figures).toMatchObject({ height: SCALE_BLOCKS, headers_hashed: 0 })
    expect(figures.rss_anon_peak_mb).toBeLessThan(figures.target.rss_anon_mb)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
