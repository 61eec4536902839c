import { expect, test } from 'vitest'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import { networkParams } from '../protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../protocol/signature.ts'
import {
  makeTransaction,
  parseTransaction,
  solveRegistration,
  type Transaction,
  type TransactionFields,
} from '../protocol/transaction.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import { MAX_MEMPOOL_BLOCKS, MAX_RELAYED_BYTES } from './limits.ts'
import { openMempool } from './mempool.ts'

const params = networkParams('regtest', { checkpoints: false })
const keys = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte))

function name(text: string): Username {
  const username = parseUsername(text)
  if (username === undefined) throw new Error(text)
  return username
}

function register(text: string, key = 0, oldKey?: number): Transaction {
  const publicKey = publicKeyOf(keys[key] ?? new Uint8Array(32))
  const old = oldKey === undefined ? undefined : keys[oldKey]
  const oldPrivateKeySignature = old && signDigest(messageDigest(publicKey), old)
  const tx = solveRegistration({ username: name(text), publicKey, oldPrivateKeySignature }, params.txBits)
  if (tx === undefined) throw new Error('unsolved')
  return tx
}

function open() {
  const names = new Map<string, NameRecord[]>()
  let tipHeight = 5
  const view: NameView = {
    get tipHeight() {
      return tipHeight
    },
    history: (username) => names.get(username) ?? [],
  }
  const pool = openMempool(view, params)
  const connect = (...txs: Transaction[]) => {
    for (const { txid, pubKey, userName } of txs) {
      const username = new TextDecoder().decode(userName.subarray(1))
      names.set(username, [{ height: 5, blockHash: params.genesisHash, txid, pubKeyScript: pubKey, index: 1 }])
    }
    pool.update([], txs)
  }
  const grow = (blocks: number) => {
    tipHeight += blocks
    pool.update([], [])
  }
  return { pool, connect, grow }
}

test('a registered name is refused without a score, a valid replacement of its key is taken', () => {
  const { pool, connect } = open()
  const first = register('alice')
  connect(first)
  expect(pool.add(first)).toMatchObject({ kind: 'ignore', code: 'username-already-registered' })
  expect(pool.add(register('alice', 1))).toMatchObject({ kind: 'ignore', code: 'username-already-registered' })
  expect(pool.add(register('alice', 1, 0))).toEqual({ kind: 'accept' })
})

test('rivals for a new name wait side by side; the lower txid is mined, and then the other is dropped', () => {
  const { pool, connect } = open()
  const rivals = [register('bob', 0), register('bob', 1)]
  for (const tx of rivals) expect(pool.add(tx).kind).toBe('accept')
  const chosen = pool.forTemplate()
  expect(chosen).toHaveLength(1)
  const asNumber = (tx: Transaction) => BigInt(`0x${Buffer.from(tx.txid).reverse().toString('hex')}`)
  const [lower] = rivals.sort((a, b) => (asNumber(a) < asNumber(b) ? -1 : 1))
  expect(chosen[0]?.txid).toEqual(lower?.txid)
  connect(...chosen)
  expect(pool.txids()).toEqual([])
})

test('a template leaves room: no more than the usual block size', () => {
  const { pool } = open()
  for (let index = 0; index < 300; index++) pool.add(register(`user${index}`))
  const size = pool.forTemplate().reduce((sum, tx) => sum + tx.raw.length, 0)
  expect(size).toBeLessThan(11_500)
  expect(size).toBeGreaterThan(11_000)
})

test('what the network sends is limited by rate, what is our own is not', () => {
  const { pool } = open()
  let sent = 0
  for (let index = 0; sent < MAX_RELAYED_BYTES; index++) {
    const tx = register(`user${index}`)
    sent += tx.raw.length
    expect(pool.add(tx, 1000).kind).toBe('accept')
  }
  expect(pool.add(register('late'), 1000)).toMatchObject({ kind: 'ignore', code: 'rate-limited' })
  expect(pool.add(register('own')).kind).toBe('accept')
  expect(pool.add(register('late'), 1000 + 600).kind).toBe('accept')
})

test('what no block takes for two weeks is dropped', () => {
  const { pool, grow } = open()
  const tx = register('alice')
  pool.add(tx)
  grow(MAX_MEMPOOL_BLOCKS)
  expect(pool.has(tx.txid)).toBe(true)
  grow(1)
  expect(pool.has(tx.txid)).toBe(false)
})

test('a registration does not keep the bytes that came with it', () => {
  const { pool } = open()
  const tx = register('alice')
  const packet = new Uint8Array(65_536)
  packet.set(tx.raw, 1000)
  const received = parseTransaction(packet.subarray(1000, 1000 + tx.raw.length))
  if (received === undefined) throw new Error('not parsed')
  expect(pool.add(received).kind).toBe('accept')
  expect(pool.get(tx.txid)).toEqual(tx)
  expect(pool.get(tx.txid)?.raw.buffer.byteLength).toBe(tx.raw.length)
})

test('versions above 1 are not standard, and a registration without its work costs', () => {
  const { pool } = open()
  const tx = register('carol')
  const good = findNonce({ ...tx, version: 2 }, true)
  expect(pool.add(good)).toEqual({ kind: 'ignore', code: 'nonstandard-transaction' })
  const refused = { kind: 'reject', code: 'tx-proof-of-work-failed', score: 50 }
  expect(pool.add(findNonce(tx, false))).toMatchObject(refused)
})

/** On regtest the highest bit of the txid decides. */
function findNonce(fields: TransactionFields, hasWork: boolean): Transaction {
  for (let nonce = 0; ; nonce++) {
    const tx = makeTransaction({ ...fields, nonce })
    if ((((tx.txid[31] ?? 0) & 0x80) === 0) === hasWork) return tx
  }
}
