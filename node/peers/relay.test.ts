import { expect, test } from 'vitest'
import { mine } from '../chain/block-template.ts'
import { sha256d } from '../protocol/hash.ts'
import { encodeInv, INV_TRANSACTION, parseInv } from '../protocol/messages/inv.ts'
import { buildPromoted, type Transaction } from '../protocol/transaction.ts'
import { MAX_RELAYED_TRANSACTIONS, RELAYED_TRANSACTION_S } from './limits.ts'
import { RelayedTransactions } from './relayed-transactions.ts'
import { openTestNode, registration, type TestNode, until } from './test-node.ts'
import { dialNode, dialSocket, type TestPeer, testVersion } from './test-peer.ts'

const invOf = (...txs: Transaction[]) => encodeInv(txs.map(({ txid }) => ({ type: INV_TRANSACTION, hash: txid })))

async function dialled(node: TestNode): Promise<TestPeer> {
  return dialNode(node.params, node.peers.port)
}

async function mineOne(node: TestNode): Promise<void> {
  const promoted = buildPromoted({ user: 'nobody', text: 'x', salt: new Uint8Array(4), extraNonce: 1 })
  const block = await mine(node.chain.buildTemplate({ promoted }))
  if (block === undefined) throw new Error('not mined')
  await node.chain.acceptBlock(block)
}

test('what two peers announce is asked of the first, and of the second when the first goes', async () => {
  const node = await openTestNode('regtest')
  const [first, second] = [await dialled(node), await dialled(node)]
  const tx = registration('alice')
  first.send('inv', invOf(tx))
  expect(parseInv(await first.next('getdata'))).toMatchObject([{ hash: tx.txid }])
  second.send('inv', invOf(tx))
  second.send('ping', new Uint8Array(8))
  await second.next('pong')
  expect(second.heard.map(({ command }) => command)).not.toContain('getdata')
  first.close()
  expect(parseInv(await second.next('getdata'))).toMatchObject([{ hash: tx.txid }])
  second.send('tx', tx.raw)
  await until(() => node.chain.mempool.has(tx.txid))
})

test('who announced what it lacks is not waited for', async () => {
  const node = await openTestNode('regtest')
  const [first, second] = [await dialled(node), await dialled(node)]
  const tx = registration('alice')
  first.send('inv', invOf(tx))
  await first.next('getdata')
  second.send('inv', invOf(tx))
  second.send('ping', new Uint8Array(8))
  await second.next('pong')
  first.send('notfound', invOf(tx))
  expect(parseInv(await second.next('getdata'))).toMatchObject([{ hash: tx.txid }])
})

test('many registrations are told in messages of at most 1000, and not to those that want none', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialled(node)
  const uninterested = await dialSocket(node.params, node.peers.port)
  uninterested.send('version', testVersion(0, { relay: false }))
  await uninterested.next('verack')
  const txs = Array.from({ length: 1200 }, (_, index) => registration(`user${index}`))
  for (const tx of txs) {
    node.chain.mempool.add(tx)
    node.peers.announceTransaction(tx.txid)
  }
  const sizes: number[] = []
  while (sizes.reduce((sum, size) => sum + size, 0) < 1200) sizes.push(parseInv(await peer.next('inv'))?.length ?? 0)
  expect(sizes).toEqual([1000, 200])
  peer.send('mempool')
  expect(parseInv(await peer.next('inv'))).toHaveLength(1200)
  expect(uninterested.heard.map(({ command }) => command)).not.toContain('inv')
  // "filterclear" and "filterload" switch it on (chain.md 5.4)
  uninterested.send('filterclear')
  uninterested.send('ping', new Uint8Array(8))
  await uninterested.next('pong')
  const late = registration('late')
  node.chain.mempool.add(late)
  node.peers.announceTransaction(late.txid)
  expect(parseInv(await uninterested.next('inv'))).toMatchObject([{ hash: late.txid }])
})

test('many are asked for in messages of at most 1000', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialled(node)
  const txids = Array.from({ length: 1200 }, (_, index) => sha256d(Uint8Array.of(index, index >> 8)))
  peer.send('inv', encodeInv(txids.map((hash) => ({ type: INV_TRANSACTION, hash }))))
  expect(parseInv(await peer.next('getdata'))).toHaveLength(1000)
  expect(parseInv(await peer.next('getdata'))).toHaveLength(200)
})

test('a registration that a block has taken is served for a while to those that were told of it', async () => {
  const node = await openTestNode('regtest')
  const peer = await dialled(node)
  const tx = registration('alice')
  node.chain.mempool.add(tx)
  node.peers.announceTransaction(tx.txid)
  expect(parseInv(await peer.next('inv'))).toMatchObject([{ hash: tx.txid }])
  await mineOne(node)
  expect(node.chain.mempool.has(tx.txid)).toBe(false)
  peer.send('getdata', invOf(tx))
  expect(await peer.next('tx')).toEqual(new Uint8Array(tx.raw))
})

test('what was relayed is kept a quarter of an hour, and only so much of it', async () => {
  const node = await openTestNode('regtest')
  const relayed = new RelayedTransactions(node.chain.mempool)
  const [first, ...others] = Array.from({ length: MAX_RELAYED_TRANSACTIONS + 1 }, (_, index) => ({
    ...registration('alice'),
    txid: registration(`u${index % 7}`).txid.map(
      (byte, at) => byte ^ (at < 4 ? (index >> (8 * at)) & 255 : 0),
    ) as never,
  }))
  if (first === undefined) throw new Error('none')
  relayed.add(first, 0)
  expect(relayed.get(first.txid, RELAYED_TRANSACTION_S - 1)).toBe(first)
  expect(relayed.get(first.txid, RELAYED_TRANSACTION_S)).toBeUndefined()
  for (const tx of others) relayed.add(tx, 1)
  expect(relayed.get(first.txid, 1)).toBeUndefined()
})

test('what was refused is not asked for again until a block comes', async () => {
  const node = await openTestNode('regtest')
  const [alice, rival] = [registration('alice'), registration('alice', 8)]
  node.chain.mempool.add(alice)
  await mineOne(node)
  const peer = await dialled(node)
  await peer.next('getheaders')
  const commandsAfter = async (): Promise<string[]> => {
    const from = peer.heard.length
    peer.send('inv', invOf(rival))
    peer.send('ping', new Uint8Array(8))
    await peer.next('pong')
    return peer.heard.slice(from).map(({ command }) => command)
  }
  expect(await commandsAfter()).toContain('getdata')
  peer.send('tx', rival.raw)
  expect(await commandsAfter()).not.toContain('getdata')
  await mineOne(node)
  expect(await commandsAfter()).toContain('getdata')
})
