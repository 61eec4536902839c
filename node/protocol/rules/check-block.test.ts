import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import { type Block, buildBlock, encodeBlock, mineHeader, parseBlock, parseHeader } from '../block.ts'
import { hexToBytes, utf8Encode } from '../bytes.ts'
import { ZERO_HASH } from '../hash.ts'
import type { NameRecord, NameView } from '../name-view.ts'
import { networkParams } from '../params.ts'
import { encodePush } from '../script.ts'
import { messageDigest, publicKeyOf, signDigest } from '../signature.ts'
import { buildPromoted, makeTransaction, promotedScript, solveRegistration, type Transaction } from '../transaction.ts'
import { parseUsername, type Username } from '../username.ts'
import { checkBlock, checkBlockInContext } from './check-block.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const params = networkParams('regtest', { checkpoints: false })
const genesis = parseHeader(params.genesisHeader)
if (genesis === undefined) throw new Error('no genesis')
const key1 = bytes(vectors.keys[0]?.priv ?? '')
const key2 = bytes(vectors.keys[1]?.priv ?? '')
const salt = bytes('00000000')
const nobody = buildPromoted({ user: 'nobody', text: 'hello', salt, extraNonce: 1 })

function nameOf(text: string): Username {
  const name = parseUsername(text)
  if (name === undefined) throw new Error(`no username: ${text}`)
  return name
}

function register(text: string, privateKey: Uint8Array, oldPrivateKey?: Uint8Array): Transaction {
  const publicKey = publicKeyOf(privateKey)
  const fields = oldPrivateKey && { oldPrivateKeySignature: signDigest(messageDigest(publicKey), oldPrivateKey) }
  const tx = solveRegistration({ username: nameOf(text), publicKey, ...fields }, params.txBits)
  if (tx === undefined) throw new Error('not solved')
  return tx
}

function blockOf(...txs: Transaction[]): Block {
  return buildBlock({ prev: genesis ?? failed(), txs, time: 1_400_000_000, bits: 0x207fffff })
}

function failed(): never {
  throw new Error('no genesis')
}

/** Names of a chain whose tip is at height 10, each registered by one transaction. */
function viewOf(registered: Readonly<Record<string, Transaction>> = {}): NameView {
  return {
    tipHeight: 10,
    history: (name): readonly NameRecord[] => {
      const tx = registered[name]
      return tx === undefined
        ? []
        : [{ height: 3, blockHash: ZERO_HASH, txid: tx.txid, pubKeyScript: tx.pubKey, index: 1 }]
    },
  }
}

function promotedBy(user: string, privateKey: Uint8Array | undefined, text = 'hello'): Transaction {
  const signature = privateKey && { signature: signDigest(messageDigest(promotedScript(text)), privateKey) }
  return buildPromoted({ user, text, salt, extraNonce: 1, ...signature })
}

describe('a block by itself', () => {
  const alice = register('alice', key1)

  test('is accepted with a promoted message and registrations', () => {
    expect(checkBlock(blockOf(nobody, alice, register('bob', key1)), params)).toEqual({ kind: 'accept' })
  })

  test('genesis is accepted on both networks', () => {
    for (const network of [params, networkParams('main', { checkpoints: true })]) {
      const block = parseBlock(network.genesisBlock)
      expect(block && checkBlock(block, network)).toEqual({ kind: 'accept' })
    }
  })

  test('size-limits-failed: it is empty', () => {
    expect(checkBlock(blockOf(), params)).toEqual({ kind: 'reject', code: 'size-limits-failed', score: 100 })
  })

  test('size-limits-failed: it has more than 50000 bytes', () => {
    const many = Array.from({ length: 500 }, () => alice)
    const big = makeTransaction({ ...alice, pubKey: new Uint8Array(25_000) })
    expect(checkBlock(blockOf(nobody, ...many, big), params)).toMatchObject({ code: 'size-limits-failed', score: 100 })
  })

  test('proof-of-work-failed: its work is missing', () => {
    const { header, transactions } = blockOf(nobody)
    const lazy = parseBlock(encodeBlock({ ...header, bits: 0x1d00ffff }, transactions))
    expect(lazy && checkBlock(lazy, params)).toEqual({ kind: 'reject', code: 'proof-of-work-failed', score: 50 })
  })

  test('first-tx-is-not-coinbase: it does not start with a promoted message', () => {
    expect(checkBlock(blockOf(alice, nobody), params)).toMatchObject({ code: 'first-tx-is-not-coinbase', score: 100 })
  })

  test('more-than-one-coinbase: it has a second promoted message', () => {
    expect(checkBlock(blockOf(nobody, alice, promotedBy('nobody', undefined, 'x')), params)).toMatchObject({
      code: 'more-than-one-coinbase',
      score: 100,
    })
  })

  test('a transaction that breaks its rules takes the block with it', () => {
    const broken = buildPromoted({ user: 'nobody', text: 'x'.repeat(141), salt, extraNonce: 1 })
    expect(checkBlock(blockOf(broken), params)).toMatchObject({ code: 'spam-message-too-big', score: 100 })
  })

  test('duplicate-transaction: it has a transaction twice', () => {
    expect(checkBlock(blockOf(nobody, alice, alice), params)).toMatchObject({
      code: 'duplicate-transaction',
      score: 100,
    })
  })

  test('duplicate-username: it has a name twice, be it a registration and its replacement', () => {
    const replacement = register('alice', key2, key1)
    expect(checkBlock(blockOf(nobody, alice, replacement), params)).toMatchObject({
      code: 'duplicate-username',
      score: 100,
    })
  })

  test('hashmerkleroot-mismatch: its root is that of something else', () => {
    const { header } = blockOf(nobody)
    const mined = mineHeader({ ...header, merkleRoot: ZERO_HASH })
    const block = parseBlock(encodeBlock(mined, [nobody]))
    expect(block && checkBlock(block, params)).toMatchObject({ code: 'hashmerkleroot-mismatch', score: 100 })
  })

  test('a tampered transaction of the real block 71772 breaks its root', () => {
    const main = networkParams('main', { checkpoints: true })
    const raw = bytes(vectors.real_mainnet_block_71772.block_hex)
    const honest = parseBlock(raw)
    expect(honest && checkBlock(honest, main)).toEqual({ kind: 'accept' })
    raw[raw.length - 8] = (raw[raw.length - 8] ?? 0) ^ 1
    const tampered = parseBlock(raw)
    const verdict = tampered && checkBlock(tampered, main)
    // The flipped bit costs the registration its work first: transactions are judged before the root.
    expect(verdict).toMatchObject({ code: 'tx-proof-of-work-failed', score: 50 })
    const text = bytes(vectors.real_mainnet_block_71772.block_hex)
    text[100] = (text[100] ?? 0) ^ 1
    const reworded = parseBlock(text)
    expect(reworded && checkBlock(reworded, main)).toMatchObject({ code: 'hashmerkleroot-mismatch', score: 100 })
  })
})

describe('a block among the names of its chain', () => {
  const alice = register('alice', key1)
  const garbage = makeTransaction({ ...alice, pubKey: encodePush(utf8Encode('no key')) })
  const keyless = makeTransaction({ ...alice, pubKey: Uint8Array.of(5) })

  test('is accepted with new names and a signed promoted message', () => {
    const block = blockOf(promotedBy('alice', key1), register('bob', key2))
    expect(checkBlockInContext(block, viewOf({ alice }), params)).toEqual({ kind: 'accept' })
  })

  test('genesis is accepted by everybody', () => {
    const block = parseBlock(params.genesisBlock)
    expect(block && checkBlockInContext(block, viewOf(), params)).toEqual({ kind: 'accept' })
  })

  test('quirk: nobody needs no signature, even if somebody registered the name (B6)', () => {
    const view = viewOf({ nobody: register('nobody', key1) })
    expect(checkBlockInContext(blockOf(nobody), view, params)).toEqual({ kind: 'accept' })
  })

  test('first-tx-is-not-coinbase: it is empty', () => {
    expect(checkBlockInContext(blockOf(), viewOf(), params)).toMatchObject({
      code: 'first-tx-is-not-coinbase',
      score: 100,
    })
  })

  test('spam-signature-missing: somebody promotes without a signature', () => {
    const block = blockOf(promotedBy('alice', undefined))
    expect(checkBlockInContext(block, viewOf({ alice }), params)).toMatchObject({
      code: 'spam-signature-missing',
      score: 100,
    })
  })

  test('spam-signed-by-unknown-user: a name registered in the same block does not count, nor does what is no name', () => {
    for (const user of ['alice', 'Not a name']) {
      expect(checkBlockInContext(blockOf(promotedBy(user, key1), alice), viewOf(), params)).toMatchObject({
        code: 'spam-signed-by-unknown-user',
        score: 100,
      })
    }
  })

  test('spam-signed-with-broken-pubkey: the registered script does not extract', () => {
    const block = blockOf(promotedBy('alice', key1))
    expect(checkBlockInContext(block, viewOf({ alice: keyless }), params)).toMatchObject({
      code: 'spam-signed-with-broken-pubkey',
      score: 100,
    })
  })

  test('spam-signature-verification-failed: the key is another', () => {
    const block = blockOf(promotedBy('alice', key2))
    expect(checkBlockInContext(block, viewOf({ alice }), params)).toMatchObject({
      code: 'spam-signature-verification-failed',
      score: 100,
    })
  })

  test('quirk: the identical registration may be included again (B9)', () => {
    expect(checkBlockInContext(blockOf(nobody, alice), viewOf({ alice }), params)).toEqual({ kind: 'accept' })
  })

  test('a key replacement is accepted', () => {
    const block = blockOf(nobody, register('alice', key2, key1))
    expect(checkBlockInContext(block, viewOf({ alice }), params)).toEqual({ kind: 'accept' })
  })

  test('tried-to-overwrite-transaction: a registered name is taken without the old key', () => {
    const thief = blockOf(nobody, register('alice', key2))
    expect(checkBlockInContext(thief, viewOf({ alice }), params)).toMatchObject({
      code: 'tried-to-overwrite-transaction',
      score: 100,
      detail: 'replacement-signature-missing',
    })
    const liar = blockOf(nobody, register('alice', key2, key2))
    expect(checkBlockInContext(liar, viewOf({ alice }), params)).toMatchObject({
      code: 'tried-to-overwrite-transaction',
      detail: 'replacement-signature-invalid',
    })
  })

  test('quirk: a garbage key can be replaced by whoever crafts a signature that recovers to infinity (B5, B37)', () => {
    const infinity = vectors.edge_signatures.cases.find((edge) => edge.name === 'infinity')
    // The vector's signature is over the text "edge", so that is the "key" it may put in place.
    const pubKey = Uint8Array.from([...encodePush(utf8Encode('edge')), ...encodePush(bytes(infinity?.sig ?? ''))])
    const block = blockOf(nobody, makeTransaction({ ...alice, pubKey }))
    expect(checkBlockInContext(block, viewOf({ alice: garbage }), params)).toEqual({ kind: 'accept' })
    expect(checkBlockInContext(block, viewOf({ alice }), params)).toMatchObject({
      code: 'tried-to-overwrite-transaction',
    })
  })
})
