import { expect, onTestFinished, test } from 'vitest'
import type { Block } from '../protocol/block.ts'
import { hashKey } from '../protocol/hash.ts'
import { parseInv } from '../protocol/messages/inv.ts'
import { networkParams } from '../protocol/params.ts'
import { FIRST_BODIES_IN_FLIGHT } from './limits.ts'
import { openTestNode, regtestBlocks, type TestNode, until } from './test-node.ts'
import { blockServer, openTestServer, type Script, type TestPeer } from './test-peer.ts'

const params = networkParams('regtest', { checkpoints: false })
const SLOW_MS = 1000

async function serve(blocks: readonly Block[], script: Script) {
  const server = await openTestServer(params, blocks.length, script)
  onTestFinished(server.close)
  return server
}

/** Hashes of all bodies that a peer was asked for. */
function askedOf(peer: TestPeer | undefined): string[] {
  return (peer?.heard ?? [])
    .filter(({ command }) => command === 'getdata')
    .flatMap(({ payload }) => (parseInv(payload) ?? []).map(({ hash }) => hashKey(hash)))
}

async function honestNode(blocks: readonly Block[], connect: number[]): Promise<TestNode> {
  const node = await openTestNode('regtest', connect)
  await node.chain.acceptBlocks(blocks)
  return node
}

test('slow, withholding and dead peers hold up nothing that another one has, and are asked for little', async () => {
  const blocks = regtestBlocks(400)
  const answer = blockServer(blocks, { headers: true })
  const withholding = await serve(blocks, (peer, message) => {
    if (message.command !== 'getdata') answer(peer, message)
  })
  // Takes what is sent to it and never says anything again once it has been asked for a body.
  const dying = new Set<TestPeer>()
  const dead = await serve(blocks, (peer, message) => {
    if (message.command === 'getdata') dying.add(peer)
    if (!dying.has(peer)) answer(peer, message)
  })
  let underway = Promise.resolve()
  const slow = await serve(blocks, (peer, message) => {
    if (message.command !== 'getdata') return answer(peer, message)
    for (const item of parseInv(message.payload) ?? []) {
      const block = blocks.find(({ header }) => hashKey(header.hash) === hashKey(item.hash))
      if (block === undefined) continue
      underway = underway.then(() => new Promise((resolve) => setTimeout(resolve, SLOW_MS)))
      void underway.then(() => peer.send('block', block.raw))
    }
  })
  const bad = [withholding, dead, slow]
  const client = await openTestNode(
    'regtest',
    bad.map(({ port }) => port),
  )
  // Only when all three have been asked comes somebody who delivers.
  await until(() => bad.every(({ peers }) => askedOf(peers[0]).length > 0))
  const honest = await honestNode(blocks, [client.peers.port])
  await until(() => client.chain.tip.height === 400)
  expect(client.chain.tip.hash).toEqual(honest.chain.tip.hash)
  for (const { peers } of bad) {
    expect(new Set(askedOf(peers[0])).size).toBeLessThanOrEqual(2 * FIRST_BODIES_IN_FLIGHT)
  }
}, 60_000)

test('a body that its only asker keeps back is asked of another while the first is still connected', async () => {
  const blocks = regtestBlocks(60)
  const answer = blockServer(blocks, { headers: true })
  const lowest = blocks[0]
  if (lowest === undefined) throw new Error('no block')
  const isLowest = (hash: string) => hash === hashKey(lowest.header.hash)
  // Gives everything but the one on which all others are built.
  const greedy = await serve(blocks, (peer, message) => {
    if (message.command !== 'getdata') return answer(peer, message)
    for (const { hash } of parseInv(message.payload) ?? []) {
      const block = blocks.find(({ header }) => hashKey(header.hash) === hashKey(hash))
      if (block !== undefined && block !== lowest) peer.send('block', block.raw)
    }
  })
  const client = await openTestNode('regtest', [greedy.port])
  await until(() => askedOf(greedy.peers[0]).some(isLowest))
  const other = await serve(blocks, answer)
  const second = await openTestNode('regtest', [other.port, client.peers.port])
  await until(() => client.chain.tip.height === 60)
  expect(second.chain.tip.height).toBe(60)
  expect(client.peers.peers().map(({ port }) => port)).toContain(greedy.port)
}, 60_000)

test('a peer that delivers at once is asked for more and more at a time', async () => {
  const blocks = regtestBlocks(700)
  const server = await serve(blocks, blockServer(blocks, { headers: true }))
  const client = await openTestNode('regtest', [server.port])
  await until(() => client.chain.tip.height === 700)
  const steps = (server.peers[0]?.heard ?? [])
    .filter(({ command }) => command === 'getdata')
    .map(({ payload }) => parseInv(payload)?.length ?? 0)
  expect(steps[0]).toBeLessThanOrEqual(FIRST_BODIES_IN_FLIGHT)
  expect(Math.max(...steps)).toBeGreaterThan(2 * FIRST_BODIES_IN_FLIGHT)
  expect(new Set(askedOf(server.peers[0])).size).toBe(askedOf(server.peers[0]).length)
}, 60_000)
