import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-chain.json' with { type: 'json' }
import users from '../../../test/vectors/recordings-users.json' with { type: 'json' }
import { type Block, type BlockHeader, parseBlock } from '../block.ts'
import { bytesToHex, hexToBytes } from '../bytes.ts'
import { formatHash, type Hash256, hashKey } from '../hash.ts'
import type { HeaderView } from '../header-view.ts'
import { currentRecord, keyAt, type NameRecord, type NameView } from '../name-view.ts'
import { type NetworkParams, networkParams } from '../params.ts'
import { makeTransaction, promotedScript, type Transaction, transactionUsername } from '../transaction.ts'
import { parseUsername, type Username } from '../username.ts'
import { accept, type Verdict } from '../verdict.ts'
import { checkBlock, checkBlockInContext } from './check-block.ts'
import { checkHeaderInContext } from './check-header.ts'

const params = networkParams('main', { checkpoints: false })
const now = 1_800_000_000

type Names = ReadonlyMap<string, readonly NameRecord[]>

/** All blocks ever accepted, with the names after each: "state after block B = state after parent(B) + B" (4.2). */
class BlockTree implements HeaderView {
  readonly #nodes = new Map<string, { header: BlockHeader; names: Names }>()

  readonly #params: NetworkParams

  constructor(networkOf: NetworkParams = params) {
    this.#params = networkOf
    const genesis = parsed(bytesToHex(networkOf.genesisBlock))
    this.#nodes.set(hashKey(genesis.header.hash), { header: genesis.header, names: new Map() })
  }

  header(hash: Hash256): BlockHeader | undefined {
    return this.#nodes.get(hashKey(hash))?.header
  }

  ancestorAt(hash: Hash256, height: number): BlockHeader | undefined {
    let header = this.header(hash)
    while (header !== undefined && header.height > height) header = this.header(header.prevHash)
    return header
  }

  namesAfter(hash: Hash256): NameView {
    const node = this.#nodes.get(hashKey(hash))
    return { tipHeight: node?.header.height ?? -1, history: (name) => node?.names.get(name) ?? [] }
  }

  add(block: Block): Verdict {
    const verdicts = [
      () => checkBlock(block, this.#params),
      () => checkHeaderInContext(block.header, this, this.#params, now),
      () => checkBlockInContext(block, this.namesAfter(block.header.prevHash), this.#params),
    ]
    for (const judge of verdicts) {
      const verdict = judge()
      if (verdict.kind !== 'accept') return verdict
    }
    const names = new Map(this.#nodes.get(hashKey(block.header.prevHash))?.names)
    for (const [index, tx] of block.transactions.entries()) {
      const name = index > 0 ? transactionUsername(tx) : undefined
      if (name === undefined) continue
      const { height, hash: blockHash } = block.header
      names.set(name, [
        ...(names.get(name) ?? []),
        { height, blockHash, txid: tx.txid, pubKeyScript: tx.pubKey, index },
      ])
    }
    this.#nodes.set(hashKey(block.header.hash), { header: block.header, names })
    return accept
  }
}

function parsed(hex: string): Block {
  const block = parseBlock(hexToBytes(hex) ?? new Uint8Array(0))
  if (block === undefined) throw new Error('does not parse')
  return block
}

function nameOf(text: string): Username {
  const name = parseUsername(text)
  if (name === undefined) throw new Error(`no username: ${text}`)
  return name
}

describe('the blocks submitted to the reference', () => {
  const run = vectors.reference_run
  const hashes = new Map(run.blocks.map((block) => [block.name, parsed(block.block_hex).header.hash]))

  function treeOf(): BlockTree {
    const tree = new BlockTree()
    for (const block of run.blocks) tree.add(parsed(block.block_hex))
    return tree
  }

  function namesAfter(tree: BlockTree, block: string): NameView {
    const hash = hashes.get(block)
    if (hash === undefined) throw new Error(`no block ${block}`)
    return tree.namesAfter(hash)
  }

  test('all are accepted but the one that registers a name twice', () => {
    const tree = new BlockTree()
    for (const block of run.blocks) {
      const verdict = tree.add(parsed(block.block_hex))
      if (block.name === 'd9') expect(verdict).toMatchObject({ code: 'tried-to-overwrite-transaction', score: 100 })
      else expect([block.name, verdict]).toEqual([block.name, { kind: 'accept' }])
      expect(formatHash(parsed(block.block_hex).header.hash)).toBe(block.hash)
    }
  })

  test('keys are replaced, replaced back and replayed, and each height keeps its key', () => {
    const view = namesAfter(treeOf(), 'a7')
    const alice = nameOf('alice')
    const [key1, key2] = vectors.keys.map((key) => key.pub_compressed)
    const keys = [1, 2, 3, 4, 5, 6].map((height) => bytesToHex(keyAt(view, alice, height) ?? new Uint8Array(0)))
    expect(keys).toEqual([key1, key2, key2, key2, key1, key2])
  })

  test('quirk: the identical re-inclusion moves the registration height (B9)', () => {
    const tree = treeOf()
    expect(currentRecord(namesAfter(tree, 'b2'), nameOf('alice'))?.height).toBe(2)
    expect(currentRecord(namesAfter(tree, 'b3'), nameOf('alice'))?.height).toBe(3)
  })

  test('two branches register one name differently, and neither knows of the other (B11)', () => {
    const tree = treeOf()
    const race = nameOf('race')
    const onA = keyAt(namesAfter(tree, 'a7'), race, -1)
    const onC = keyAt(namesAfter(tree, 'c8'), race, -1)
    expect(onA && bytesToHex(onA)).toBe(vectors.keys[0]?.pub_compressed)
    expect(onC && bytesToHex(onC)).toBe(vectors.keys[1]?.pub_compressed)
  })

  const CODE_BY_NAME: Readonly<Record<string, string>> = {
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

  test.each(run.negative_children_of_a7)('$name is refused for $rule', (child) => {
    const verdict = treeOf().add(parsed(child.block_hex))
    expect(verdict).toMatchObject({ kind: 'reject', code: CODE_BY_NAME[child.name] })
  })

  test('the block that the reference mined itself is accepted', () => {
    const block = parsed(run.mined_by_reference_block9)
    expect(block.header.prevHash).toEqual(hashes.get('d8'))
    expect(treeOf().add(block)).toEqual({ kind: 'accept' })
  })

  test('no flipped bit of a block gets through', () => {
    const tree = new BlockTree()
    const hex = run.blocks[0]?.block_hex ?? ''
    const size = hex.length / 2
    for (let index = 0; index < size; index++) {
      const bytes = hexToBytes(hex) ?? new Uint8Array(0)
      bytes[index] = (bytes[index] ?? 0) ^ 1
      const block = parseBlock(bytes)
      expect([index, block === undefined || tree.add(block).kind]).not.toEqual([index, 'accept'])
    }
  })
})

test('the sample chain on regtest is accepted, on a genesis that misses its own target', () => {
  const { regtest } = vectors.genesis
  const tree = new BlockTree({
    ...networkParams('regtest', { checkpoints: false }),
    genesisBlock: hexToBytes(regtest.block_hex) ?? new Uint8Array(0),
    genesisHash: parsed(regtest.block_hex).header.hash,
  })
  for (const { block_hex } of vectors.regtest_sample_chain.blocks) {
    expect(tree.add(parsed(block_hex))).toEqual({ kind: 'accept' })
  }
})

describe('the recorded network', () => {
  const [, ...blocks] = recorded

  function treeUpTo(height: number): { tree: BlockTree; tip: Hash256 } {
    const tree = new BlockTree()
    let tip = params.genesisHash
    for (const { hex } of blocks.slice(0, height)) {
      const block = parsed(hex)
      expect([block.header.height, tree.add(block)]).toEqual([block.header.height, { kind: 'accept' }])
      tip = block.header.hash
    }
    return { tree, tip }
  }

  test('all 49 blocks are accepted, with every key and promotion', () => {
    const { tree, tip } = treeUpTo(blocks.length)
    const view = tree.namesAfter(tip)
    expect(view.tipHeight).toBe(48)
    for (const name of ['alice', 'bob', 'carol', 'dave'] as const) {
      const key = keyAt(view, nameOf(name), -1)
      expect(key && bytesToHex(key)).toBe(users[name].pubkey)
      expect(currentRecord(view, nameOf(name))?.height).toBe(users[name].reg.height)
    }
  })

  test("erin's key is the first one at height 43 and the second one from 44 on", () => {
    const { tree, tip } = treeUpTo(blocks.length)
    const view = tree.namesAfter(tip)
    const keys = [42, 43, 44, -1].map((height) => keyAt(view, nameOf('erin'), height))
    const [first, second] = [users['erin/replaced'].pubkey, users.erin.pubkey]
    expect(keys.map((key) => key && bytesToHex(key))).toEqual([undefined, first, second, second])
  })

  test('every signed promotion is refused when its text is another', () => {
    const { tree, tip } = treeUpTo(blocks.length)
    const signed = blocks.filter(({ json }) => json.spamUser !== 'nobody').map(({ hex }) => parsed(hex))
    expect(signed.length).toBe(39)
    for (const block of signed) {
      const view = tree.namesAfter(block.header.prevHash)
      expect(checkBlockInContext(block, view, params)).toEqual({ kind: 'accept' })
      const reworded = withTransaction(block, 0, { message: promotedScript('promoted post by alicf [en]') })
      expect(checkBlockInContext(reworded, view, params)).toMatchObject({
        code: 'spam-signature-verification-failed',
        score: 100,
      })
    }
    expect(tree.header(tip)?.height).toBe(48)
  })

  test("erin's replacement is refused with any other signature, or once the key is another", () => {
    const { tree, tip } = treeUpTo(blocks.length)
    const block = parsed(blocks[43]?.hex ?? '')
    const index = block.transactions.findIndex((tx) => transactionUsername(tx) === 'erin')
    const pubKey = Uint8Array.from(block.transactions[index]?.pubKey ?? [])
    pubKey[pubKey.length - 1] = (pubKey.at(-1) ?? 0) ^ 1
    const overwritten = { code: 'tried-to-overwrite-transaction', score: 100, detail: 'replacement-signature-invalid' }
    const before = tree.namesAfter(block.header.prevHash)
    expect(checkBlockInContext(withTransaction(block, index, { pubKey }), before, params)).toMatchObject(overwritten)
    // The identical transaction is a re-inclusion; with another nonce it is a replay that the new key did not sign.
    const after = tree.namesAfter(tip)
    expect(checkBlockInContext(block, after, params)).toEqual({ kind: 'accept' })
    expect(checkBlockInContext(withTransaction(block, index, { nonce: 1 }), after, params)).toMatchObject(overwritten)
  })
})

function withTransaction(block: Block, index: number, fields: Partial<Transaction>): Block {
  const transactions = block.transactions.map((tx, at) => (at === index ? makeTransaction({ ...tx, ...fields }) : tx))
  return { ...block, transactions }
}
