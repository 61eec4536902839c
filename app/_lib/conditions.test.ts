import { expect, test } from 'vitest'
import type { NodeReportView, StatusView } from '../../db/views.ts'
import { troublesOf } from './conditions.ts'

const NOW = 1_795_358_400

const NODE: NodeReportView = {
  nodeId: 'n',
  at: NOW - 5,
  height: 100,
  headerHeight: 100,
  isSynced: true,
  outboxLast: 5000,
  cursor: 4990,
  refused: {},
}

const WELL: StatusView = {
  network: 'main',
  tip: { height: 100, hash: '00', time: NOW - 600 },
  derivation: {},
  nodes: [NODE],
  follows: { missing: 0, lacking: 0, failing: 0, unregistered: 0 },
  indexer: { at: NOW - 5 },
  reconciliation: { users: 0, differing: 0, lackingHere: 0, lackingThere: 0, asked: 0, given: 0 },
  counts: { names: 1, users: 1, posts: 1, hashtags: 1, waiting: 0, refused: 0 },
}

const node = (part: Partial<NodeReportView>): Partial<StatusView> => ({ nodes: [{ ...NODE, ...part }] })
const check = { at: NOW, height: 1, network: 'a', pages: 'b' }

test('when all is well there is nothing to say', () => {
  expect(troublesOf(WELL, NOW)).toEqual([])
})

test.each([
  [{ nodes: [] }, 'No node has reported yet'],
  [node({ at: NOW - 3600 }), 'The node last spoke 60 minutes ago'],
  [node({ isSynced: false, headerHeight: 1100 }), 'catching up with the chain: 1\u202f000 blocks'],
  [node({ isQueueAway: true }), 'The queue between node and indexer cannot be reached'],
  [node({ outboxLast: 7000 }), 'The index is 2\u202f010 records behind'],
  [{ indexer: undefined }, 'The indexer has not reported yet'],
  [{ indexer: { at: NOW - 120 } }, 'The indexer last spoke 2 minutes ago'],
  [{ tip: { height: 1, hash: '00', time: NOW - 5 * 3600 } }, 'The newest block was made 5 hours ago'],
  [{ derivation: { rebuild: { phase: 'x', done: 1, total: 2, startedAt: 1 } } }, 'being built anew'],
  [{ derivation: { verification: { ...check, isGood: false, problems: 1 } } }, 'found 1 fault.'],
] satisfies [Partial<StatusView>, string][])('trouble %# is told in one sentence', (part, sentence) => {
  const troubles = troublesOf({ ...WELL, ...part }, NOW)
  expect(troubles).toHaveLength(1)
  expect(troubles[0]).toContain(sentence)
})

test('nobody expects a block every ten minutes of a private network', () => {
  expect(troublesOf({ ...WELL, network: 'regtest', tip: { height: 1, hash: '00', time: 1 } }, NOW)).toEqual([])
})
