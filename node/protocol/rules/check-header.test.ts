import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import { type BlockHeader, encodeHeader, type HeaderFields, parseHeader } from '../block.ts'
import { hexToBytes } from '../bytes.ts'
import { hashKey, sha256d, ZERO_HASH } from '../hash.ts'
import type { HeaderView } from '../header-view.ts'
import { networkParams } from '../params.ts'
import { checkAgainstCheckpoint, checkHeader, checkHeaderInContext } from './check-header.ts'

const params = networkParams('main', { checkpoints: false })

function headerOf(fields: Partial<HeaderFields>): BlockHeader {
  const base = {
    version: 2,
    height: 1,
    prevHash: params.genesisHash,
    merkleRoot: ZERO_HASH,
    bits: 0x1f03ffff,
    nonce: 0,
  }
  const header = parseHeader(encodeHeader({ ...base, time: 1_400_000_000, ...fields }))
  if (header === undefined) throw new Error('no header')
  return header
}

function parsed(hex: string): BlockHeader {
  const header = parseHeader(hexToBytes(hex) ?? new Uint8Array(0))
  if (header === undefined) throw new Error('no header')
  return header
}

const genesis = parsed(vectors.genesis.main.header_hex)
const view: HeaderView = {
  header: (hash) => (hashKey(hash) === hashKey(genesis.hash) ? genesis : undefined),
  ancestorAt: (_hash, height) => (height === 0 ? genesis : undefined),
}
const now = 1_400_000_000

describe('a header by itself', () => {
  test('with its work is accepted', () => {
    for (const hex of [
      vectors.genesis.main.header_hex,
      vectors.real_mainnet_block_71772.block_hex.slice(0, 168),
      vectors.private_main_block1.block_hex.slice(0, 168),
    ]) {
      expect(checkHeader(parsed(hex), params)).toEqual({ kind: 'accept' })
    }
  })

  test('a configured genesis needs no work', () => {
    const unworked = parsed(vectors.genesis.regtest.header_hex)
    const devnet = { ...networkParams('regtest', { checkpoints: false }), genesisHash: unworked.hash }
    expect(checkHeader(unworked, devnet)).toEqual({ kind: 'accept' })
    expect(checkHeaderInContext(unworked, view, devnet, 0)).toEqual({ kind: 'accept' })
  })

  test('proof-of-work-failed', () => {
    for (const genesisOfOthers of [vectors.genesis.testnet, vectors.genesis.regtest]) {
      expect(checkHeader(parsed(genesisOfOthers.header_hex), params)).toEqual({
        kind: 'reject',
        code: 'proof-of-work-failed',
        score: 50,
      })
    }
    expect(checkHeader(headerOf({ bits: 0x20ffffff }), params)).toMatchObject({ code: 'proof-of-work-failed' })
  })
})

describe('a header on its chain', () => {
  test('is accepted', () => {
    const block1 = parsed(vectors.private_main_block1.block_hex.slice(0, 168))
    expect(checkHeaderInContext(block1, view, params, now)).toEqual({ kind: 'accept' })
    expect(checkHeaderInContext(headerOf({ version: 536870912 }), view, params, now)).toEqual({ kind: 'accept' })
  })

  test('block-timestamp-too-far-in-the-future: more than two hours ahead is not now', () => {
    expect(checkHeaderInContext(headerOf({ time: now + 7200 }), view, params, now)).toEqual({ kind: 'accept' })
    const early = headerOf({ time: now + 7201 })
    expect(checkHeaderInContext(early, view, params, now)).toEqual({
      kind: 'ignore',
      code: 'block-timestamp-too-far-in-the-future',
    })
    expect(checkHeaderInContext(early, view, params, now + 1)).toEqual({ kind: 'accept' })
  })

  test('prev-block-not-found: its parent is not known yet', () => {
    const orphan = headerOf({ prevHash: sha256d(ZERO_HASH) })
    expect(checkHeaderInContext(orphan, view, params, now)).toEqual({ kind: 'ignore', code: 'prev-block-not-found' })
  })

  test.each([
    ['incorrect-proof-of-work', 100, { bits: 0x1f03fffe }],
    ['block-timestamp-is-too-early', 0, { time: genesis.time }],
    ['rejected-nversion', 0, { version: 1 }],
    ['rejected-nversion', 0, { version: -2 }],
    ['block-height-mismatch', 100, { height: 2 }],
  ])('%s scores %i', (code, score, fields) => {
    expect(checkHeaderInContext(headerOf(fields), view, params, now)).toEqual({ kind: 'reject', code, score })
  })

  test('rejected-by-checkpoint-lock-in', () => {
    const header = headerOf({})
    const withCheckpoint = (hash: BlockHeader['hash']) => ({ ...params, checkpoints: new Map([[1, hash]]) })
    expect(checkHeaderInContext(header, view, withCheckpoint(header.hash), now)).toEqual({ kind: 'accept' })
    expect(checkHeaderInContext(header, view, withCheckpoint(ZERO_HASH), now)).toEqual({
      kind: 'reject',
      code: 'rejected-by-checkpoint-lock-in',
      score: 100,
    })
  })
})

describe('a header beside the tip', () => {
  const checkpoint = headerOf({ bits: 0x1d00ffff, time: now })

  test('is accepted when it could have been worked for since the checkpoint', () => {
    expect(checkAgainstCheckpoint(headerOf({ bits: 0x1d00ffff, time: now }), checkpoint)).toEqual({ kind: 'accept' })
    expect(checkAgainstCheckpoint(headerOf({ bits: 0x1d03fffc, time: now + 1 }), checkpoint)).toEqual({
      kind: 'accept',
    })
  })

  test('block-with-timestamp-before-last-checkpoint', () => {
    expect(checkAgainstCheckpoint(headerOf({ bits: 0x1d00ffff, time: now - 1 }), checkpoint)).toMatchObject({
      code: 'block-with-timestamp-before-last-checkpoint',
      score: 100,
    })
  })

  test('block-with-too-little-proof-of-work', () => {
    expect(checkAgainstCheckpoint(headerOf({ bits: 0x1d03fffd, time: now + 1 }), checkpoint)).toMatchObject({
      code: 'block-with-too-little-proof-of-work',
      score: 100,
    })
  })
})
