import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BlockHeader, merkleRootFromBranch, parseBlock } from '../node/protocol/block.ts'
import { bytesEqual, concatBytes } from '../node/protocol/bytes.ts'
import { checkProofOfWork, nextTarget, POW_LIMIT } from '../node/protocol/compact-target.ts'
import { formatHash, hash256, sha256d } from '../node/protocol/hash.ts'
import { networkParams } from '../node/protocol/params.ts'
import { checkTransaction } from '../node/protocol/rules/check-transaction.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import {
  buildPromoted,
  makeTransaction,
  parseTransaction,
  registrationKey,
  type Transaction,
} from '../node/protocol/transaction.ts'
import { parseCheckpointList } from './checkpoints.ts'
import { MAX_HEADERS } from './limits.ts'
import type { ProofJson } from './proof-format.ts'
import {
  blockOn,
  genesis,
  headerOf,
  idleHeader,
  privateKeyOf,
  registrationJson,
  registrationOf,
  userProof,
} from './test-chain.ts'
import { verifyProof } from './verify-proof.ts'

const params = networkParams('regtest', { checkpoints: false })
const first = buildPromoted({ user: 'nobody', text: 'hello', salt: Uint8Array.of(1), extraNonce: 1 })
const alice = registrationOf('alice', 'alice')
const aliceKey = publicKeyOf(privateKeyOf('alice'))

function failureOf(proof: ProofJson): string {
  const { failure } = verifyProof(proof)
  return failure === undefined ? 'good' : `${failure.part}: ${failure.why}`
}

/** Of what stands in one block on top of the genesis block. */
function failureIn(
  transactions: readonly Transaction[],
  claim: Partial<Parameters<typeof registrationJson>[0]>,
): string {
  const block = blockOn(genesis(), transactions)
  const headers = [genesis().header, block.header]
  return failureOf(userProof('alice', aliceKey, registrationJson({ headers, block, ...claim })))
}

test('a registration that stands in a block is proved', () => {
  expect(failureIn([first, alice], {})).toBe('good')
  expect(failureIn([first, registrationOf('bob', 'bob'), alice], { index: 2 })).toBe('good')
})

test('a registration of the public network is proved by its block, once one believes the block', () => {
  const { real_mainnet_block_71772: real } = JSON.parse(
    readFileSync(new URL('../test/vectors/chain.json', import.meta.url), 'utf8'),
  ) as { real_mainnet_block_71772: { block_hex: string } }
  const block = parseBlock(Buffer.from(real.block_hex, 'hex'))
  const key = block && registrationKey(block.transactions[1]?.pubKey ?? new Uint8Array(0))
  if (block === undefined || key === undefined) throw new Error('no such block')
  const { confirmedBy, ...registration } = registrationJson({ headers: [block.header], block })
  const base = userProof('kwofu', key, registration)
  const proof = { ...base, network: 'main' }
  const hash = '70b7f1bb37eb72d587f45457c5c0c0bdadd206f0115f66787d8565761688bd1d'
  const list = parseCheckpointList({ network: 'main', items: [{ height: 71_772, hash }] }, 'a blog of 2015')
  if (typeof list === 'string') throw new Error(list)
  expect(verifyProof(proof, list)).toMatchObject({ isGood: true })
  expect(confirmedBy?.hash).toBe(hash)
  expect(verifyProof(proof).failure?.part).toBe('key.registration.checkpoint')
})

describe('the merkle tree', () => {
  test('a transaction of 64 bytes could be two hashes', () => {
    const script = concatBytes(Uint8Array.of(47), new Uint8Array(47).fill(3))
    let tx = alice
    for (let nonce = 0; ; nonce++) {
      tx = makeTransaction({
        ...alice,
        userName: Uint8Array.of(1, 97),
        pubKey: concatBytes(script, new Uint8Array(3)),
        nonce,
      })
      if (checkProofOfWork(tx.txid, params.txBits)) break
    }
    expect([tx.raw.length, checkTransaction(tx, params).kind]).toEqual([64, 'accept'])
    expect(failureIn([first, tx], {})).toBe('key.registration.transaction: has 64 bytes, as two hashes have')
  })

  test('two hashes could be a transaction of 64 bytes, which the chain would take', () => {
    // Half of a real registration is the hash of one that no block holds.
    const forged = registrationOf('alice', 'mallory')
    const left = new Uint8Array(32)
    left.set([1, 0, 0, 0, 0, 2, 1, 120, 51], 0)
    let real: Transaction | undefined
    for (let salt = 0; real === undefined; salt++) {
      left[20] = salt
      const tx = parseTransaction(concatBytes(left, forged.txid))
      if (tx !== undefined && checkTransaction(tx, params).kind === 'accept') real = tx
    }
    expect(real.raw.length).toBe(64)
    const claim = { leaf: forged, index: 3, branch: [left, first.txid] }
    const way = claim.branch.map((bytes) => hash256(bytes) ?? forged.txid)
    const root = blockOn(genesis(), [first, real]).header.merkleRoot
    expect(bytesEqual(merkleRootFromBranch(forged.txid, way, claim.index), root)).toBe(true)
    expect(failureIn([first, real], claim)).toBe('key.registration.index: two hashes at depth 0 could be a transaction')
  })

  test('the copy of the last transaction stands nowhere', () => {
    const transactions = [first, registrationOf('bob', 'bob'), alice]
    const pair = sha256d(concatBytes(first.txid, transactions[1]?.txid ?? first.txid))
    expect(failureIn(transactions, { index: 3, leaf: alice, branch: [alice.txid, pair] })).toBe(
      'key.registration.index: place 3 is that of a copy of the last transaction',
    )
  })

  test('a place beyond the tree, or another one', () => {
    const branch = [first.txid]
    expect(failureIn([first, alice], { index: 3, leaf: alice, branch })).toContain('a branch of 1 reaches no place 3')
    const three = [first, registrationOf('bob', 'bob'), alice]
    expect(failureIn(three, { index: 1, leaf: alice })).toContain('key.registration.branch: does not lead')
  })

  test('the first transaction of a block registers nothing', () => {
    expect(failureIn([alice, first], { index: 0 })).toBe('key.registration.index: is that of the promoted message')
    expect(failureIn([first, first], { index: 1 })).toContain('is a promoted message, which registers nothing')
  })
})

describe('the transaction', () => {
  test('is of that name, has its work, and holds that key', () => {
    expect(failureIn([first, registrationOf('bob', 'alice')], {})).toBe('key.registration.transaction: is not of alice')
    let idle = alice
    for (let nonce = 0; checkProofOfWork(idle.txid, params.txBits); nonce++) idle = makeTransaction({ ...alice, nonce })
    expect(failureIn([first, idle], {})).toBe('key.registration.transaction: has not the work of a registration')
    expect(failureIn([first, registrationOf('alice', 'mallory')], {})).toBe(
      'key.publicKey: is not the key in the transaction',
    )
    expect(failureIn([first, alice], { leaf: registrationOf('alice', 'mallory') })).toContain(
      'key.registration.branch: does not lead',
    )
  })

  test('of a replacement is signed by the key that stood below it', () => {
    const start = blockOn(genesis(), [first, alice])
    const failureOfChange = (signer: string, below = start) => {
      const change = blockOn(start, [first, registrationOf('alice', 'new', signer)])
      const headers = [genesis().header, start.header, change.header]
      const registration = registrationJson({ headers, block: change }, 'replacement')
      const replaced = registrationJson({ headers, block: below })
      return failureOf(userProof('alice', publicKeyOf(privateKeyOf('new')), registration, replaced))
    }
    expect(failureOfChange('alice')).toBe('good')
    expect(failureOfChange('mallory')).toBe('key.registration.transaction: is not signed by the key that it replaced')
    const headers = [genesis().header, start.header]
    const registration = registrationJson({ headers, block: start }, 'replacement')
    expect(failureOf(userProof('alice', aliceKey, registration))).toBe('key.replaced: is missing')
    expect(
      failureOf(userProof('alice', aliceKey, registration, registrationJson({ headers, block: start }))),
    ).toContain('key.replaced.height: is not below')
  })
})

describe('the headers above a checkpoint', () => {
  test('have their work', () => {
    const block = blockOn(genesis(), [first, alice])
    const idle = { ...block, header: idleHeader(block.header) }
    const headers = [genesis().header, idle.header]
    expect(failureOf(userProof('alice', aliceKey, registrationJson({ headers, block: idle })))).toBe(
      'key.registration.headers[1]: has not its work',
    )
  })

  test('have the difficulty that the chain demands', () => {
    // The checkpoint is of a chain whose blocks take 256 tries.
    const hard = headerOf({ ...genesis().header, bits: 0x2000ffff })
    const block = blockOn({ header: hard }, [first, alice], { bits: 0x207fffff })
    const proof = userProof('alice', aliceKey, registrationJson({ headers: [hard, block.header], block }))
    const list = parseCheckpointList({ network: 'regtest', items: [{ height: 0, hash: formatHash(hard.hash) }] }, 'own')
    if (typeof list === 'string') throw new Error(list)
    expect(verifyProof(proof, list).failure).toEqual({
      part: 'key.registration.headers[1]',
      why: 'has another difficulty than the chain demands',
    })
  })

  test('have the difficulty of a new period, which follows from the time that the last one took', () => {
    const block = blockOn(genesis(), [first, alice])
    const headers = [genesis().header, block.header]
    // Somewhat quick blocks, most without work: their difficulty is looked at before.
    const after = (before: BlockHeader, bits: number) =>
      headerOf({ ...before, height: before.height + 1, prevHash: before.hash, time: before.time + 500, bits })
    while (headers.length < 2016) headers.push(after(headers.at(-1) ?? block.header, block.header.bits))
    const last = headers.at(-1) ?? block.header
    const bits = nextTarget(last.bits, last.time - genesis().header.time, POW_LIMIT)
    const failureWith = (other: number) =>
      failureOf(userProof('alice', aliceKey, registrationJson({ headers: [...headers, after(last, other)], block })))
    expect(failureWith(bits)).toMatch(/headers\[\d+\]: has not its work$/)
    for (const other of [bits - 1, bits + 1, last.bits]) {
      expect(failureWith(other)).toBe('key.registration.headers[2016]: has another difficulty than the chain demands')
    }
  })

  test('belong together', () => {
    const block = blockOn(genesis(), [first, alice])
    const other = blockOn(genesis(), [first], { time: 1_500_000_000 })
    const next = blockOn(other, [first])
    const failureWith = (...headers: Parameters<typeof registrationJson>[0]['headers'][number][]) =>
      failureOf(userProof('alice', aliceKey, registrationJson({ headers, block })))
    expect(failureWith(genesis().header, block.header, next.header)).toContain('has not the hash that the header above')
    expect(failureWith(genesis().header, next.header)).toContain('says height 2')
    expect(failureWith(genesis().header)).toContain('do not reach')
    expect(failureWith(genesis().header, other.header)).toContain('has not the hash of blockHash')
    expect(failureWith(block.header, next.header)).toContain('stands beside a checkpoint above')
  })
})

describe('foreign JSON', () => {
  test('with parts that are too long is refused before anything is computed', () => {
    const block = blockOn(genesis(), [first, alice])
    const proof = userProof('alice', aliceKey, registrationJson({ headers: [genesis().header, block.header], block }))
    const withPart = (part: object) =>
      failureOf({ ...proof, key: { ...proof.key, registration: { ...proof.key.registration, ...part } } })
    const header = proof.key.registration.headers[0] ?? ''
    expect(withPart({ headers: new Array(MAX_HEADERS + 1).fill(header) })).toContain('headers: is no list of up to')
    expect(withPart({ branch: new Array(17).fill('00'.repeat(32)) })).toContain('branch: is no list of up to 16')
    expect(withPart({ transaction: '00'.repeat(513) })).toContain('is not 1 to 512 bytes')
    expect(withPart({ branch: ['AB'.repeat(32)] })).toContain('is not 32 bytes in lower-case hex')
    expect(withPart({ index: 1.5 })).toContain('is no whole number')
  })

  test('of any kind throws nothing', () => {
    const proof = userProof(
      'alice',
      aliceKey,
      registrationJson({
        headers: [genesis().header],
        block: { header: genesis().header, transactions: [first, alice] },
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(verifyProof(json).isGood).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(proof)), fc.jsonValue(), (field, value) => {
        expect(verifyProof({ ...proof, [field]: value }).isGood).toBe(false)
      }),
    )
  })
})
