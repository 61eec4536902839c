import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { encodeBlock } from '../../node/protocol/block.ts'
import { nextTarget, POW_LIMIT } from '../../node/protocol/compact-target.ts'
import { formatHash } from '../../node/protocol/hash.ts'
import { buildPromoted } from '../../node/protocol/transaction.ts'
import { blockOn, genesis, type TestBlock } from '../../verify/test-chain.ts'
import { verifyArchive } from '../../verify/verify-archive.ts'

function archiveOf(blocks: readonly TestBlock[], tip: TestBlock): string {
  const { height, hash } = tip.header
  const head = {
    kind: 'windsock-export',
    version: 1,
    network: 'regtest',
    tip: { height, hash: formatHash(hash) },
    at: 1,
  }
  const lines = blocks.map(({ header, transactions }) => ({
    kind: 'block-connected',
    raw: Buffer.from(encodeBlock(header, transactions)).toString('base64'),
  }))
  const text = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  const end = { kind: 'end', blocks: blocks.length, registrations: 0, userposts: 0, values: 0, sha256 }
  return `${text}${JSON.stringify(end)}\n`
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

test('the blocks of an archive have the difficulty that follows from the period before', async () => {
  const first = buildPromoted({ user: 'nobody', text: 'hello', salt: Uint8Array.of(1), extraNonce: 1 })
  const blocks: TestBlock[] = []
  let last: TestBlock = genesis()
  while (blocks.length < 2015) {
    last = blockOn(last, [first], { time: last.header.time + 500 })
    blocks.push(last)
  }
  const bits = nextTarget(last.header.bits, last.header.time - genesis().header.time, POW_LIMIT)
  const right = blockOn(last, [first], { bits })
  expect(await verifyArchive(bytesOf(archiveOf([...blocks, right], right)))).toMatchObject({ isGood: true, bad: 0 })
  const wrong = blockOn(last, [first])
  const report = await verifyArchive(bytesOf(archiveOf([...blocks, wrong], last)))
  expect(report.badLines).toEqual([{ line: 2017, why: 'has another difficulty than the chain demands' }])
})
