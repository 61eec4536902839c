import { expect, test } from 'vitest'
import type { StatusView } from '../db/views.ts'
import { statusScreen } from './status-screen.ts'

const instance = { command: 'up', network: 'main', address: 'http://127.0.0.1:8420', startedAt: '' }

const status: StatusView = {
  network: 'main',
  tip: { height: 1_000, hash: 'ab', time: 9_990 },
  nodes: [
    {
      nodeId: 'n',
      at: 10_000,
      height: 1_005,
      headerHeight: 700_000,
      isSynced: false,
      peerCount: 8,
      offenders: 2,
      mempool: 1,
      dhtContacts: 50,
      dhtItems: 60,
      dhtShunned: 3,
      isDhtPaused: true,
      swarmPeers: 4,
      signatures: 'fallback',
      workThreads: 3,
      following: { operator: 1, setting: 2, crawl: 30, crawlLimit: 200 },
      lookups: {
        perMinute: 240,
        atOnce: 8,
        running: 5,
        kinds: [
          { kind: 'profile', errands: 1_200, due: 3, running: 4, done: 90, found: 80, failed: 1, next: 10_020 },
          { kind: 'post', errands: 0, due: 0, running: 1, done: 10, found: 2, failed: 0 },
        ],
      },
      fetches: { running: 1, waiting: 2, done: 3, refused: 4 },
      control: { taken: 9, refused: 1 },
      outboxLast: 110,
      cursor: 100,
      refused: { 'bad-pow': 5 },
    },
  ],
  follows: { missing: 40, lacking: 3, failing: 2, unregistered: 1 },
  derivation: {
    rebuild: { phase: 'posts', done: 4_000, total: 100_000, startedAt: 9_000 },
    verification: { at: 9_990, isGood: true, height: 9, problems: 0, network: 'ab'.repeat(32), pages: 'cd'.repeat(32) },
  },
  reconciliation: {
    users: 33,
    differing: 2,
    lackingHere: 5,
    lackingThere: 1,
    asked: 1_005,
    given: 7,
    comparedAt: 9_996,
  },
  counts: { names: 1, users: 2, posts: 3, hashtags: 4, waiting: 5, refused: 6 },
}

test('the screen has a line a part, with what is not as it should be', () => {
  expect(statusScreen('/data', instance, [{ name: 'node', pid: 7 }], status)).toEqual([
    'site      http://127.0.0.1:8420 (up, main)',
    'data      /data',
    'running   node 7',
    'chain     block 1,005 of 700,000; 1 registration waits',
    'peers     8, 2 closed for what they sent',
    'DHT       50 contacts, 60 items, 3 shunned, paused',
    'look-ups  100 done, 82 found, 1 unanswered, 5 under way, at most 240 a minute; due: profile 3/1,200',
    'follows   33 users: 1 told by the operator, 2 by the setting, 30 of at most 200 crawled',
    'trouble   40 posts of 3 users known of and not here, 2 users whose last attempt failed, 1 name that the chain does not hold',
    'swarms    4 peers',
    'fetches   1 under way, 2 wait, 3 done, 4 refused',
    'control   1 message that could not be read',
    'secp256k1 fallback; threads that hash headers: 3',
    'queue     100 of 110 items indexed',
    'refused   bad-pow 5',
    'index     3 posts of 2 users, 1 name, 4 hashtags; 5 waiting, 6 refused',
    'newest    block 1,000 10 s ago, post none',
    'lag       the index is 5 blocks and 10 items behind the node',
    'compared  33 users, 2 differ: 5 lacking here, 1 in the node; last 4 s ago; asked again for 1,005, gave back 7',
    'rebuild   posts 4,000 of 100,000',
    'verified  10 s ago, all as it must be; network digest abababababababab',
    'indexer   no report yet',
  ])
})

test('of a node that has said nothing, and a site that does not answer, it says so', () => {
  const nothing: StatusView = { ...status, nodes: [], follows: { missing: 0, lacking: 0, failing: 0, unregistered: 0 } }
  expect(statusScreen('/data', undefined, [], nothing)).toContain('node      no report yet')
  expect(statusScreen('/data', undefined, [], undefined).at(-1)).toBe('status    the site does not answer (yet)')
})
