import { expect, test } from 'vitest'
import { openTestNode, recordedBlocks, type TestNode, until } from '../node/peers/test-node.ts'
import { bytesToHex } from '../node/protocol/bytes.ts'
import { parseInv } from '../node/protocol/messages/inv.ts'
import { parseVersion } from '../node/protocol/messages/version.ts'
import { parseTransaction } from '../node/protocol/transaction.ts'
import {
  type ChainStep,
  dialSession,
  factsOf,
  listenForSession,
  recordedChainSession,
  type SessionPeer,
} from './recorded-sessions.ts'
import type { RecordingName } from './recorded-wire.ts'

/**
 * Each recorded session of the chain, twice: our node is the one daemon, and hears the other's bytes in their order. All
 * that the daemon said in its place our node has to say too, but for:
 * - version: time, nonce, agent and our own port differ; verack comes at once.
 * - getblocks, getaddr: we ask in our own way and time: getheaders first, which a daemon of the recordings never heard
 *   and so leaves unanswered; to our getblocks it says again what it said last.
 * - dhtgetreq, dhtputreq, dhtgetreply: we neither ask nor serve the DHT over TCP; we say nodhtproxy once.
 * - how many hashes are told in one message.
 */
const OUR_OWN_WAY = ['version', 'verack', 'getblocks', 'getaddr', 'dhtgetreq', 'dhtputreq', 'dhtgetreply']
/** Of these we say nothing that the daemon did not. */
const ANSWERS = ['block', 'tx', 'headers', 'notfound', 'pong']

const sessions: [recording: RecordingName, dialer: string, listener: string][] = [
  ['phase1-p2p-2nodes', '48554', '30001'],
  ['phase1-p2p-2nodes', '34024', '30002'],
  ['phase2-p2p-node3-handshake-sync-relay', '38636', '30001'],
  ['phase4-dhtproxy-node6', '54056', '30001'],
  ['phase4-dhtproxy-node6', '46760', '30002'],
  ['phase4-probe', '39834', '30001'],
]
/** The dialer of the last is a probe, whose questions no node would ask. */
const daemonSessions = sessions.slice(0, -1)
const registrations = sessions
  .flatMap((session) => recordedChainSession(...session))
  .flatMap(({ command, payload }) => (command === 'tx' ? (parseTransaction(payload) ?? []) : []))
const blocks = new Map(recordedBlocks().map((block) => [bytesToHex(block.header.hash), block]))

test.each(sessions)('%s: our node in the place of the listener of %s > %s', async (recording, dialer, listener) => {
  const steps = recordedChainSession(recording, dialer, listener)
  const node = await openTestNode('main')
  await take(node, heightOf(steps, false))
  const peer = await dialSession(node.peers.port)
  await play(node, peer, steps, false)
  const isAskedForDht = steps.some(({ command }) => command === 'dhtgetreq')
  const refusals = () => peer.heard.filter(({ command }) => command === 'nodhtproxy').length
  await until(() => refusals() >= Number(isAskedForDht))
  expect(refusals()).toBe(Number(isAskedForDht))
  peer.close()
})

// Side by side: each daemon leaves our getheaders unanswered, for which we wait.
test('our node in the place of each dialer', async () => {
  await Promise.all(
    daemonSessions.map(async (session) => {
      const steps = recordedChainSession(...session)
      const other = await listenForSession()
      const node = await openTestNode('main', [other.port])
      await take(node, heightOf(steps, true))
      const peer = await other.peer
      await play(node, peer, steps, true).catch((error: unknown) => {
        throw new Error(session.join(' '), { cause: error })
      })
      peer.close()
      other.close()
    }),
  )
})

/** Says what the other side said, and waits for what our side said. */
async function play(node: TestNode, peer: SessionPeer, steps: readonly ChainStep[], isDialer: boolean): Promise<void> {
  const said = () => new Set(peer.heard.flatMap(({ command, payload }) => factsOf(command, payload)))
  const expected = new Set<string>()
  for (const step of steps) {
    const { command, payload } = step
    if (step.isByDialer !== isDialer) {
      for (const question of questionsBefore(step)) await until(() => said().has(question))
      peer.send(command, payload)
      if (command === 'inv') peer.repeatForGetblocks(payload)
      continue
    }
    if (command === 'verack') await until(() => peer.heard.some((message) => message.command === 'verack'))
    if (OUR_OWN_WAY.includes(command)) continue
    await happen(node, step)
    for (const fact of factsOf(command, payload)) {
      expected.add(fact)
      await until(() => said().has(fact)).catch(() => {
        throw new Error(
          `not said: ${fact.slice(0, 100)}; but ${[...said()].map((text) => text.slice(0, 60)).join('\n')}`,
        )
      })
    }
  }
  const more = [...said()].filter((fact) => ANSWERS.includes(fact.split(' ')[0] ?? '') && !expected.has(fact))
  expect(more).toEqual([])
  expect(node.peers.refused()).toEqual({})
}

/** What our side must have asked before the other side may answer it. */
function questionsBefore({ command, payload }: ChainStep): string[] {
  if (command === 'tx') return [`getdata 1 ${bytesToHex(parseTransaction(payload)?.txid ?? new Uint8Array(0))}`]
  if (command !== 'block') return []
  const block = [...blocks].find(([, { raw }]) => Buffer.compare(raw, payload) === 0)
  return block ? [`getdata 2 ${block[0]}`] : []
}

/** What made the daemon say this: a block that it mined or got elsewhere, a registration of its own. */
async function happen(node: TestNode, { command, payload }: ChainStep): Promise<void> {
  if (command !== 'inv') return
  for (const { type, hash } of parseInv(payload) ?? []) {
    const block = blocks.get(bytesToHex(hash))
    if (type === 2 && block !== undefined && !node.chain.hasBlock(hash)) await take(node, block.header.height)
    const tx = registrations.find(({ txid }) => bytesToHex(txid) === bytesToHex(hash))
    if (type !== 1 || tx === undefined) continue
    expect(node.chain.mempool.add(tx)).toMatchObject({ kind: 'accept' })
    node.peers.announceTransaction(hash)
  }
}

async function take(node: TestNode, height: number): Promise<void> {
  const wanted = [...blocks.values()].filter(
    ({ header }) => header.height > node.chain.tip.height && header.height <= height,
  )
  await node.chain.acceptBlocks(wanted)
  expect(node.chain.tip.height).toBe(height)
}

function heightOf(steps: readonly ChainStep[], ofDialer: boolean): number {
  const step = steps.find(({ command, isByDialer }) => command === 'version' && isByDialer === ofDialer)
  return Math.max(0, (step && parseVersion(step.payload)?.startHeight) ?? 0)
}
