import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { parseBlock } from './block.ts'
import { bytesToHex } from './bytes.ts'
import { checkProofOfWork } from './compact-target.ts'
import { formatHash, scryptHash } from './hash.ts'
import { networkParams } from './params.ts'
import { promotedMessage } from './transaction.ts'

const main = networkParams('main', { checkpoints: true })
const regtest = networkParams('regtest', { checkpoints: true })

describe('main', () => {
  test('genesis is the one asserted in twister-core', () => {
    const genesis = vectors.genesis.main
    expect(bytesToHex(main.genesisHeader)).toBe(genesis.header_hex)
    expect(bytesToHex(main.genesisBlock)).toBe(genesis.block_hex)
    expect(formatHash(main.genesisHash)).toBe(genesis.hash_constant_in_source)
  })

  test('checkpoints and seeds', () => {
    const checkpoints = [...main.checkpoints].map(([height, hash]) => [String(height), formatHash(hash)])
    expect(Object.fromEntries(checkpoints)).toEqual(vectors.checkpoints.main_and_regtest)
    expect(main.fixedSeeds).toEqual(vectors.fixed_seeds)
    expect(main.dnsSeeds.length).toBe(8)
  })

  test('without checkpoints there are none', () => {
    expect(networkParams('main', { checkpoints: false }).checkpoints.size).toBe(0)
  })
})

describe('regtest', () => {
  test('genesis is the one with nonce 0', () => {
    const genesis = vectors.genesis_variants_with_valid_pow.regtest_nonce0
    expect(formatHash(regtest.genesisHash)).toBe(genesis.hash)
    expect(bytesToHex(regtest.genesisHeader)).toBe(genesis.header_hex)
    expect(formatHash(scryptHash(regtest.genesisHeader))).toBe(genesis.pow_hash)
    expect(checkProofOfWork(scryptHash(regtest.genesisHeader), 0x207fffff)).toBe(true)
  })

  test('there are no checkpoints and nobody to dial', () => {
    expect(regtest.checkpoints.size).toBe(0)
    expect([...regtest.dnsSeeds, ...regtest.fixedSeeds]).toEqual([])
  })
})

test('both genesis blocks carry the headline', () => {
  for (const params of [main, regtest]) {
    const tx = parseBlock(params.genesisBlock)?.transactions[0]
    const message = tx && promotedMessage(tx)
    expect(message?.user).toBe('nobody')
    expect(message?.text).toMatch(/^The Times 09\/Jul\/2013 Globo caught bribing/)
  }
})
